// What tune tries: schedules that differ in one respect. Those that can be applied keep the results.

#include "compiler/driver/tune/candidates.h"

#include <set>

#include "compiler/driver/tune/workload.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

KernelSchedule schedule_of(const std::vector<std::pair<std::string, std::vector<std::string>>>& stages) {
  KernelSchedule schedule;
  for (const auto& [name, directives] : stages) {
    schedule.push_back({name, {}});
    for (const auto& d : directives) schedule.back().directives.push_back({d, {}});
  }
  return schedule;
}

std::set<std::string> neighbours(const KernelSchedule& schedule) {
  std::set<std::string> texts;
  for (const auto& other : neighbours_of(schedule)) texts.insert(text_of(Candidate{"", other}));
  return texts;
}

TEST(TuneCandidates, AsText) {
  EXPECT_EQ(text_of(Candidate{}), "default");
  EXPECT_EQ(text_of(Candidate{"onednn", {}}), "by onednn");
  EXPECT_EQ(
      text_of(Candidate{"halide", schedule_of({{"output", {"split x xo xi 7", "parallel n"}}, {"sum", {}}})}),
      "by halide; output: split x xo xi 7, parallel n; sum:");
}

TEST(TuneCandidates, FromText) {
  for (const std::string text :
       {"default", "by onednn", "by halide; output: split x xo xi 7, parallel n; sum:; sum.update: unroll r",
        "output: compute_root"})
    EXPECT_EQ(text_of(candidate_of(text)), text);
  const Candidate candidate = candidate_of("by halide; output: split x xo xi 7, parallel n; sum:");
  EXPECT_EQ(candidate.by, "halide");
  ASSERT_EQ(candidate.stages.size(), 2U);
  EXPECT_EQ(candidate.stages[0].stage, "output");
  EXPECT_EQ(candidate.stages[0].directives[1].value, "parallel n");
  EXPECT_TRUE(candidate.stages[1].directives.empty());
}

TEST(TuneCandidates, TasksOfAFlatKernel) {
  EXPECT_EQ(
      neighbours(schedule_of({{"output", {"vectorize lane", "split block task part 8", "parallel task"}}})),
      (std::set<std::string>{"output: vectorize lane, split block task part 10, parallel task",
                             "output: vectorize lane, split block task part 12, parallel task",
                             "output: vectorize lane, split block task part 16, parallel task",
                             "output: vectorize lane, split block task part 2, parallel task",
                             "output: vectorize lane, split block task part 32, parallel task",
                             "output: vectorize lane, split block task part 4, parallel task",
                             "output: vectorize lane, split block task part 6, parallel task",
                             "output: vectorize lane, split block task part 8"}));
}

TEST(TuneCandidates, LoopsInAnOrder) {
  EXPECT_EQ(
      neighbours(
          schedule_of({{"sum.update", {"reorder c x t y", "vectorize c 8", "unroll x", "parallel y"}}})),
      (std::set<std::string>{"sum.update: reorder c t x y, vectorize c 8, unroll x, parallel y",
                             "sum.update: reorder c x t y, vectorize c 2, unroll x, parallel y",
                             "sum.update: reorder c x t y, vectorize c 4, unroll x, parallel y",
                             "sum.update: reorder c x t y, vectorize c 8, parallel y",
                             "sum.update: reorder c x t y, vectorize c 8, unroll x",
                             "sum.update: reorder c x t y, vectorize c 8, unroll x, parallel t",
                             "sum.update: reorder c x t y, vectorize c 8, unroll x, parallel y, unroll t",
                             "sum.update: reorder c x y t, vectorize c 8, unroll x, parallel y"}));
}

TEST(TuneCandidates, WordsBetweenCommas) {
  EXPECT_EQ(neighbours(schedule_of({{"sum.update", {"reorder c, x, t", "unroll,t"}}})),
            (std::set<std::string>{"sum.update: reorder c t x, unroll,t", "sum.update: reorder c, x, t"}));
}

TEST(TuneCandidates, AlwaysInOneOrder) {
  const auto from =
      schedule_of({{"output", {"split x0 x0_outer x0_inner 16", "vectorize x0_inner", "parallel x3"}}});
  const auto first = neighbours_of(from), second = neighbours_of(from);
  ASSERT_EQ(first.size(), second.size());
  EXPECT_EQ(first.size(), 10U);
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(text_of(Candidate{"", first[i]}), text_of(Candidate{"", second[i]}));
  EXPECT_TRUE(neighbours_of({}).empty());
}

/// Chooses for each workload the first candidate from `skip` on that can be applied.
Schedule schedule_of_candidates(const Module& module, std::size_t skip, const testing::TestFolder& folder) {
  const PlannedModule base = planned(module);
  Schedule schedule;
  for (const auto& workload : workloads_of(workpieces_of(base), {})) {
    const Trial trial(workload, base);
    if (!workload.piece.is_kernel()) continue;
    const auto stages = neighbours_of(trial.directives());
    for (std::size_t i = skip; i < stages.size(); ++i) try {
        const std::string by = workload.in_halide();
        trial.program(Candidate{by, stages[i]}, {folder / "cache"});
        for (const auto& use : workload.uses) schedule.kernels.push_back({{use, {}}, stages[i]});
        break;
      } catch (const UserError&) {
      }
  }
  return schedule;
}

TEST(TuneCandidates, KeepTheResultsOfASmallModel) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const testing::TestFolder folder;
  for (const std::size_t skip : {0U, 5U}) {
    const Schedule schedule = schedule_of_candidates(module, skip, folder);
    EXPECT_GT(schedule.kernels.size(), 20U);
    std::mt19937 random(1);
    Twin twin(module, schedule);
    for (const char* function : {"c", "d_real", "d_fake", "g"}) {
      bind_batch(twin, function, 0, random);
      twin.step(function, 2e-4);
    }
  }
}

}  // namespace
}  // namespace sganc
