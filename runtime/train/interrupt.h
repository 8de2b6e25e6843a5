#pragma once
// Ctrl-C and SIGTERM as a question that a loop asks between two steps.

#include <signal.h>

namespace sganc {

/// While one lives, SIGINT and SIGTERM are noted instead of ending the process; a SIGINT after another signal
/// ends it at once with exit code 130. The former handlers come back at its end. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The first signal that came, SIGINT or SIGTERM; 0 where none did.
  int signal() const;

 private:
  struct sigaction former_interrupt_, former_terminate_;
};

}  // namespace sganc
