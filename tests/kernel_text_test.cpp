// What there is to schedule, and the schedule in force.

#include "compiler/codegen/kernel_text.h"

#include <regex>

#include "tests/compiled_model.h"
#include "tests/this_processor.h"

namespace sganc {
namespace {

/// Returns the schedule as the file says, whatever this processor can do.
Schedule as_read(const std::string& text) {
  Diagnostics diagnostics;
  auto schedule = parse_schedule(text, "schedule.toml", implementation_names(), diagnostics);
  EXPECT_EQ(text_of(diagnostics), "");
  return schedule.value_or(Schedule{});
}

Schedule parsed(const std::string& text) {
  return as_read(text);
}

const UsedKernel& kernel_of(const std::vector<UsedKernel>& kernels, const std::string& function,
                            const std::string& name) {
  for (const auto& k : kernels)
    if (k.function == function && k.cut.description.name == name) return k;
  throw std::logic_error("no kernel " + name);
}

/// Returns the code without the numbers that Halide gives to names.
std::string code_without_numbers(const UsedKernel& kernel) {
  const std::string code = code_of(kernel.cut.description, CodeForm::loops);
  return std::regex_replace(code, std::regex(R"([$_]+\d+|\bt\d+)"), "");
}

TEST(KernelText, NoDirectivesAreAnotherKernelThanTheDefault) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const Schedule naive = parsed("name = \"naive\"\n[[kernel]]\nmatch = \"*\"\n");
  const auto bare = kernels_of(planned(module, naive)), kernels = kernels_of(planned(module));
  ASSERT_EQ(bare.size(), kernels.size());
  for (std::size_t i = 0; i < kernels.size(); ++i)
    EXPECT_NE(bare[i].cut.description.identity(), kernels[i].cut.description.identity());
}

TEST(KernelText, ListsStagesAndLoops) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const Schedule naive = parsed("name = \"naive\"\n[[kernel]]\nmatch = \"*\"\n");
  const auto kernels = kernels_of(planned(module, naive));
  EXPECT_EQ(kernels_text({kernel_of(kernels, "c", "logits.dense_1.backward")}),
            R"(kernel logits.dense_1.backward of c
  reads   operand_0 i32[5], operand_1 f32[5, 10], operand_2 i32[?]
  writes  f32[5, 10], f32[5, 10], f32[], f32[], f32[5, 10], f32[10]
  stage output: x0 10, x1 5
  stage output_1: x0 10, x1 5
  stage output_2: no loop
  stage output_3: no loop
  stage output_4: x0 10, x1 5
  stage output_5: x0 10
  stage max_1: x0 5
  stage max_1.update: x0 5, r0 10
  stage sum_2: x0 5
  stage sum_2.update: x0 5, r0 10
  stage max_3: x0 5
  stage max_3.update: x0 5, r0 10
  stage max_5: x0 5
  stage max_5.update: x0 5, r0 10
  stage sum_4: no loop
  stage sum_4.update: r0 5
  stage sum_7: x0 5
  stage sum_7.update: x0 5, r0 10
  stage sum_6: no loop
  stage sum_6.update: r0 5
  stage sum_8: x0 5
  stage sum_8.update: x0 5, r0 10
  stage sum_9: x0 10
  stage sum_9.update: x0 10, r0 5
)");
  EXPECT_EQ(kernels_text({kernel_of(kernels, "d_real", "trunk.leaky_relu_2.backward"),
                          kernel_of(kernels, "d_fake", "trunk.leaky_relu_2.backward")}),
            R"(kernel trunk.leaky_relu_2.backward of d_real, d_fake
  reads   operand_0 f32[?], operand_1 f32[?]
  writes  f32[?]
  stage output: lane 16, block ?
)");
}

/// The directives of a kernel are found by its name, or by that of the function and its own.
TEST(KernelText, OverridesMayBeOfOneFunction) {
  const Schedule schedule = parsed(R"(name = "x"
[[kernel]]
match = "trunk.*"
output = ["compute_root"]
[[kernel]]
match = "g/trunk.*"
)");
  EXPECT_EQ(schedule.override_for("c", "trunk.conv_1.forward"), &schedule.kernels[0]);
  EXPECT_EQ(schedule.override_for("g", "trunk.conv_1.forward"), &schedule.kernels[1]);
  EXPECT_EQ(schedule.override_for("g", "critic"), nullptr);
}

