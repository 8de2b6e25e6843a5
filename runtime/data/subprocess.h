#pragma once
// Other programs, run without a shell: an argument vector, no input, and no output but the reason of a
// failure.

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace sganc {

struct ProcessResult {
  enum class End { exited, killed, timed_out, not_installed, not_started, unseen };
  End end = End::not_started;  // `unseen` where the system does not say: SIGCHLD is ignored
  int code = 0;                // of `exited` the exit code, of `killed` the signal
  std::string last_line;       // the last line that is not empty of what it wrote to its error stream
  bool succeeded() const { return end == End::exited && code == 0; }
};

/// Runs arguments[0], looked up in PATH, in `folder`, and waits. After `limit`, or when `stop` asks for it,
/// it is killed.
ProcessResult run_process(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                          std::chrono::milliseconds limit, const std::stop_token& stop = {});

/// Why it failed, in a few words: "curl: (6) Could not resolve host: a.b", "npm is not installed".
std::string describe_failure(const ProcessResult& result, const std::string& program);

}  // namespace sganc
