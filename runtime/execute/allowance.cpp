#include "runtime/execute/allowance.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>

namespace sganc {
namespace {

std::string short_number(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string bytes_text(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  return value < 1e9 ? short_number(value / 1e6, "%.0f MB") : short_number(value / 1e9, "%.1f GB");
}

}  // namespace

std::vector<int> allowed_cores() {
  std::vector<int> cores;
  for (int most = 1024; most <= (1 << 20); most *= 2) {  // the kernel's sets may be larger than cpu_set_t
    const auto free = [](cpu_set_t* set) { CPU_FREE(set); };
    const std::unique_ptr<cpu_set_t, decltype(free)> set(CPU_ALLOC(static_cast<std::size_t>(most)), free);
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(most));
    if (sched_getaffinity(0, bytes, set.get()) == 0) {
      for (int core = 0; core < most; ++core)
        if (CPU_ISSET_S(static_cast<std::size_t>(core), bytes, set.get())) cores.push_back(core);
      break;
    }
    if (errno != EINVAL) break;
  }
  return cores;
}

int Cores::usable() const {
  if (!quota) return allowed;
  return std::clamp(static_cast<int>(std::ceil(std::min(*quota, 1e6))), 1, allowed);
}

Cores usable_cores(const std::filesystem::path& root) {
  Cores cores;
  cores.online = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  const int allowed = static_cast<int>(allowed_cores().size());
  cores.allowed = allowed > 0 ? allowed : cores.online;
  cores.quota = control_group_limits(root).cores;
  return cores;
}

std::string to_string(const Cores& cores) {
  std::string text = cores.online == 1 ? "1 core" : std::to_string(cores.online) + " cores";
  if (cores.allowed < cores.online) text += ", this process may run on " + std::to_string(cores.allowed);
  if (cores.quota) text += ", the control group's quota is " + short_number(*cores.quota, "%.3g");
  return text;
}

std::int64_t FreeMemory::usable() const {
  return group ? std::min(system, group->free) : system;
}

FreeMemory free_memory(const std::filesystem::path& root) {
  FreeMemory memory;
  std::ifstream system(root / "proc/meminfo");
  for (std::string key; system >> key; system.ignore(std::numeric_limits<std::streamsize>::max(), '\n'))
    if (std::int64_t kilobytes = 0; key == "MemAvailable:" && system >> kilobytes)
      memory.system = kilobytes * 1024;
  memory.group = control_group_limits(root).memory;
  return memory;
}

std::string to_string(const FreeMemory& memory) {
  std::string text;
  if (memory.system < std::numeric_limits<std::int64_t>::max())
    text = bytes_text(memory.system) + " are available";
  if (memory.group)
    text += (text.empty() ? "" : ", ") + ("the control group's limit of " + bytes_text(memory.group->limit)) +
            " leaves " + bytes_text(memory.group->free);
  return text.empty() ? "the system does not say" : text;
}

}  // namespace sganc
