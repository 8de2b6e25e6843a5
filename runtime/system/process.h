#pragma once
// Other processes: programs of the system, and work that may crash or hang.

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace sganc {

struct ProcessResult {
  enum class End { exited, killed, timed_out, not_installed, not_started, unseen };
  End end = End::not_started;  // `unseen` if the system does not tell, because SIGCHLD is ignored
  int code = 0;                // the exit code for `exited`, the signal for `killed`
  std::string last_line;       // the last line of its error stream that is not empty
  bool succeeded() const { return end == End::exited && code == 0; }
};

/// Runs the program arguments[0], looked up in PATH, in `folder`, without a shell and without input, and
/// waits for its end. Keeps only the last line of its error stream. Kills it after `limit` or when `stop` is
/// requested.
ProcessResult run_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                          std::chrono::milliseconds limit, const std::stop_token& stop = {});

/// The reason of a failure in a few words: "curl: (6) Could not resolve host: a.b", "npm is not installed".
std::string describe_failure(const ProcessResult& result, const std::string& program);

struct ForkResult {
  std::string text;     // the result of the work; "" if it failed
  std::string failure;  // why it failed: its exception, the signal that ended it, or the time limit
  bool timed_out = false;
};

/// Runs `work` in a fork of this process, for at most that long, and waits for it. The fork has a process
/// group of its own, so that Ctrl-C does not end it, but it ends with this process. No other thread may run:
/// a fork has only one thread, and not this process's OpenMP team. Throws std::runtime_error if the system
/// gives no process.
ForkResult run_in_fork(const std::function<std::string()>& work, std::chrono::milliseconds limit);

}  // namespace sganc
