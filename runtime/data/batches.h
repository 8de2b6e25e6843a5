#pragma once
// The examples that a step draws: a pure function of seed, step and stream. Index i of a draw with
// replacement is (random_bits({seed, step}, stream, i) * pool size) >> 32. A draw without replacement takes
// the next elements of a pass, which is a random order of the whole pool. After a pass the next one has a new
// order.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/execute/random.h"

namespace sganc {

/// The stream of an update's draw of that name: the stream of "UPDATE.NAME".
std::uint32_t draw_stream(const std::string& update, const std::string& variable);

/// Fills `indices` with a draw with replacement from 0 .. count-1.
void draw_from_all(std::int64_t count, RandomKey key, std::uint32_t stream, std::span<std::int32_t> indices);

/// Draws without replacement. Draw number s (from 1) of batches of b takes the elements (s - 1) b to s b - 1
/// of all passes in sequence, so that a batch may end one pass and begin the next. Remembers the order of the
/// last pass.
class PassDraw {
 public:
  /// Draws from a pool of `count` images.
  PassDraw(std::int64_t count, std::uint64_t seed, std::uint32_t stream);

  /// Fills `indices` with the draw of that number: from 0 to count - 1.
  void draw(std::int64_t number, std::span<std::int32_t> indices);

 private:
  void shuffle(std::uint64_t pass);

  std::uint64_t seed_;
  std::uint32_t stream_;
  std::vector<std::int32_t> order_;
  std::uint64_t pass_ = UINT64_MAX;  // the pass that `order_` belongs to
};

}  // namespace sganc
