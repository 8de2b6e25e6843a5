#include "runtime/data/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

extern char** environ;  // NOLINT: a child's environment is this process's, unread here

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

/// How much of what a program says is kept; its end is what counts.
constexpr std::size_t kKept = 4096;

std::string last_line_of(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  const auto begin = text.find_last_of("\r\n");
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

/// Starts the program with its error stream going to `errors`; returns an errno.
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

/// Until when a program may run.
struct Patience {
  Clock::time_point deadline;
  const std::stop_token& stop;
  bool is_over() const { return stop.stop_requested() || Clock::now() >= deadline; }
};

/// Reads what the program says until it closes the pipe (true) or the time is over (false).
bool read_until(const Patience& patience, int pipe, std::string& text) {
  constexpr int kMilliseconds = 50;  // from one look at the clock to the next
  std::array<char, 1024> buffer;
  for (;;) {
    if (patience.is_over()) return false;
    pollfd waiting{pipe, POLLIN, 0};
    if (::poll(&waiting, 1, kMilliseconds) <= 0) continue;
    const auto count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > 2 * kKept) text.erase(0, text.size() - kKept);
  }
}

enum class Wait { ended, late, unseen };

/// Waits for the end of the program; `unseen` where the system does not say how it was.
Wait wait_until(const Patience& patience, pid_t pid, int& status) {
  for (;;) {
    const auto ended = ::waitpid(pid, &status, WNOHANG);
    if (ended == pid) return Wait::ended;
    if (ended < 0 && errno != EINTR) return Wait::unseen;
    if (patience.is_over()) return Wait::late;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                          std::chrono::milliseconds limit, const std::stop_token& stop) {
  ProcessResult result;
  const Patience patience{Clock::now() + limit, stop};
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) {
    result.last_line = std::strerror(errno);
    return result;
  }
  pid_t pid = 0;
  const int error = spawn(arguments, folder, pipe[1], pid);
  ::close(pipe[1]);
  if (error != 0) {
    ::close(pipe[0]);
    result.end = error == ENOENT ? ProcessResult::End::not_installed : ProcessResult::End::not_started;
    result.last_line = std::strerror(error);
    return result;
  }

  std::string text;
  int status = 0;
  const Wait wait = read_until(patience, pipe[0], text) ? wait_until(patience, pid, status) : Wait::late;
  ::close(pipe[0]);
  result.last_line = last_line_of(std::move(text));
  if (wait == Wait::late) {
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    result.end = ProcessResult::End::timed_out;
  } else if (wait == Wait::unseen) {
    result.end = ProcessResult::End::unseen;
  } else if (WIFEXITED(status)) {
    result.end = ProcessResult::End::exited;
    result.code = WEXITSTATUS(status);
  } else {
    result.end = ProcessResult::End::killed;
    result.code = WTERMSIG(status);
  }
  return result;
}

std::string describe_failure(const ProcessResult& result, const std::string& program) {
  switch (result.end) {
    case ProcessResult::End::not_installed:
      return program + " is not installed";
    case ProcessResult::End::not_started:
      return program + " could not be started: " + result.last_line;
    case ProcessResult::End::timed_out:
      return program + " took too long";
    case ProcessResult::End::killed:
      return program + " was ended by signal " + std::to_string(result.code);
    case ProcessResult::End::unseen:
      return "how " + program + " ended cannot be learnt: SIGCHLD is ignored";
    case ProcessResult::End::exited:
      break;
  }
  return result.last_line.empty() ? program + " failed with exit code " + std::to_string(result.code)
                                  : result.last_line;
}

}  // namespace sganc
