#include "compiler/driver/tune/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "compiler/language/source.h"
#include "runtime/report/files.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

/// What the child writes begins with one of these.
constexpr char kResult = '=', kFailure = '!';

[[noreturn]] void be_child(const std::function<std::string()>& work, int out, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  std::string text;
  try {
    text = kResult + work();
  } catch (const UserError& e) {
    text = kFailure + e.diagnostic.message;
  } catch (const std::exception& e) {
    text = kFailure + std::string(e.what());
  }
  try {
    write_fully(out, text, "pipe");
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

/// All that is written until the other end closes, or until the time is over.
bool read_until(int in, Clock::time_point end, std::string& text) {
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    pollfd ready{in, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left, 1000)));
    if (count < 0 && errno != EINTR) return true;
    if (count <= 0) continue;
    const auto bytes = ::read(in, part.data(), part.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return true;
    text.append(part.data(), static_cast<std::size_t>(bytes));
  }
}

std::string failure_of(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::sigdescr_np(WTERMSIG(status));
    return std::string("ended by ") + (name ? name : "a signal");
  }
  return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

ChildResult run_in_child(const std::function<std::string()>& work, double seconds) {
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  const pid_t parent = ::getpid(), child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    be_child(work, ends[1], parent);
  }
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  }
  ::setpgid(child, child);  // whoever is first
  std::string text;
  const bool ended = read_until(ends[0], end, text);
  ::close(ends[0]);
  if (!ended) ::kill(-child, SIGKILL);
  int status = 0;
  pid_t waited = 0;
  while ((waited = ::waitpid(child, &status, 0)) < 0 && errno == EINTR) {
  }
  if (!ended) return {"", "took more than the time limit", true};
  if (waited != child) return {"", "ended in a way that cannot be learnt: SIGCHLD is ignored"};
  if (!text.empty() && status == 0 && text[0] == kResult) return {text.substr(1), ""};
  if (!text.empty() && status == 0) return {"", text.substr(1)};
  return {"", failure_of(status)};
}

}  // namespace sganc
