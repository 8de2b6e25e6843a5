#pragma once
// Which examples a step draws: a pure function of seed, step and stream. Index i of a draw with replacement
// is (random_bits({seed, step}, stream, i) * pool size) >> 32; one without takes the next places of a
// pass, a random order of the whole pool that is drawn anew when it is through.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/execute/random.h"

namespace sganc {

/// The stream of what an update draws for one of its variables: that of the name "update.variable".
std::uint32_t draw_stream(const std::string& update, const std::string& variable);

/// Fills `indices` with a draw with replacement from 0 .. count-1.
void draw_from_all(std::int64_t count, RandomKey key, std::uint32_t stream, std::span<std::int32_t> indices);

/// Draws without replacement. Draw number s, from 1, of batches of b takes the places (s - 1) b to s b - 1 of
/// all passes one after the other, so that a batch may end one pass and begin the next. Keeps the order of
/// the pass that was drawn from last.
class PassDraw {
 public:
  /// From a pool of `count` images.
  PassDraw(std::int64_t count, std::uint64_t seed, std::uint32_t stream);

  /// Fills `indices` with the draw of that number: from 0 to count - 1.
  void draw(std::int64_t number, std::span<std::int32_t> indices);

 private:
  void shuffle(std::uint64_t pass);

  std::uint64_t seed_;
  std::uint32_t stream_;
  std::vector<std::int32_t> order_;
  std::uint64_t pass_ = UINT64_MAX;  // whose order it is
};

}  // namespace sganc
