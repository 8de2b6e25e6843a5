// The table of targets: which of Halide's features a processor gets with which version of Halide, and why
// no more. Also schedules that a processor cannot run.

#include "compiler/schedule/target.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "runtime/execute/processor.h"
#include "tests/processors.h"

namespace sganc {
namespace {

using Names = std::vector<std::string>;

/// Returns the last feature, which implies all before it.
std::string largest(const Instructions& instructions, int halide) {
  const Names features = features_of(instructions, halide);
  return features.empty() ? "" : features.back();
}

TEST(Targets, AreMadeOfTheInstructions) {
  const Names to_avx2 = {"sse41", "avx", "f16c", "fma", "avx2"};
  EXPECT_EQ(features_of(kPenryn, 14), Names{"sse41"});
  EXPECT_EQ(features_of(kHaswell, 14), to_avx2);
  EXPECT_EQ(features_of(kZen3, 21), to_avx2);
  EXPECT_EQ(features_of(kSkylakeX, 14), with(to_avx2, {"avx512", "avx512_skylake"}));
  const Names to_cannonlake = with(to_avx2, {"avx512", "avx512_skylake", "avx512_cannonlake"});
  EXPECT_EQ(features_of(kIceLake, 21), to_cannonlake);
  const int first_with_zen4 =
      std::ranges::find(target_features(), "avx512_zen4", &TargetFeature::name)->since;
  EXPECT_TRUE(first_with_zen4 == 14 || first_with_zen4 == 17);  // as this program was built
  for (const auto& zen : {kZen4, kZen5})
    for (const int halide : {14, 15, 16})
      EXPECT_EQ(features_of(zen, halide),
                halide < first_with_zen4 ? to_cannonlake : with(to_cannonlake, {"avx512_zen4"}));
  EXPECT_EQ(features_of(kZen4, 17), with(to_cannonlake, {"avx512_zen4"}));
  EXPECT_EQ(largest(kZen4, 21), "avx512_zen4");
  EXPECT_EQ(largest(kZen5, 20), "avx512_zen4");
  EXPECT_EQ(largest(kZen5, 21), "avx512_zen5");
  for (const int halide : {14, 19, 21}) EXPECT_EQ(largest(kSapphireRapids, halide), "avx512_sapphirerapids");
}

/// A hypervisor may hide any instruction. Features that need it are left out, and all that build on them.
TEST(Targets, DoWithoutWhatIsHidden) {
  for (const auto& f : target_features())
    for (const auto& hidden : f.instructions)
      for (const int halide : {14, 17, 21})
        for (const auto& processor : kProcessors) {
          const Names left = features_of(without(processor.instructions, {hidden}), halide);
          EXPECT_EQ(std::ranges::count(left, f.name), 0) << hidden << " of " << processor.name;
        }
  EXPECT_EQ(largest(without(kHaswell, {"bmi2"}), 14), "fma");
  EXPECT_EQ(largest(without(kSapphireRapids, {"avx512_fp16"}), 14), "avx512_cannonlake");
  EXPECT_EQ(largest(without(kSapphireRapids, {"amx_tile"}), 14), "avx512_cannonlake");
  EXPECT_EQ(largest(without(kIceLake, {"avx512f"}), 14), "avx2");
  EXPECT_EQ(features_of(without(kHaswell, {"sse4_1"}), 14), Names{});
}

/// Every feature comes after its bases, and only once.
TEST(Targets, HoldTogether) {
  std::set<std::string> known;
  for (const auto& f : target_features()) {
    for (const auto& base : f.bases) EXPECT_TRUE(known.contains(base)) << f.name;
    EXPECT_TRUE(known.insert(f.name).second);
    EXPECT_FALSE(f.instructions.empty());
  }
  for (const auto& processor : kProcessors)
    for (int halide = 14; halide <= 21; ++halide) {
      const Names features = features_of(processor.instructions, halide);
      for (const auto& f : target_features())
        if (std::ranges::count(features, f.name) > 0) {
          EXPECT_GE(halide, f.since);
          for (const auto& base : f.bases) EXPECT_EQ(std::ranges::count(features, base), 1) << base;
        }
    }
}

TEST(Targets, SayWhatTheNextOneNeeds) {
  EXPECT_EQ(next_feature(kPenryn, 14), "avx needs sse4_2, popcnt and avx");
  EXPECT_EQ(next_feature(without(kHaswell, {"bmi2"}), 14), "avx2 needs bmi2");
  EXPECT_EQ(next_feature(kZen3, 14), "avx512 needs avx512f and avx512cd");
  EXPECT_EQ(next_feature(kSkylakeX, 14), "avx512_cannonlake needs avx512ifma and avx512vbmi");
  EXPECT_EQ(next_feature(kZen4, 14),
            "avx512_sapphirerapids needs avx_vnni, avx512_fp16, amx_tile, amx_int8 and amx_bf16");
  EXPECT_EQ(next_feature(kZen5, 14),
            "avx512_sapphirerapids needs avx512_fp16, amx_tile, amx_int8 and amx_bf16");
  EXPECT_EQ(next_feature(kZen4, 21), "avx512_zen5 needs avx_vnni and avx512_vp2intersect");
  EXPECT_EQ(next_feature(kSapphireRapids, 14), "");
  EXPECT_EQ(next_feature(kSapphireRapids, 21), "");
}

Schedule schedule_of(const std::string& target) {
  Schedule schedule;
  schedule.target.value = target;
  return schedule;
}

std::string features_of_schedule(const std::string& target, const Instructions& instructions,
                                 const std::string& tuning = "") {
  const TargetMachine machine{.instructions = instructions, .tuning = tuning};
  require_runs_on(machine, schedule_of(target));
  return features_for(schedule_of(target), machine);
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const UserError& error) {
    return error.diagnostic.message + "; " + error.diagnostic.help;
  }
  return "no error";
}

TEST(Targets, AreAsTheScheduleSays) {
  EXPECT_EQ(features_of_schedule("baseline", kZen5), "sse41");
  EXPECT_EQ(features_of_schedule("avx2", kZen5), "sse41-avx-f16c-fma-avx2");
  EXPECT_EQ(features_of_schedule("avx512", kZen5), "sse41-avx-f16c-fma-avx2-avx512-avx512_skylake");
  EXPECT_EQ(explained_target(schedule_of("avx2"), {.instructions = kZen5}).reason, "the schedule says avx2");
  EXPECT_EQ(features_of_schedule("native", kHaswell), "sse41-avx-f16c-fma-avx2");
  const std::string tuned = features_of_schedule("native", kHaswell, "tune_znver3");
  EXPECT_EQ(tuned, "sse41-avx-f16c-fma-avx2-tune_znver3");
  const std::string version = " halide-" + std::to_string(halide_version());
  const std::string before = halide_version() >= 19 ? "tune_znver3-" : "",
                    behind = halide_version() > 14 && before.empty() ? "-tune_znver3" : "";
  EXPECT_EQ(target_text(tuned), "x86-64-linux-" + before + "avx-avx2-f16c-fma-sse41" + behind + version);
  EXPECT_THROW(features_for({}, {}), std::logic_error);
}

TEST(Targets, RefuseWhatTheProcessorLacks) {
  EXPECT_EQ(refusal([] {
              features_of_schedule("avx2", without(kHaswell, {"bmi2", "movbe"}));
            }),
            "this processor has no avx2: it lacks bmi2 and movbe; target = \"native\" takes what there is");
  EXPECT_EQ(refusal([] { features_of_schedule("avx512", without(kSkylakeX, {"avx512dq"})); }),
            "this processor has no avx512: it lacks avx512dq; target = \"native\" takes what there is");
  EXPECT_EQ(
      refusal([] {
        features_of_schedule("native", {"pni", "ssse3"});
      }),
      "this processor cannot run kernels: it lacks sse4_1; kernels need SSE4.1, which x86-64 processors "
      "have since 2008; a virtual machine may hide it");
}

TEST(Targets, SuitThisProcessor) {
  const auto here = this_processor();
  const Names features = features_of(here.instructions, halide_version());
  ASSERT_FALSE(features.empty());
  EXPECT_EQ(features.front(), "sse41");
}

}  // namespace
}  // namespace sganc
