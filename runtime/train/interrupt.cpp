#include "runtime/train/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>

namespace sganc {
namespace {

struct WatchedSignal {
  int number;
  const char* name;  // nullptr: it is ignored
};

constexpr std::array<WatchedSignal, 6> kWatched = {{{SIGINT, "Ctrl-C"},
                                                    {SIGTERM, "SIGTERM"},
                                                    {SIGHUP, "SIGHUP"},
                                                    {SIGUSR1, "SIGUSR1"},
                                                    {SIGPIPE, nullptr},
                                                    {SIGXFSZ, nullptr}}};

// A signal handler can reach nothing but a global.
std::atomic<int> noted_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void note_signal(int signal) {
  int none = 0;
  if (!noted_signal.compare_exchange_strong(none, signal) && signal == SIGINT) ::_exit(130);
}

/// Whether the descriptor is a pipe whose reader has gone.
bool is_closed_pipe(int descriptor) {
  pollfd asked{descriptor, 0, 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLERR) != 0;
}

/// Redirects the descriptor to /dev/null.
void lead_nowhere(int descriptor) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  ::dup2(nowhere, descriptor);
  ::close(nowhere);
}

}  // namespace

std::string signal_name(int signal) {
  for (const auto& watched : kWatched)
    if (watched.number == signal && watched.name) return watched.name;
  return "signal " + std::to_string(signal);
}

InterruptGuard::InterruptGuard() {
  noted_signal = 0;
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    ::sigaction(kWatched[i].number, nullptr, &former_[i]);
    if (former_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = kWatched[i].name ? note_signal : SIG_IGN;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(kWatched[i].number, &action, nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    if (is_closed_pipe(stream)) lead_nowhere(stream);
  for (std::size_t i = 0; i < kWatched.size(); ++i) ::sigaction(kWatched[i].number, &former_[i], nullptr);
}

int InterruptGuard::signal() const {
  return noted_signal;
}

void InterruptGuard::require_none() const {
  if (const int noted = signal()) throw StoppedBySignal{noted};
}

}  // namespace sganc
