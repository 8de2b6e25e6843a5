#pragma once
// Runs work that may crash or hang in a process of its own.

#include <functional>
#include <string>

namespace sganc {

struct ChildResult {
  std::string text;     // the result of the work; "" if it failed
  std::string failure;  // why it failed: its exception, the signal that ended it, or the time limit
  bool timed_out = false;
};

/// Runs `work` in a fork of this process, for at most that many seconds, and waits for it. The child has a
/// process group of its own, so that Ctrl-C does not end it, but it ends with this process. No other thread
/// may run: a fork has only one thread, and not this process's OpenMP team.
ChildResult run_in_child(const std::function<std::string()>& work, double seconds);

}  // namespace sganc