/// The schedule in force, used as a file, gives the same loops.
TEST(KernelText, ScheduleInForceGivesTheSameCode) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const auto kernels = kernels_of(planned(module));
  const std::string text = schedule_text(kernels, {});
  const Schedule whole = parsed(text);
  const auto again = kernels_of(planned(module, whole));
  ASSERT_EQ(again.size(), kernels.size());
  EXPECT_EQ(schedule_text(again, whole), text);
  int compared = 0;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    EXPECT_TRUE(again[i].cut.description.override_schedule) << again[i].cut.description.name;
    if (kernels[i].function != "g" && kernels[i].function != "g.apply") continue;
    EXPECT_EQ(code_without_numbers(again[i]), code_without_numbers(kernels[i]))
        << kernels[i].cut.description.name;
    ++compared;
  }
  EXPECT_GT(compared, 5);
}

/// All that a schedule chooses is written, and read back as it was.
TEST(KernelText, ScheduleInForceHoldsItsChoices) {
  const std::string choices = R"(name = "mine"
target = "baseline"
threads = 3
precision = "bf16"

[convolution]
implementations = ["few_channels", "onednn"]
few_channels = 2

[fusion]
reach = "layers"
store = ["trunk.conv_1", "generator.*"]
apart = ["trunk.dropout_1"]

[[product]]
match = "trunk.*"
kernel = [3, 5]
stride = [2, 1]
input_channels = "1..4"
output_channels = "128..128"
by = "winograd"
tile = 3
block = 10
groups = 2
precision = "f32"

[[product]]
match = "*"
precision = "bf16"
)";
  EXPECT_EQ(schedule_text({}, as_read(choices)), choices);
}

TEST(KernelText, AKernelThatIsNotThereIsTold) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const auto mistake = [&](const std::string& match) -> std::string {
    const Schedule schedule = parsed("name = \"x\"\n[[kernel]]\nmatch = \"" + match + "\"\n");
    try {
      planned(module, schedule);
    } catch (const UserError& error) {
      Diagnostics diagnostics;
      diagnostics.add(error.diagnostic);
      return text_of(diagnostics);
    }
    return "no mistake";
  };
  EXPECT_EQ(mistake("trunk.leaky_relu_2.bckward"),
            R"(schedule.toml:3:10: error: the model "small" has no kernel "trunk.leaky_relu_2.bckward"
  3 | match = "trunk.leaky_relu_2.bckward"
    |          ^^^^^^^^^^^^^^^^^^^^^^^^^^
help: did you mean "trunk.leaky_relu_2.backward"?
)");
  EXPECT_EQ(mistake("c/trunk.leaky_relu_2.bckward"),
            R"(schedule.toml:3:10: error: the model "small" has no kernel "c/trunk.leaky_relu_2.bckward"
  3 | match = "c/trunk.leaky_relu_2.bckward"
    |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: did you mean "c/trunk.leaky_relu_2.backward"?
)");
  EXPECT_EQ(mistake("c/trunk.leaky_relu_2.backward"), "no mistake");
  EXPECT_EQ(mistake("nothing"), R"(schedule.toml:3:10: error: the model "small" has no kernel "nothing"
  3 | match = "nothing"
    |          ^^^^^^^
help: `compile MODEL --emit kernels` lists them
)");
}

TEST(KernelText, CodeHasItsForms) {
  const Module module = module_of_text(text_of(SmallModel{}));
  const auto kernels = kernels_of(planned(module));
  const auto& kernel = kernels.front().cut.description;
  EXPECT_NE(code_of(kernel, CodeForm::loops).find("produce"), std::string::npos);
  EXPECT_NE(code_of(kernel, CodeForm::page).find("<body>"), std::string::npos);
  EXPECT_NE(code_of(kernel, CodeForm::assembly).find(".text"), std::string::npos);
  EXPECT_EQ(code_of(kernel, CodeForm::object).substr(1, 3), "ELF");
}

}  // namespace
}  // namespace sganc
