// Philox against the known answers that its authors publish (Random123, kat_vectors), and what is drawn from
// it.

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "runtime/execute/initialize.h"
#include "runtime/execute/random.h"

namespace sganc {
namespace {

TEST(Random, PhiloxGivesThePublishedAnswers) {
  constexpr std::uint32_t f = 0xffffffff;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({f, f, f, f}, {f, f}), (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, BitsAreTheFirstWordOfTheBlockOfSeedStreamStepAndIndex) {
  const RandomKey key{0x299f31d0a4093822, 0x0370734413198a2e};
  EXPECT_EQ(random_bits(key, 0x85a308d3, 0x243f6a88), 0xd16cfe09u);
  EXPECT_EQ(random_uniform(key, 0x85a308d3, 0x243f6a88), static_cast<float>(0xd16cfe) / 16777216.f);
  EXPECT_EQ(key.words(), (std::array<std::int32_t, 4>{static_cast<std::int32_t>(0xa4093822), 0x299f31d0,
                                                      0x13198a2e, 0x03707344}));
}

TEST(Random, StreamsOfNamesDifferAndLieAboveTheCompilers) {
  std::set<std::uint32_t> streams;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "net.conv_" + std::to_string(i) + ".weight";
    EXPECT_GE(stream_of(name.c_str()), kRuntimeStreams);
    streams.insert(stream_of(name.c_str()));
  }
  EXPECT_EQ(streams.size(), 100u);
}

VariableSlot slot(Initializer::Kind kind, double scale, DType dtype = DType::f32) {
  VariableSlot result;
  result.name = "net.weight";
  result.dtype = dtype;
  result.initializer = {kind, scale};
  return result;
}

std::vector<float> begun(const VariableSlot& variable, std::uint64_t seed, std::size_t count) {
  std::vector<float> values(count, -7);
  initialize(variable, seed, std::as_writable_bytes(std::span(values)));
  return values;
}

struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments(const std::vector<float>& values) {
  double sum = 0, squares = 0;
  for (const float v : values) sum += v, squares += double{v} * v;
  const auto n = static_cast<double>(values.size());
  return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

TEST(Initialize, UniformFillsItsRangeAndNothingElse) {
  const auto values = begun(slot(Initializer::Kind::uniform, 0.5), 1, 20000);
  for (const float v : values) {
    ASSERT_GE(v, -0.5f);
    ASSERT_LT(v, 0.5f);
  }
  const Moments m = moments(values);
  EXPECT_NEAR(m.mean, 0, 0.01);
  EXPECT_NEAR(m.deviation, 0.5 / std::sqrt(3.0), 0.005);
}

TEST(Initialize, NormalHasItsDeviation) {
  const Moments m = moments(begun(slot(Initializer::Kind::normal, 2), 1, 20000));
  EXPECT_NEAR(m.mean, 0, 0.06);
  EXPECT_NEAR(m.deviation, 2, 0.04);
}

TEST(Initialize, ConstantsAndZerosOfEveryType) {
  EXPECT_EQ(begun(slot(Initializer::Kind::zeros, 3), 1, 2), (std::vector<float>{0, 0}));
  EXPECT_EQ(begun(slot(Initializer::Kind::constant, 1.5), 1, 2), (std::vector<float>{1.5, 1.5}));
  std::vector<std::int32_t> counts(2, 5);
  initialize(slot(Initializer::Kind::constant, -4, DType::i32), 1, std::as_writable_bytes(std::span(counts)));
  EXPECT_EQ(counts, (std::vector<std::int32_t>{-4, -4}));
}

TEST(Initialize, SeedAndNameDecideAndNothingElse) {
  VariableSlot variable = slot(Initializer::Kind::normal, 1);
  const auto values = begun(variable, 1, 10000);
  EXPECT_EQ(begun(variable, 1, 10000), values);
  // A prefix does not depend on how much follows it, nor on how many threads fill it.
  EXPECT_EQ(begun(variable, 1, 10), std::vector<float>(values.begin(), values.begin() + 10));
  EXPECT_NE(begun(variable, 2, 10000), values);
  variable.name = "net.other";
  EXPECT_NE(begun(variable, 1, 10000), values);
}

TEST(Initialize, RandomIntegersAreRefused) {
  std::vector<std::int32_t> counts(2);
  try {
    initialize(slot(Initializer::Kind::uniform, 1, DType::i32), 1, std::as_writable_bytes(std::span(counts)));
    FAIL();
  } catch (const std::logic_error& e) {
    EXPECT_STREQ(e.what(), "variable 'net.weight' begins at random but is not f32");
  }
}

}  // namespace
}  // namespace sganc
