#pragma once
// The signals that end a run. A loop checks for them between two steps.

#include <signal.h>

#include <array>
#include <string>

namespace sganc {

/// Thrown by work that stops because of a signal.
struct StoppedBySignal {
  int signal = 0;
};

/// "Ctrl-C", "SIGTERM", "SIGHUP", "SIGUSR1".
std::string signal_name(int signal);

/// While a guard lives, SIGINT, SIGTERM, SIGHUP and SIGUSR1 are recorded instead of ending the process. A
/// SIGINT after another signal ends the process at once with exit code 130. A signal that was ignored, as
/// nohup does with SIGHUP, stays ignored. On a closed pipe or a limit on the size of files (SIGPIPE, SIGXFSZ)
/// writing fails, but the process does not end. The destructor restores the former handlers, and redirects
/// standard output or error to nowhere if its reader has gone. There may be one guard at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The first signal that came, or 0.
  int signal() const;

  /// Throws StoppedBySignal if a signal came.
  void require_none() const;

 private:
  std::array<struct sigaction, 6> former_;
};

}  // namespace sganc
