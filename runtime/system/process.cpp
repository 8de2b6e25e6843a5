#include "runtime/system/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "runtime/system/descriptor.h"

extern char** environ;  // NOLINT: a child's environment is this process's, unread here

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using End = ProcessResult::End;

/// Both ends of a pipe; `in` is -1, with errno set, if the system gives none.
struct Pipe {
  explicit Pipe(std::array<int, 2> ends = open()) : in(ends[0]), out(ends[1]) {}
  static std::array<int, 2> open() {
    std::array<int, 2> ends{-1, -1};
    return ::pipe2(ends.data(), O_CLOEXEC) == 0 ? ends : std::array{-1, -1};
  }
  Descriptor in, out;
};

/// How long a process may run: until the deadline, or until `stop` is requested.
struct Patience {
  Clock::time_point deadline;
  std::stop_token stop = {};
  bool is_over() const { return stop.stop_requested() || Clock::now() >= deadline; }
};

/// Appends what is written to the pipe. Returns true when the other end has closed, false when the time is
/// over. If the text grows beyond 2 * kept bytes, only its last `kept` bytes stay.
bool read_until(const Patience& patience, const Descriptor& pipe, std::size_t kept, std::string& text) {
  constexpr int kMilliseconds = 50;  // between two looks at the clock
  std::array<char, 4096> buffer;
  for (;;) {
    if (patience.is_over()) return false;
    pollfd waiting{pipe.number(), POLLIN, 0};
    if (::poll(&waiting, 1, kMilliseconds) <= 0) continue;
    const auto count = ::read(pipe.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > 2 * kept) text.erase(0, text.size() - kept);
  }
}

/// Waits until the process ends by itself, or kills it (or its group, for a negative `killed`) when the time
/// is over.
ProcessResult wait_until(const Patience& patience, pid_t pid, pid_t killed) {
  int status = 0;
  bool late = false;
  for (;;) {
    const auto ended = ::waitpid(pid, &status, late ? 0 : WNOHANG);
    if (ended < 0 && errno == EINTR) continue;
    if (ended < 0) return {late ? End::timed_out : End::unseen};
    if (ended == pid) break;
    if ((late = patience.is_over()))
      ::kill(killed, SIGKILL);
    else
      std::this_thread::sleep_for(milliseconds(1));
  }
  if (late) return {End::timed_out};
  return WIFEXITED(status) ? ProcessResult{End::exited, WEXITSTATUS(status)}
                           : ProcessResult{End::killed, WTERMSIG(status)};
}

std::string last_line_of(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  const auto begin = text.find_last_of("\r\n");
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

/// Starts the program with its error stream going to `errors`. Returns 0 or an errno.
int spawn(const std::vector<std::string>& arguments, const std::filesystem::path& folder, int errors,
          pid_t& pid) {
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// The first character that a fork writes: the work is done, or has failed.
constexpr char kDone = '=', kFailed = '!';

[[noreturn]] void be_fork(const std::function<std::string()>& work, const Descriptor& out, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  std::string text;
  try {
    text = kDone + work();
  } catch (const std::exception& e) {
    text = kFailed + std::string(e.what());
  } catch (...) {
    text = kFailed + std::string("unknown failure");
  }
  ::_exit(out.write_all(text) ? 0 : 1);
}

}  // namespace

ProcessResult run_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                          milliseconds limit, const std::stop_token& stop) {
  const Patience patience{Clock::now() + limit, stop};
  Pipe pipe;
  if (!pipe.in.is_open()) return {.last_line = std::strerror(errno)};
  pid_t pid = 0;
  if (const int error = spawn(arguments, folder, pipe.out.number(), pid); error != 0)
    return {.end = error == ENOENT ? End::not_installed : End::not_started,
            .last_line = std::strerror(error)};
  pipe.out.close();

  constexpr std::size_t kKept = 4096;  // the end of a program's messages is enough
  std::string text;
  read_until(patience, pipe.in, kKept, text);
  ProcessResult result = wait_until(patience, pid, pid);
  result.last_line = last_line_of(std::move(text));
  return result;
}

std::string describe_failure(const ProcessResult& result, const std::string& program) {
  switch (result.end) {
    case End::not_installed:
      return program + " is not installed";
    case End::not_started:
      return program + " could not be started: " + result.last_line;
    case End::timed_out:
      return program + " took too long";
    case End::killed:
      return program + " was ended by signal " + std::to_string(result.code);
    case End::unseen:
      return "how " + program + " ended cannot be learnt: SIGCHLD is ignored";
    case End::exited:
      break;
  }
  return result.last_line.empty() ? program + " failed with exit code " + std::to_string(result.code)
                                  : result.last_line;
}

ForkResult run_in_fork(const std::function<std::string()>& work, milliseconds limit) {
  const Patience patience{Clock::now() + limit};
  Pipe pipe;
  if (!pipe.in.is_open())
    throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  const pid_t parent = ::getpid(), child = ::fork();
  if (child == 0) {
    pipe.in.close();
    be_fork(work, pipe.out, parent);
  }
  if (child < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  pipe.out.close();
  ::setpgid(child, child);  // the child does so too: whichever is first
  std::string text;
  read_until(patience, pipe.in, std::string::npos / 2, text);
  const ProcessResult ended = wait_until(patience, child, -child);
  switch (ended.end) {
    case End::timed_out:
      return {"", "took more than the time limit", true};
    case End::killed: {
      const char* name = ::sigdescr_np(ended.code);
      return {"", std::string("ended by ") + (name ? name : "a signal")};
    }
    case End::exited:
      if (ended.code != 0 || text.empty()) return {"", "ended with exit code " + std::to_string(ended.code)};
      return text[0] == kDone ? ForkResult{text.substr(1), ""} : ForkResult{"", text.substr(1)};
    default:
      return {"", "ended in a way that cannot be learnt: SIGCHLD is ignored"};
  }
}

}  // namespace sganc
