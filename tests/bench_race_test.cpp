// Variants take turns: in which order, with how much memory, on which steps.

#include <gtest/gtest.h>

#include "compiler/driver/bench/measure.h"

namespace sganc {
namespace {

using Order = std::vector<std::size_t>;
using Words = std::vector<std::string>;

/// A program of one function "u" of copies with those names.
Program copies(const Words& names) {
  const Buffer from{Space::variables, 0, DType::f32, {16}}, to{Space::arena, 0, DType::f32, {16}};
  Program program{.name = "copies", .variable_bytes = 64, .arena_bytes = 64};
  program.variables = {{.name = "w", .extents = {16}}};
  FunctionProgram u{.name = "u", .role = FunctionRole::update, .update = "u"};
  for (const auto& name : names)
    u.steps.push_back({.name = name, .work = Copy{from, to}, .flops = 1000, .bytes = 128});
  program.functions = {std::move(u)};
  return program;
}

Variants two_variants() {
  Variants variants;
  variants.model.name = "copies";
  variants.model.updates.push_back({.name = "u"});
  variants.list = {
      {.schedule = "a", .program = copies({"net.one", "net.two", "other"}), .compile_s = 1, .begin_s = 2},
      {.schedule = "b", .program = copies({"net.one", "extra", "other"})}};
  return variants;
}

Words names_of(const std::vector<ChosenKernel>& kernels) {
  Words names;
  for (const auto& k : kernels) names.push_back(k.function + "/" + k.name);
  return names;
}

TEST(BenchRace, EachVariantBeginsInTurn) {
  EXPECT_EQ(order_of(3, 0), (Order{0, 1, 2}));
  EXPECT_EQ(order_of(3, 1), (Order{1, 2, 0}));
  EXPECT_EQ(order_of(3, 2), (Order{2, 0, 1}));
  EXPECT_EQ(order_of(3, 3), (Order{0, 1, 2}));
  EXPECT_EQ(order_of(1, 5), (Order{0}));
}

TEST(BenchRace, TurnsFollowThatOrder) {
  const Variants variants = two_variants();
  Order turns;
  const auto result = Race(variants, {.warmup = 1, .repetitions = 3}).run([&](std::size_t v, Executor&) {
    turns.push_back(v);
  });
  EXPECT_EQ(turns, (Order{0, 1, 1, 0, 0, 1}));
  EXPECT_EQ(result.product_gflops.size(), 2U);
  EXPECT_EQ(result.variants[0].flops, 3000);
  EXPECT_EQ(result.variants[0].compile_s, 1);
  EXPECT_GT(result.variants[0].first_step_s, 2);
}

TEST(BenchRace, MemoryDecidesWhetherAllStay) {
  const Variants variants = two_variants();  // 128 bytes each
  EXPECT_TRUE(fit_together(variants.list, 512));
  EXPECT_FALSE(fit_together(variants.list, 511));
}

TEST(BenchRace, MeasuresEachStepAlsoOneExecutorAtATime) {
  const Variants variants = two_variants();
  for (const bool keep_all : {true, false}) {
    const auto result = measure_steps(variants, {.warmup = 1, .repetitions = 2, .keep_all = keep_all});
    ASSERT_EQ(result.timings.size(), 2U);
    for (const auto& t : result.timings) {
      EXPECT_EQ(t.ms.size(), 2U);
      EXPECT_EQ(t.cpu_ms.size(), 2U);
      EXPECT_EQ(t.flops, 3000);
    }
    Words steps;
    for (const auto& c : result.variants[1].costs)
      steps.push_back(c.update + "/" + c.name + " " + c.implementation);
    EXPECT_EQ(steps, (Words{"u/net.one copy", "u/extra copy", "u/other copy"}));
    ASSERT_EQ(result.variants[1].update_ms.size(), 1U);
    EXPECT_EQ(result.variants[1].update_ms[0].second.size(), 2U);
  }
}

TEST(BenchRace, ChoosesKernelsByNameAndPattern) {
  const Variants variants = two_variants();
  EXPECT_EQ(names_of(choose_kernels(variants, "other")), (Words{"u/other"}));
  EXPECT_EQ(names_of(choose_kernels(variants, "u/net.*")), (Words{"u/net.one", "u/net.two"}));
  const auto all = choose_kernels(variants, "*");
  EXPECT_EQ(names_of(all), (Words{"u/net.one", "u/net.two", "u/other", "u/extra"}));
  EXPECT_EQ(all[1].steps, (std::vector<std::optional<std::size_t>>{1, std::nullopt}));
  EXPECT_EQ(all[2].steps, (std::vector<std::optional<std::size_t>>{2, 2}));
}

TEST(BenchRace, MeasuresKernelsWhereTheyAre) {
  const Variants variants = two_variants();
  const auto result =
      measure_kernels(variants, choose_kernels(variants, "*t*"), {.warmup = 1, .repetitions = 2});
  Words timed;
  for (const auto& t : result.timings) {
    timed.push_back(t.kernel + " " + result.schedule(t));
    EXPECT_EQ(t.ms.size(), 2U);
    EXPECT_GE(t.iterations, 1);
    EXPECT_EQ(t.bytes, 128);
  }
  EXPECT_EQ(timed,
            (Words{"u/net.one a", "u/net.one b", "u/net.two a", "u/other a", "u/other b", "u/extra b"}));
}

}  // namespace
}  // namespace sganc
