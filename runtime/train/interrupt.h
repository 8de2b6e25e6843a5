#pragma once
// The signals that end a run, as a question that a loop asks between two steps.

#include <signal.h>

#include <array>
#include <string>

namespace sganc {

/// Thrown by who gives up because a signal came.
struct StoppedBySignal {
  int signal = 0;
};

/// "Ctrl-C", "SIGTERM", "SIGHUP", "SIGUSR1".
std::string signal_name(int signal);

/// While one lives, SIGINT, SIGTERM, SIGHUP and SIGUSR1 are noted instead of ending the process; a SIGINT
/// after another signal ends it at once with exit code 130. A signal that was ignored, as nohup does with
/// SIGHUP, stays ignored. A closed pipe and a limit on the size of files (SIGPIPE, SIGXFSZ) make writing fail
/// and end nothing. At its end the former handlers come back, and standard output or error goes nowhere where
/// nobody reads it any more. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The first signal that came; 0 where none did.
  int signal() const;

  /// Throws StoppedBySignal where a signal came.
  void require_none() const;

 private:
  std::array<struct sigaction, 6> former_;
};

}  // namespace sganc
