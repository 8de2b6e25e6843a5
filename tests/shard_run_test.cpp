// A compiled model that trains on ranks, each a thread of this process: the weights of one process up to
// rounding, and the same bits on every rank and every time.

#include <deque>

#include "compiler/shard/shard.h"
#include "runtime/system/share.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/ranks_together.h"

namespace sganc {
namespace {

constexpr int kSteps = 20;

/// Statistics of the batch, random numbers, a bias, and a batch that three ranks cannot divide evenly. Adam
/// has an epsilon that is large beside a gradient's rounding errors.
const std::string kModel = R"toml(
name = "shared"
[data]
source = "mnist"
[input]
image = [4, 4, 1]
[net.logits]
of = "image"
layers = [
  { kind = "flatten" },
  { kind = "dense", units = 12 },
  { kind = "batch_norm" },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "dropout", rate = 0.4 },
  { kind = "dense", units = 10 },
]
[net.classifier]
of = "logits"
layers = [{ kind = "softmax" }]
[optimizer]
adam = { kind = "adam", rate = 1e-2, epsilon = 1e-3 }
[[update]]
name      = "c"
draw      = { x = "labeled 7" }
minimize  = "cross_entropy(classifier(x), label(x))"
train     = ["logits"]
optimizer = "adam"
[train]
epochs = 1
steps_per_epoch = 1
[evaluate]
classifier = "classifier"
)toml";

/// The images and labels of all ranks, and the indices that they draw together in each step.
struct Draws {
  std::vector<std::uint8_t> images = std::vector<std::uint8_t>(kImages * 16);
  std::vector<std::int32_t> labels = std::vector<std::int32_t>(kImages);
  std::vector<std::vector<std::int32_t>> indices{kSteps, std::vector<std::int32_t>(7)};

  Draws() {
    std::mt19937 random(3);
    for (auto& byte : images) byte = static_cast<std::uint8_t>(random() % 256);
    for (auto& label : labels) label = static_cast<std::int32_t>(random() % 10);
    for (auto& step : indices)
      for (auto& index : step) index = static_cast<std::int32_t>(random() % kImages);
  }
};

/// Everything that training changed, and the last loss.
std::vector<float> trained(Executor& executor, const Draws& draws, Ranks& ranks) {
  const auto c = executor.function("c");
  std::array<std::int32_t, 4> key{5, 6, 0, 0};
  executor.bind(executor.input(c, "random.key"), key.data());
  executor.bind(executor.input(c, "data.image"), draws.images.data(), kImages);
  executor.bind(executor.input(c, "data.label"), draws.labels.data(), kImages);
  const auto index = executor.input(c, "x.index");
  const Share share = share_of(7, ranks.rank(), ranks.count());
  const Input& declared = executor.program().functions[c.index].inputs[index.index];
  EXPECT_EQ(declared.rows, ranks.alone() ? 0 : 7);
  EXPECT_EQ(declared.extents[0], share.count);
  for (int step = 0; step < kSteps; ++step) {
    key[2] = step + 1;
    executor.bind(index, draws.indices[static_cast<std::size_t>(step)].data() + share.first);
    executor.run(c);
  }
  std::vector<float> numbers = {executor.output(c, "loss")[0], executor.output(c, "accuracy")[0]};
  for (const auto& v : executor.program().variables)
    if (v.dtype == DType::f32) {
      const auto values = executor.variable(executor.variable_index(v.name));
      numbers.insert(numbers.end(), values.begin(), values.end());
    }
  return numbers;
}

/// The same on every rank.
std::vector<std::vector<float>> trained_on(int count, const Module& module, const Draws& draws,
                                           std::size_t messages) {
  std::vector<Program> programs;
  for (int rank = 0; rank < count; ++rank) programs.push_back(compile(shard(module, rank, count)));
  std::vector<std::vector<float>> numbers(programs.size());
  RanksTogether together(count);
  together.run([&](int rank) {
    Ranks& mine = count == 1 ? lone_rank() : together.at(rank);
    Executor executor(programs[static_cast<std::size_t>(rank)], 1, /*seed=*/7, mine);
    numbers[static_cast<std::size_t>(rank)] = trained(executor, draws, mine);
  });
  EXPECT_EQ(together.messages(), count == 1 ? 0u : messages * kSteps);
  return numbers;
}

/// Compares three ranks, which send so many messages in a step, with one process.
void compare(const std::string& model, std::size_t messages) {
  const Module module = module_of_text(model);
  const Draws draws;
  const auto alone = trained_on(1, module, draws, messages)[0];
  const auto shared = trained_on(3, module, draws, messages);
  for (std::size_t i = 0; i < alone.size(); ++i)
    ASSERT_NEAR(shared[0][i], alone[i], 1e-4 * (1 + std::abs(alone[i]))) << i;
  EXPECT_NE(shared[0], alone);  // sums in another order
  EXPECT_EQ(shared[1], shared[0]);
  EXPECT_EQ(shared[2], shared[0]);
  EXPECT_EQ(trained_on(3, module, draws, messages), shared);
}

TEST(ShardRun, TrainsAsOneProcessDoes) {
  // two for the batch norm, two for its gradient, one for all weights' gradients, and one for the metrics
  compare(kModel, 6);
}

/// The gradients of 160 x 160 weights travel while those of the layers before are computed. Whoever touches
/// them meanwhile is found out.
TEST(ShardRun, TrainsAsOneProcessDoesWhileMessagesTravel) {
  std::string model = kModel;
  const std::string layer = R"(  { kind = "dense", units = 12 },)";
  const std::string large = R"(  { kind = "dense", units = 160 }, { kind = "tanh" },)";
  model.replace(model.find(layer), layer.size(), large + "\n" + large + "\n" + layer);
  compare(model, 7);
}

TEST(ShardRun, RefusesTheProgramOfAnotherRank) {
  Program program{.name = "p", .rank = 1, .ranks = 3};
  try {
    const Executor executor(program, 1, 7);
    ADD_FAILURE();
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "rank 0 of 1 cannot run the program of rank 1 of 3");
  }
}

}  // namespace
}  // namespace sganc
