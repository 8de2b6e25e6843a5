#include "runtime/train/interrupt.h"

#include <unistd.h>

namespace sganc {
namespace {

// A signal handler can reach nothing but a global.
volatile sig_atomic_t noted_signal = 0;

void note_signal(int signal) {
  if (signal == SIGINT && noted_signal != 0) ::_exit(130);
  if (noted_signal == 0) noted_signal = signal;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  noted_signal = 0;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &former_interrupt_);
  ::sigaction(SIGTERM, &action, &former_terminate_);
}

InterruptGuard::~InterruptGuard() {
  ::sigaction(SIGINT, &former_interrupt_, nullptr);
  ::sigaction(SIGTERM, &former_terminate_, nullptr);
}

int InterruptGuard::signal() const {
  return noted_signal;
}

}  // namespace sganc
