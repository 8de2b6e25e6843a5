// Halide's autoschedulers as candidates of tune: what they make is read, computes the same, and is recorded.

#include "compiler/driver/tune/autoschedule.h"

#include "compiler/codegen/kernel_text.h"
#include "compiler/driver/tune/search.h"
#include "tests/tune_workloads.h"

namespace sganc {
namespace {

using testing::TestFolder;
using Clock = Search::Clock;

class TuneAutoschedule : public TuneWorkloads {
 protected:
  static std::vector<Autoscheduler> installed() {
    auto all = autoschedulers();
    std::erase_if(all, [](const Autoscheduler& a) { return a.library.empty(); });
    return all;
  }

  /// As it is once it was written to a file and read from it.
  static Candidate read_again(const Candidate& candidate) {
    Diagnostics diagnostics;
    const auto schedule =
        parse_schedule("name = \"mine\"\n" + table_of("kernel", candidate.stages), "mine.toml", diagnostics);
    EXPECT_TRUE(schedule) << text_of(diagnostics);
    return {candidate.by, schedule ? schedule->kernels.at(0).stages : KernelSchedule{}};
  }

  void expect_same_results(const std::string& use, const Autoscheduler& by) const {
    SCOPED_TRACE(by.name + " of " + use);
    const Workload& what = workload(use);
    Trial trial(what, base);
    trial.prepare();
    const auto made = autoschedule(trial, what.in_halide(), by, 2, 300);
    ASSERT_EQ(made.failure, "");
    const Candidate candidate = candidate_of(made.text);
    EXPECT_EQ(text_of(candidate), made.text);
    EXPECT_FALSE(candidate.stages.empty());
    const Measurement m = measure(trial, read_again(candidate), 1, 1, library);
    EXPECT_EQ(m.checked, "reference");
    EXPECT_EQ(m.ms.size(), 1U) << made.text;
    EXPECT_LE(m.error, kMostError);
  }

  /// Looks at `what` until the records have so many lines.
  Tuned search(const Workload& what, std::size_t lines, double seconds) const {
    const auto file = folder / "r.jsonl";
    TuneRecords records(file, context);
    const auto stopped = [&] {
      const std::string text = std::filesystem::exists(file) ? testing::content_of(file) : "";
      return static_cast<std::size_t>(std::ranges::count(text, '\n')) >= lines;
    };
    return Search(records, base, library, stopped)
        .tune(what, Clock::now() +
                        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)));
  }

  TuneRecord record_of(const Workload& what, const std::string& autoscheduler) const {
    return {.workload = what.hash,
            .kernel = what.kernel(),
            .function = what.piece.function,
            .autoscheduler = autoscheduler};
  }
};

TEST_F(TuneAutoschedule, WhatTheyMakeComputesTheSame) {
  if (installed().empty()) GTEST_SKIP() << "no autoscheduler of Halide is installed";
  for (const auto& by : installed()) {
    expect_same_results("g/generator.dense_1.backward", by);  // a sum
    expect_same_results("d_fake/trunk.dropout_1.forward", by);
    expect_same_results("c.apply/c.apply", by);  // overwrites what it reads, in blocks
    if (by.name != "adams2019") expect_same_results("g/generator.conv_1.forward", by);  // it takes long
  }
}

TEST_F(TuneAutoschedule, IsRecordedWithItsName) {
  if (installed().empty()) GTEST_SKIP() << "no autoscheduler of Halide is installed";
  const Workload& what = workload("d_fake/trunk.dropout_1.forward");
  const std::string name = installed()[0].name;
  EXPECT_EQ(search(what, 1, 600).measured, 1U);
  const TuneRecords records(folder / "r.jsonl", context);
  const TuneRecord* record = records.of_autoscheduler(what.hash, name);
  ASSERT_NE(record, nullptr);
  EXPECT_TRUE(record->ok()) << record->failure;
  EXPECT_EQ(record->measured.ms.size(), 7U) << to_json(*record);
  EXPECT_EQ(text_of(candidate_of(record->parameters)), record->parameters);
  const Tuned again = search(what, 1, -1);
  EXPECT_EQ(again.measured, 0U);
  EXPECT_EQ(again.candidates, 1U);
}

TEST_F(TuneAutoschedule, GoesOnFromItsRecords) {
  const Workload& what = workload("d_fake/trunk.dropout_1.forward");
  {
    TuneRecords records(folder / "r.jsonl", context);
    TuneRecord refused = record_of(what, "mullapudi2016");
    refused.parameters = "autoscheduler mullapudi2016";
    refused.failure = "its source calls \"async\", which no directive says";
    records.add(refused);
    TuneRecord fast = record_of(what, "adams2019");
    fast.parameters = "output: compute_root, parallel block";
    fast.measured = {std::vector<double>(21, 1.0), std::vector<double>(21, 2.0), 0, "reference"};
    records.add(fast);
  }
  const Tuned tuned = search(what, 0, -1);
  EXPECT_EQ(tuned.candidates, 2U);
  EXPECT_EQ(tuned.failed, 1U);
  EXPECT_EQ(tuned.measured, 0U);
  ASSERT_TRUE(tuned.best);
  EXPECT_EQ(text_of(*tuned.best), "output: compute_root, parallel block");
  EXPECT_EQ(tuned.record.autoscheduler, "adams2019");
}

TEST_F(TuneAutoschedule, OneThatCannotBeLoadedGivesAReason) {
  const Autoscheduler none{"adams2019", folder / "libautoschedule_none.so"};
  const Trial trial(workload("d_fake/trunk.dropout_1.forward"), base);
  const auto made = autoschedule(trial, "", none, 1, 300);
  EXPECT_EQ(made.text, "");
  EXPECT_TRUE(made.failure.starts_with("Halide has no schedule: ")) << made.failure;
  EXPECT_EQ(made.failure.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace sganc
