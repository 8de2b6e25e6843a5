// Counts of steps beyond 2^24, where a 32-bit float stops: optimizers, rates, ramps, states that hold them.

#include "runtime/train/checkpoint.h"
#include "runtime/train/state.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"
#include "tests/data_folder.h"
#include "tests/train_model.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::TestFolder;

constexpr std::int32_t kMany = 1 << 24;

/// Returns a model of one unit. Over the steps 2^24 + 2 to 2^24 + 6, the rate of its SGD falls linearly to
/// 0. Adam moves the unit too.
std::string model_of_many_steps() {
  return R"toml(name = "many"
[input]
z = { size = 3 }
[net.n]
of = "z"
layers = [{ kind = "dense", units = 1 }]
[optimizer]
o = { kind = "sgd", rate = { from = 1.0, to = 0.0, begin = 16777218, end = 16777222 } }
a = { kind = "adam", rate = 0.01, beta2 = 0.9999999 }
[[update]]
name = "u"
draw = { z = "z 2" }
minimize = "mean(n(z)) * ramp(1, 2, 4, 16777218)"
train = ["n"]
optimizer = "o"
[[update]]
name = "v"
draw = { z = "z 2" }
minimize = "mean(n(z))"
train = ["n"]
optimizer = "a"
[evaluate]
classifier = ""
generator = ""
)toml";
}

TEST(StepCount, GoesOnBeyondWhatAFloatCounts) {
  Twin twin(module_of_text(model_of_many_steps()), {});
  for (const std::string counter : {"o.step", "a.step"}) {
    ASSERT_EQ(twin.module.variable(counter)->type.dtype, DType::i32);
    twin.set(counter, filled({DType::i32, {}}, kMany));
  }
  const auto count = [&](const std::string& counter) {
    return twin.executor.variable<std::int32_t>(twin.executor.variable_index(counter))[0];
  };
  const auto weight = [&] {
    return twin.executor.variable(twin.executor.variable_index("n.dense_1.bias"))[0];
  };
  // The gradient of the bias is the ramp's value. The rate falls from the third step on.
  const std::vector<double> rates = {1, 1, 1, 0.75, 0.5, 0.25, 0}, ramps = {1, 1, 1, 1.25, 1.5, 1.75, 2};
  for (int i = 0; i < 7; ++i) {
    twin.bind("random.key", {{DType::i32, {4}}, {1, 0, static_cast<double>(kMany) + i + 1, 0}});
    const float before = weight();
    twin.step("u", 1e-5);
    EXPECT_EQ(count("o.step"), kMany + i + 1);
    EXPECT_NEAR(before - weight(), rates[static_cast<std::size_t>(i)] * ramps[static_cast<std::size_t>(i)],
                1e-5)
        << i;
    twin.step("v", 1e-4);
    EXPECT_EQ(count("a.step"), kMany + i + 1);
  }
}

TEST(StepCount, IsAsLargeAsAnIntegerAtMost) {
  std::string text = model_of_many_steps() + "[train]\nepochs = 100000\nsteps_per_epoch = 30000\n";
  const auto mistakes = [&] {
    Diagnostics diagnostics;
    parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
    return text_of(diagnostics);
  };
  EXPECT_EQ(mistakes(),
            "model.toml:25:1: error: training makes 3000000000 steps, and at most 2147483647 are counted\n"
            "  25 | [train]\n"
            "     | ^^^^^^^\n"
            "help: lower train.epochs or train.steps_per_epoch\n");
  text.replace(text.find("30000\n"), 5, "10000");
  text.replace(text.find("optimizer = \"o\""), 15, "optimizer = \"o\"\nrepeat = 3");
  EXPECT_EQ(mistakes(),
            "model.toml:26:1: error: the optimizer \"o\" makes 3000000000 steps, and at most 2147483647 are "
            "counted\n"
            "  26 | [train]\n"
            "     | ^^^^^^^\n"
            "help: lower train.epochs or train.steps_per_epoch\n");
}

/// Returns the program of the tests of training, with a count of steps in addition.
Program with_count(DType dtype) {
  auto program = testing::small_model();
  program.variables.push_back({"net.step", Role::state, "", testing::kVariableBytes, dtype, {}, {}});
  program.variable_bytes += kAlignment;
  return program;
}

TEST(StepCount, IsReadFromStatesThatHoldItAsAFloat) {
  const TestFolder folder;
  Executor before(with_count(DType::f32), 1, 3), now(with_count(DType::i32), 1, 3);
  const auto index = now.variable_index("net.step");
  before.variable(index)[0] = 1234567;
  save_state(folder / "state", before, {"small", 11, 4, 1, 4, 0});
  load_state(folder / "state", now);
  EXPECT_EQ(now.variable<std::int32_t>(index)[0], 1234567);
  save_state(folder / "now", now, {"small", 11, 4, 1, 4, 0});
  EXPECT_EQ(Checkpoint::read(folder / "now").find("net.step")->type, TensorType::i32);

  before.variable(index)[0] = kMany;
  save_state(folder / "state", before, {"small", 11, 4, 1, 4, 0});
  EXPECT_EQ(
      folder.without_path(error_of([&] { load_state(folder / "state", now); })),
      "\"FOLDER/state\" cannot be resumed from: its \"net.step\" is a 32-bit float, which counts no more "
      "than 16777216 steps");
  EXPECT_EQ(now.variable<std::int32_t>(index)[0], 1234567);
}

}  // namespace
}  // namespace sganc
