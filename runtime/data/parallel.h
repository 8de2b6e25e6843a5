#pragma once
// Pieces of work that threads take one after the other: files to be read.

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace sganc {

/// Calls `work` with 0 to count - 1, each once and begun in this order, in so many threads. `work` must not
/// throw.
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
