#include "runtime/execute/fault.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string_view>

namespace sganc {
namespace {

/// The handler reads these variables, perhaps in another thread of the team than the one that wrote them.
std::atomic<const char*> running_function = nullptr, running_step = nullptr;
std::array<char, 512> noted_targets = {};
bool on_terminal = false;  // standard error is a terminal, which may show a line of progress

/// Large enough for the registers of every processor: AMX's tiles alone take 8 KiB.
alignas(64) std::array<char, 64 * 1024> handler_stack;

struct Fault {
  int signal;
  std::string_view what, cure;
};

constexpr Fault kFaults[] = {
    {SIGILL, "met an instruction that this processor lacks (SIGILL)",
     "sganc doctor says what it has; a schedule with target = \"baseline\" asks for the least"},
    {SIGBUS, "could not read a file that it maps (SIGBUS)",
     "the disk may be full or damaged; sganc doctor --clean removes all compiled kernels"},
    {SIGSEGV, "reached for memory that is not its own (SIGSEGV)",
     "try --schedule default, and sganc doctor --clean; if that does not help, it is a bug in sganc"},
    {SIGFPE, "divided by zero (SIGFPE)", "a bug in sganc: please report it with the model"},
};

/// Builds a line without allocating memory, which a signal handler must not do. Cuts off what does not fit.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    const std::size_t count = std::min(text.size(), characters_.size() - 1 - size_);
    std::memcpy(characters_.data() + size_, text.data(), count);
    size_ += count;
    return *this;
  }
  void write() {
    characters_[size_++] = '\n';
    if (::write(STDERR_FILENO, characters_.data(), size_) < 0) return;  // there is nowhere to report it
  }

 private:
  std::array<char, 2048> characters_;
  std::size_t size_ = 0;
};

/// Whether an instruction raised the signal, and not a call such as `kill`.
bool is_own(const siginfo_t* info) {
  return info->si_code > 0;
}

void handle(int signal, siginfo_t* info, void*) {
  const char* function = running_function.load();
  const char* step = running_step.load();
  if (!function || !step || !is_own(info)) {  // raises the signal again, without the handler
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    return;
  }
  const auto* fault = std::ranges::find(kFaults, signal, &Fault::signal);
  Line line;
  line << (on_terminal ? "\r\033[K" : "") << "error: step " << step << " of " << function << " "
       << fault->what << "; its target is " << (noted_targets[0] ? noted_targets.data() : "unknown") << "; "
       << fault->cure;
  line.write();
  ::_exit(1);
}

constexpr bool has_sanitizer() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
  return true;
#endif
#endif
  return false;
}

}  // namespace

void report_faults() {
  if (has_sanitizer()) return;
  const stack_t stack{.ss_sp = handler_stack.data(), .ss_flags = 0, .ss_size = handler_stack.size()};
  ::sigaltstack(&stack, nullptr);
  on_terminal = ::isatty(STDERR_FILENO) == 1;
  for (const Fault& fault : kFaults) {
    struct sigaction former {};
    ::sigaction(fault.signal, nullptr, &former);
    if ((former.sa_flags & SA_SIGINFO) || former.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(fault.signal, &action, nullptr);
  }
}

void note_target(const std::string& target) {
  const std::string noted = noted_targets.data();
  if (noted.find(target) != std::string::npos) return;
  const std::string all = noted.empty() ? target : noted + " or " + target;
  std::strncpy(noted_targets.data(), all.c_str(), noted_targets.size() - 1);
}

RunningFunction::RunningFunction(const std::string& name)
    : outer_function_(running_function.load()), outer_step_(running_step.load()) {
  running_step.store(nullptr, std::memory_order_relaxed);
  running_function.store(name.c_str(), std::memory_order_relaxed);
}

RunningFunction::~RunningFunction() {
  running_step.store(nullptr, std::memory_order_relaxed);
  running_function.store(outer_function_, std::memory_order_relaxed);
  running_step.store(outer_step_, std::memory_order_relaxed);
}

void RunningFunction::begins(const std::string& step) {
  running_step.store(step.c_str(), std::memory_order_relaxed);
}

}  // namespace sganc
