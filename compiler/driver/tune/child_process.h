#pragma once
// Work that may crash or hang, in a process of its own.

#include <functional>
#include <string>

namespace sganc {

struct ChildResult {
  std::string text;     // what the work gave; "" where it failed
  std::string failure;  // why there is none: its exception, the signal that ended it, the time limit
  bool timed_out = false;
};

/// Runs `work` in a copy of this process, for at most so many seconds, and waits for it. The child is in a
/// process group of its own, so that Ctrl-C does not end it; it ends with this process. Call it where no
/// other thread runs: a copy has one thread alone, and no team of OpenMP that this process has made.
ChildResult run_in_child(const std::function<std::string()>& work, double seconds);

}  // namespace sganc
