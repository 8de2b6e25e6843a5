#pragma once
// Runs other programs without a shell and without input. Only the last line of their error stream is kept.

#include <chrono>
#include <filesystem>
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

/// Runs arguments[0], looked up in PATH, in `folder`, and waits for its end. Kills it after `limit` or when
/// `stop` is requested.
ProcessResult run_process(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                          std::chrono::milliseconds limit, const std::stop_token& stop = {});

/// The reason of a failure in a few words: "curl: (6) Could not resolve host: a.b", "npm is not installed".
std::string describe_failure(const ProcessResult& result, const std::string& program);

}  // namespace sganc
