#include "runtime/execute/machine.h"

#include <omp.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <istream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "runtime/execute/memory.h"
#include "runtime/execute/onednn.h"

namespace sganc {
namespace {

constexpr std::array<std::string_view, 17> kInstructions = {
    "sse4_2",   "avx",      "f16c",     "fma",         "avx2",        "avx_vnni",
    "avx512f",  "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16",
    "amx_tile", "amx_bf16", "asimd",    "sve",         "bf16"};

}  // namespace

Processor read_processor(std::istream& cpuinfo) {
  Processor result;
  std::vector<std::string> flags;
  for (std::string line; std::getline(cpuinfo, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    const auto start = line.find_first_not_of(" \t", colon + 1);
    const std::string value = start == std::string::npos ? "" : line.substr(start);
    if (key == "model name" && result.name.empty()) result.name = value;
    if ((key == "flags" || key == "Features") && flags.empty()) {
      std::istringstream words(value);
      for (std::string word; words >> word;) flags.push_back(word);
    }
  }
  if (result.name.empty()) result.name = "unknown";
  for (const std::string_view known : kInstructions)
    if (std::ranges::find(flags, known) != flags.end()) result.instructions.emplace_back(known);
  return result;
}

Machine this_machine() {
  Machine machine;
  std::ifstream cpuinfo("/proc/cpuinfo");
  machine.processor = read_processor(cpuinfo);
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) machine.cores = std::max(1, CPU_COUNT(&allowed));
  machine.onednn = OneDnn::version();
  return machine;
}

/// From /proc: what getrusage says counts the program that started this one, too.
std::int64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::int64_t resident_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void restart_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << 5;  // see proc(5)
}

std::int64_t available_memory_bytes() {
  std::int64_t available = std::numeric_limits<std::int64_t>::max();
  std::ifstream system("/proc/meminfo");
  for (std::string line; std::getline(system, line);)
    if (line.starts_with("MemAvailable:")) available = std::stoll(line.substr(13)) * 1024;
  std::ifstream limit("/sys/fs/cgroup/memory.max");
  if (std::int64_t most = 0; limit >> most) available = std::min(available, most);
  return available;
}

double matrix_product_gflops(int n, int repetitions, int threads) {
  if (n < 1 || repetitions < 1) throw std::logic_error("a measurement needs a size and a repetition");
  if (threads > 0) omp_set_num_threads(threads);
  const Buffer square{Space::arena, 0, DType::f32, {n, n}};
  OneDnn onednn;
  // b transposed is the layout that oneDNN 2.6 and 3.7 run fastest among the plain ones.
  MatrixProduct product;
  product.a = product.b = product.c = square;
  product.transpose_b = true;
  OneDnn::Operation operation = onednn.prepare("matrix product", product);
  const std::int64_t count = std::int64_t{n} * n;
  std::array<AlignedBuffer, 3> matrices;
  std::array<void*, 3> operands{};
  for (std::size_t i = 0; i < matrices.size(); ++i) {
    matrices[i] = AlignedBuffer(count * size_of(DType::f32));
    operands[i] = matrices[i].data();
    std::fill_n(reinterpret_cast<float*>(matrices[i].data()), count, 0.5f);
  }
  operation.execute(operands);
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    operation.execute(operands);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::ranges::nth_element(seconds, middle);
  return 2e-9 * static_cast<double>(count) * n / *middle;
}

}  // namespace sganc
