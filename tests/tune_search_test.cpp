// Candidates in processes of their own: measured, checked, recorded, and written as a schedule.

#include "compiler/driver/tune/search.h"

#include <set>

#include "compiler/driver/tune/write.h"
#include "tests/tune_workloads.h"

namespace sganc {
namespace {

using testing::TestFolder;
using Clock = Search::Clock;

class TuneSearch : public TuneWorkloads {
 protected:
  Tuned search(const Workload& what, double seconds, bool stop = false) const {
    TuneRecords records(folder / "r.jsonl", context);
    return Search(records, base, library, [=] { return stop; })
        .tune(what, Clock::now() +
                        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)));
  }
};

TEST_F(TuneSearch, EqualKernelsAreOneWorkload) {
  EXPECT_EQ(workload("c/trunk.conv_1.backward_weights").uses,
            (std::vector<std::string>{"c/trunk.conv_1.backward_weights"}));  // a batch of 5
  EXPECT_EQ(workload("d_real/trunk.conv_1.backward_weights").uses,
            (std::vector<std::string>{"d_real/trunk.conv_1.backward_weights",
                                      "d_fake/trunk.conv_1.backward_weights"}));
  EXPECT_EQ(workload("c/trunk.conv_1.forward").other, "onednn");
  for (const auto& w : workloads)  // no kernel computes it: 20 channels on both sides
    EXPECT_NE(w.kernel(), "trunk.conv_2.backward_weights");
}

TEST_F(TuneSearch, EveryWorkloadRunsAloneAsTheReferenceDoes) {
  for (const auto& w : workloads) {
    SCOPED_TRACE(w.uses[0]);
    Trial trial(w, base);
    trial.prepare();
    const Candidate same{w.in_halide(), trial.directives()};
    const Measurement m = measure(trial, same, 1, 1, library);
    EXPECT_EQ(m.checked, "reference");
    EXPECT_EQ(m.ms.size(), 1U);
    EXPECT_LE(m.error, kMostError);
  }
}

TEST_F(TuneSearch, OneDnnComputesWhatAHalideKernelDoes) {
  for (const std::string use : {"c/trunk.conv_1.forward", "d_real/trunk.conv_1.backward_weights",
                                "g/generator.conv_1.backward_data"}) {
    SCOPED_TRACE(use);
    Trial trial(workload(use), base);
    trial.prepare();
    const Measurement m = measure(trial, {"onednn", {}}, 1, 1, library);
    EXPECT_EQ(m.ms.size(), 1U);
    EXPECT_LE(m.error, kMostError);
  }
}

TEST_F(TuneSearch, ConvolutionsByWinogradHaveAChoiceToo) {
  const Module wide = module_of_text(text_of({.seed_image = "[2, 2, 16]", .seed_units = 64, .filters = 16}));
  Schedule schedule{.name = "winograd"};
  schedule.products.push_back({.match = {"generator.conv_transpose_2.*"}, .by = {{"winograd"}}});
  const PlannedModule winograd = planned(wide, schedule);
  std::set<std::string> found;
  for (const auto& w : workloads_of(workpieces_of(winograd), {})) {
    if (w.piece.by != "winograd" && w.other != "winograd") continue;
    SCOPED_TRACE(w.uses[0]);
    found.insert(w.uses[0]);
    EXPECT_EQ(w.in_halide(), "winograd");
    Trial trial(w, winograd);
    trial.prepare();
    for (const Candidate& candidate :
         {Candidate{"winograd", trial.directives()}, Candidate{"winograd", {}}, Candidate{"onednn", {}}}) {
      const Measurement m = measure(trial, candidate, 1, 1, library);
      EXPECT_EQ(m.checked, "reference");
      EXPECT_EQ(m.ms.size(), 1U);
      EXPECT_LE(m.error, kMostError);
    }
  }
  const std::string layer = "generator.conv_transpose_2.";
  EXPECT_EQ(found, (std::set<std::string>{"d_fake/" + layer + "forward", "g/" + layer + "forward",
                                          "g/" + layer + "backward_data", "g/" + layer + "backward_weights",
                                          "sample/" + layer + "forward"}));
}

TEST_F(TuneSearch, GoesOnFromItsRecords) {
  const Workload& what = workload("g/generator.conv_1.forward");
  const Tuned first = search(what, 4);
  EXPECT_GT(first.measured, 0U);
  EXPECT_GE(first.measured, first.candidates);
  const Tuned again = search(what, -1);  // no time is left: all must come from the records
  EXPECT_EQ(again.measured, 0U);
  EXPECT_EQ(again.candidates, first.candidates);
  EXPECT_EQ(again.failed, first.failed);
  EXPECT_EQ(again.best, first.best);
}

TEST_F(TuneSearch, StopsWhereAPersonWantsIt) {
  EXPECT_EQ(search(workload("g/generator.conv_1.forward"), 600, /*stop=*/true).candidates, 0U);
}

TEST_F(TuneSearch, WritesAScheduleThatLoads) {
  const auto tuned = [&](const std::string& use, const Candidate& best) {
    Tuned t{.workload = &workload(use), .best = best};
    t.record = {.kernel = t.workload->kernel(),
                .function = "g",
                .context = context,
                .measured = {{1}, {2}, 2.5e-7, "reference"},
                .date = "2026-11-23"};
    return t;
  };
  const Workload& column = workload("d_real/trunk.conv_1.backward_weights");
  KernelSchedule stages = Trial(column, base).directives();
  stages[0].directives.pop_back();
  const std::vector<Tuned> all = {tuned("c/trunk.conv_1.forward", {"onednn", {}}),
                                  tuned("d_real/trunk.conv_1.backward_weights", {"few_channels", stages}),
                                  Tuned{.workload = &workload("g/generator.conv_1.forward")}};
  const std::string text = tuned_schedule("mine", base, all, context);
  EXPECT_NE(
      text.find("\n[[product]]\nmatch = \"c/trunk.conv_1.forward\"\nby = \"onednn\"\nprecision = \"f32\"\n"),
      text.npos)
      << text;
  EXPECT_NE(
      text.find("\n# trunk.conv_1.backward_weights of g: 2.000 ms before, 1.000 ms now; medians of 1 in "
                "turns, 1 thread, " +
                context.processor +
                ", 2026-11-23\n# largest difference 2.5e-07 of the reference's "
                "largest number\n"
                "[[kernel]]\nmatch = \"d_real/trunk.conv_1.backward_weights\"\n"),
      text.npos)
      << text;
  EXPECT_EQ(text.find("generator.conv_1"), text.npos);
  Diagnostics diagnostics;
  const auto schedule = parse_schedule(text, "mine.toml", implementation_names(), diagnostics);
  ASSERT_TRUE(schedule) << text_of(diagnostics);
  EXPECT_EQ(schedule->name, "mine");
  EXPECT_EQ(schedule->kernels.size(), 2U);  // d_real and d_fake
  const Program program = compile(module, *schedule);
  const auto& steps = program.function("c")->steps;
  const auto moved = std::ranges::find(steps, "trunk.conv_1.forward", &Step::name);
  ASSERT_NE(moved, steps.end());
  EXPECT_TRUE(std::holds_alternative<Convolution>(moved->work));
}

}  // namespace
}  // namespace sganc
