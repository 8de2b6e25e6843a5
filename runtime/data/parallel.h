#pragma once
// Runs pieces of work, such as files to read, in several threads.

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace sganc {

/// Calls `work` with each of 0 to count - 1 once, started in this order, in `threads` threads. `work` must
/// not throw.
template <class Work>
void in_parallel(std::size_t count, int threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> workers;
  for (int t = 1; t < threads; ++t) workers.emplace_back(take);
  take();
}

}  // namespace sganc
