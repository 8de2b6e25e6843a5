// Every file of models/ on ranks, with fewer channels and small batches that ranks cannot divide evenly,
// against one process. The reference interpreter computes both.

#include <deque>

#include "compiler/layers/table.h"
#include "compiler/primitives/cost.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/ranks_reference.h"
#include "tests/shipped_models.h"

namespace sganc {
namespace {

constexpr int kBatch = 5;
constexpr double kTolerance = 1e-6;  // relative to the largest number of a variable

double difference_of(const Tensor& expected, const Tensor& actual) {
  return difference(expected, std::span<const double>(actual.data), 1e-8);
}

/// The multiply-adds of all products in the function.
std::int64_t work_of(const Module& module, const std::string& function) {
  std::int64_t count = 0;
  const Function& f = *module.function(function);
  for (const Node& n : f.nodes) count += multiply_adds(f, n);
  return count;
}

/// tests/shard/run asks for more of them.
int steps_of_each() {
  const char* steps = std::getenv("SGANC_SHARD_STEPS");
  return steps ? std::stoi(steps) : 2;
}

class ShardModels : public testing::TestWithParam<std::string> {};

TEST_P(ShardModels, MoveAsInOneProcess) {
  Diagnostics diagnostics;
  const auto file = kModels / (GetParam() + ".toml");
  const auto model = load_model(file, {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << text_of(diagnostics);
  const auto small = load_model(file, smaller(*model, kBatch, false), vocabulary(), diagnostics);
  const Module module = training_module(small, diagnostics);
  Tensors whole = initial_variables(module, 7), inputs;
  std::deque<ReferenceRanks> teams;
  for (const int ranks : {2, 3, 4}) teams.emplace_back(module, ranks, whole);
  std::mt19937 random(12);
  const auto run = [&](const std::string& name, int step) {
    const Function* function = module.function(name);
    if (!function) return;
    bind_inputs(*function, step, random, inputs);
    const Tensors expected = evaluate(module, *function, inputs, whole);
    for (auto& team : teams) {
      SCOPED_TRACE(name + " on " + std::to_string(team.modules.size()) + " ranks");
      if (function->role == FunctionRole::update || function->role == FunctionRole::begin) {
        std::int64_t work = 0;  // all of it is shared, but for products of weights alone
        for (const Module& part : team.modules) work += work_of(part, name);
        EXPECT_LE(static_cast<double>(work), 1.05 * static_cast<double>(work_of(module, name)));
      }
      for (const Tensors& outputs : team.evaluate(name, inputs)) {
        ASSERT_EQ(outputs.size(), expected.size());
        for (const auto& [output, value] : expected)
          EXPECT_LE(difference_of(value, outputs.at(output)), kTolerance) << output;
      }
      for (const auto& [variable, value] : whole) {
        EXPECT_LE(difference_of(value, team.variables[0].at(variable)), kTolerance) << variable;
        for (const auto& other : team.variables)
          EXPECT_EQ(other.at(variable).data, team.variables[0].at(variable).data) << variable;
      }
    }
  };
  for (const auto& update : model->updates) run(update.name + ".begin", 0);
  run("average", 0);
  const int steps = steps_of_each();
  for (int step = 1; step <= steps; ++step) {
    for (const auto& update : model->updates) {
      run(update.name, step);
      run(update.name + ".apply", step);
    }
    run("average", step);
    ASSERT_FALSE(HasFailure());
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, ShardModels, testing::ValuesIn(shipped_models()), test_name);

}  // namespace
}  // namespace sganc
