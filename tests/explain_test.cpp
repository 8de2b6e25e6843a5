// Explanations are of what is lowered: the same steps, sizes and memory. Every step has its reasons.

#include "compiler/codegen/explain.h"
#include "runtime/execute/onednn_choices.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"

namespace sganc {
namespace {

TEST(Explain, AgreesWithTheProgram) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const Program program = compile(module);
  const auto functions = explain(planned(module));
  ASSERT_EQ(functions.size(), program.functions.size());
  std::int64_t arena = 0;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    SCOPED_TRACE(functions[i].name);
    EXPECT_EQ(functions[i].name, program.functions[i].name);
    const auto& steps = program.functions[i].steps;
    ASSERT_EQ(functions[i].steps.size(), steps.size());
    EXPECT_EQ(functions[i].count, steps.size());
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const ExplainedStep& e = functions[i].steps[k];
      SCOPED_TRACE(e.step.name);
      EXPECT_EQ(e.step.name, steps[k].name);
      EXPECT_EQ(e.step.bytes, steps[k].bytes);
      EXPECT_EQ(e.step.flops, steps[k].flops);
      EXPECT_EQ(e.step.work.index(), steps[k].work.index());
      EXPECT_NE(e.why, "");
      EXPECT_NE(e.layout, "");
      if (e.implementation == "copy") continue;
      EXPECT_GT(e.forward.size() + e.backward.size(), 0u);
      EXPECT_EQ(e.groups.at(0), e.step.name);
    }
    arena = std::max(arena, functions[i].arena_bytes);
  }
  EXPECT_EQ(arena, program.arena_bytes);
}

/// The tasks of each loop are those of the directives, and a larger team has more of them.
TEST(Explain, CountsTheTasksOfATeam) {
  const Module module =
      module_of_text(text_of(SmallModel{.seed_image = "[2, 2, 32]", .seed_units = 128, .filters = 32}));
  Schedule schedule;
  schedule.products = {{.match = {"generator.conv_transpose_*"}, .by = {{"winograd"}}}};
  const auto loops = [&](const std::string& name, int threads) {
    std::string text;
    for (const auto& f : explain(planned(module, schedule, {}, threads)))
      for (const auto& s : f.steps)
        if (f.name == "g" && s.step.name == name)
          for (const auto& l : s.parallel)
            text +=
                l.stage + " " + l.loop + " " + std::to_string(l.tasks) + " " + std::to_string(l.busy) + "\n";
    return text;
  };
  EXPECT_EQ(loops("generator.conv_transpose_1.forward", 2),
            "packed c 32 1.000000\nweights k 32 1.000000\noutput block 2 1.000000\n");
  EXPECT_EQ(loops("generator.conv_transpose_1.forward", 4),
            "packed c 32 1.000000\nweights k 32 1.000000\noutput block 3 0.750000\n");
  EXPECT_EQ(loops("generator.conv_1.forward", 4), "output n 6 0.750000\n");
  EXPECT_EQ(loops("g.apply", 4), "output.update task -1 1.000000\n");
  EXPECT_EQ(loops("trunk.conv_2.forward", 4), "");  // oneDNN divides its own work
}

/// oneDNN keeps the weights of a direct convolution in blocks; a matrix product takes them as they are.
TEST(Explain, AsksOneDnn) {
  const auto functions = explain(planned(module_of_text(text_of(SmallModel{.filters = 32})), all_onednn()));
  std::vector<const Step*> steps;
  for (const auto& s : functions.at(0).steps) steps.push_back(&s.step);
  const auto choices = onednn_choices(steps, 2);
  ASSERT_EQ(choices.size(), steps.size());
  int repacked = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool onednn = functions[0].steps[i].implementation.starts_with("onednn");
    EXPECT_EQ(choices[i].implementation.empty(), !onednn) << steps[i]->name;
    if (!std::holds_alternative<Convolution>(steps[i]->work)) {
      EXPECT_EQ(choices[i].reorders, 0) << steps[i]->name;
    }
    repacked += choices[i].reorders;
  }
  EXPECT_GT(repacked, 0);
}

}  // namespace
}  // namespace sganc
