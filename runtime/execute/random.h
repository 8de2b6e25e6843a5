#pragma once
// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011). A number is a pure function
// of seed, stream, step and index, so that order, threads and interruptions change nothing. Compiled kernels,
// the reference interpreter and the host compute the same bits.

#include <array>
#include <cstdint>

namespace sganc {

using PhiloxBlock = std::array<std::uint32_t, 4>;

constexpr PhiloxBlock philox4x32(PhiloxBlock counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

/// The key that functions take as `random.key`: i32 {4}.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  constexpr std::array<std::int32_t, 4> words() const {
    return {static_cast<std::int32_t>(seed), static_cast<std::int32_t>(seed >> 32),
            static_cast<std::int32_t>(step), static_cast<std::int32_t>(step >> 32)};
  }
};

/// The block at counter (index, stream, step low, step high).
constexpr PhiloxBlock random_block(RandomKey key, std::uint32_t stream, std::uint32_t index) {
  return philox4x32(
      {index, stream, static_cast<std::uint32_t>(key.step), static_cast<std::uint32_t>(key.step >> 32)},
      {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

/// 32 random bits: the first word of the block.
constexpr std::uint32_t random_bits(RandomKey key, std::uint32_t stream, std::uint32_t index) {
  return random_block(key, stream, index)[0];
}

/// In [0, 1), with 24 bits of a word: exact in f32.
constexpr float unit_interval(std::uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

/// Uniform in [0, 1).
constexpr float random_uniform(RandomKey key, std::uint32_t stream, std::uint32_t index) {
  return unit_interval(random_bits(key, stream, index));
}

/// Like random_uniform, for the streams of the compiler: streams 2 s and 2 s + 1 are the first two words of
/// the blocks of stream s. A normal number takes one of each, and so costs one block.
constexpr float drawn_uniform(RandomKey key, std::uint32_t stream, std::uint32_t index) {
  return unit_interval(random_block(key, stream / 2, index)[stream % 2]);
}

/// The compiler uses the streams below this, one for each random operation of the module. The runtime uses
/// the others.
inline constexpr std::uint32_t kRuntimeStreams = 0x40000000;

/// The stream of a name (by FNV-1a), at or above kRuntimeStreams.
constexpr std::uint32_t stream_of(const char* name) {
  std::uint32_t hash = 2166136261u;
  for (; *name; ++name) hash = (hash ^ static_cast<std::uint8_t>(*name)) * 16777619u;
  return kRuntimeStreams | (hash >> 2);
}

}  // namespace sganc
