#pragma once
// Which examples a step draws: with replacement, a pure function of seed, step and stream. Index i of a draw
// is pool[(random_bits({seed, step}, stream, i) * pool size) >> 32].

#include <cstdint>
#include <span>
#include <string>

#include "runtime/execute/random.h"

namespace sganc {

/// The stream of what an update draws for one of its variables: that of the name "update.variable".
std::uint32_t draw_stream(const std::string& update, const std::string& variable);

/// Fills `indices` with a draw from `pool`.
void draw_from(std::span<const std::int32_t> pool, RandomKey key, std::uint32_t stream,
               std::span<std::int32_t> indices);

/// Fills `indices` with a draw from 0 .. count-1.
void draw_from_all(std::int64_t count, RandomKey key, std::uint32_t stream, std::span<std::int32_t> indices);

}  // namespace sganc
