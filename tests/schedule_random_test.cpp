// Schedules that nobody would write: random directives on every kernel of small models. Whatever is not
// refused must compute the same. SGANC_RANDOM_SCHEDULES says how many there are for each model.

#include <cstdlib>

#include "compiler/codegen/kernel_text.h"
#include "compiler/codegen/reads.h"
#include "compiler/codegen/scheduled.h"
#include "compiler/schedule/halide_target.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

/// Draws directives for the stages of one kernel.
class RandomDirectives {
 public:
  RandomDirectives(std::mt19937& random, std::vector<Stage> stages)
      : random_(random), stages_(std::move(stages)) {}

  KernelSchedule draw() {
    KernelSchedule schedule;
    for (const auto& stage : stages_) {
      StageSchedule s{stage.name, {}};
      std::vector<std::string> loops;
      for (const auto& loop : stage.loops) loops.push_back(loop.first);
      if (loops.empty()) continue;
      for (int i = below(4); i > 0; --i) s.directives.push_back({shape(loops), {}});
      if (!stage.name.ends_with(".update") && stage.name != "output" && below(2) == 0)
        s.directives.push_back({place(), {}});
      schedule.push_back(std::move(s));
    }
    return schedule;
  }

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string any(const std::vector<std::string>& names) {
    return names[static_cast<std::size_t>(below(static_cast<int>(names.size())))];
  }

  std::string shape(std::vector<std::string>& loops) {
    const std::string loop = any(loops);
    const std::string factor = below(4) == 0 ? any({"16", "32"}) : std::to_string(1 + below(9));
    switch (below(8)) {
      case 0:
      case 1: {
        std::erase(loops, loop);
        loops.insert(loops.end(), {loop + "_o", loop + "_i"});
        const std::vector<std::string> tails = {"", "", " guard_with_if", " shift_inwards", " round_up"};
        return "split " + loop + " " + loop + "_o " + loop + "_i " + factor + any(tails);
      }
      case 2:
        return "vectorize " + loop + (below(2) ? " " + factor : "");
      case 3:
        return "unroll " + loop + " " + factor;
      case 4:
        return "parallel " + loop;
      case 5: {
        std::shuffle(loops.begin(), loops.end(), random_);
        std::string order = "reorder";
        for (const auto& l : loops) order += " " + l;
        return order;
      }
      case 6:
        return "vectorize " + loop + "_i";
      default:
        return "prefetch operand_0 " + loop + " " + factor;
    }
  }

  std::string place() {
    const Stage& stage = stages_[static_cast<std::size_t>(below(static_cast<int>(stages_.size())))];
    if (stage.loops.empty() || below(3) == 0) return "compute_root";
    std::vector<std::string> loops;
    for (const auto& loop : stage.loops) loops.push_back(loop.first);
    return "compute_at " + stage.name + " " + any(loops);
  }

  std::mt19937& random_;
  std::vector<Stage> stages_;
};

/// Returns whether Halide accepts the kernel with this schedule.
bool compiles(const KernelDescription& kernel) {
  try {
    compile_with_halide(kernel, [&] {
      const auto made = scheduled(kernel);
      require_reads_inside(made);
      made.pipeline().compile_to_module(made.emitted.arguments, "kernel", kernel_target(kernel.target));
    });
    return true;
  } catch (const UserError&) {
    return false;
  }
}

/// Draws random directives for every kernel and leaves out those that are refused, one after the other.
Schedule random_schedule(const Module& module, std::mt19937& random, int& kept) {
  Schedule schedule{.name = "random"};
  for (const auto& [function, cut] : kernels_of(planned(module))) {
    KernelDescription kernel = cut.description;
    KernelOverride table{
        {function + "/" + kernel.name, {}},
        RandomDirectives(random, stages_of(emit(kernel, kernel_target(kernel.target)))).draw()};
    const bool allowed = [&] {
      for (;;) {
        kernel.override_schedule = table;
        if (compiles(kernel)) return true;
        const auto last = std::ranges::find_if(table.stages.rbegin(), table.stages.rend(),
                                               [](const auto& s) { return !s.directives.empty(); });
        if (last == table.stages.rend()) return false;
        last->directives.pop_back();
      }
    }();
    if (!allowed) continue;
    for (const auto& stage : table.stages) kept += static_cast<int>(stage.directives.size());
    schedule.kernels.push_back(std::move(table));
  }
  return schedule;
}

void check(const Module& module, unsigned seed) {
  std::mt19937 random(seed);
  int kept = 0;
  const Schedule schedule = random_schedule(module, random, kept);
  EXPECT_GT(kept, 20);
  Twin twin(module, schedule);
  for (const char* function : {"c", "d_real", "d_fake", "g", "classify", "sample"}) {
    bind_batch(twin, function, 0, random);
    twin.step(function, 2e-4);
  }
  if (testing::Test::HasFailure())
    ADD_FAILURE() << "under this schedule:\n"
                  << schedule_text(kernels_of(planned(module, schedule)), schedule);
}

unsigned how_many() {
  const char* given = std::getenv("SGANC_RANDOM_SCHEDULES");
  return given ? static_cast<unsigned>(std::atoi(given)) : 2;
}

TEST(RandomSchedules, KeepTheResultsOfASmallModel) {
  const Module module = module_of_text(text_of(SmallModel{}));
  for (unsigned seed = 0; seed < how_many() && !HasFailure(); ++seed) check(module, seed);
}

TEST(RandomSchedules, KeepTheResultsOfOddShapes) {
  const Module module = module_of_text(text_of(SmallModel{.image = "[9, 7, 3]",
                                                          .seed_image = "[1, 7, 5]",
                                                          .seed_units = 35,
                                                          .filters = 17,
                                                          .growth = "[3, 1]",
                                                          .channels = 3}));
  for (unsigned seed = 100; seed < 100 + how_many() && !HasFailure(); ++seed) check(module, seed);
}

}  // namespace
}  // namespace sganc
