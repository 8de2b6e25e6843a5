// Every file of models/, compiled for ranks that are threads of this process, against the program of one. It
// takes minutes, so tests/shard/run does it, which names the schedules in $SGANC_SHARD_SCHEDULES and the
// number of ranks in $SGANC_SHARD_RANKS.

#include <deque>
#include <sstream>

#include "compiler/layers/table.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/ranks_reference.h"
#include "tests/shipped_models.h"
#include "tests/shipped_schedules.h"

namespace sganc {
namespace {

constexpr int kBatch = 7;

struct Case {
  std::string model, schedule;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.model << " under " << c.schedule;
}

std::vector<Case> cases() {
  const char* schedules = std::getenv("SGANC_SHARD_SCHEDULES");
  std::istringstream words(schedules ? schedules : "");
  std::vector<Case> all;
  for (std::string schedule; words >> schedule;)
    for (const auto& model : shipped_models()) all.push_back({model, schedule});
  return all;
}

int ranks_of_each() {
  const char* ranks = std::getenv("SGANC_SHARD_RANKS");
  return ranks ? std::stoi(ranks) : 3;
}

/// Ranks that run one module, each its own program.
class CompiledRanks {
 public:
  CompiledRanks(const Module& module, int ranks, const Schedule& schedule)
      : modules(shards_of(module, ranks)) {
    if (ranks > 1) together.emplace(ranks);
    for (int rank = 0; rank < ranks; ++rank)
      executors.emplace_back(compile(modules[static_cast<std::size_t>(rank)], schedule), 1, /*seed=*/7,
                             ranks > 1 ? together->at(rank) : lone_rank());
  }

  /// Runs a function on all ranks, with these whole inputs.
  void run(const std::string& name, const Tensors& inputs) {
    if (!together) return run(0, name, inputs);
    together->run([&](int rank) { run(static_cast<std::size_t>(rank), name, inputs); });
  }

  std::vector<Module> modules;
  std::deque<Executor> executors;

 private:
  void run(std::size_t rank, const std::string& name, const Tensors& inputs) {
    Executor& executor = executors[rank];
    const auto id = executor.function(name);
    std::deque<std::vector<std::byte>> memory;
    const auto& declared = executor.program().functions[id.index].inputs;  // those that a step reads
    for (const auto& n : modules[rank].function(name)->nodes) {
      if (n.op != Op::input || std::ranges::find(declared, n.attributes.name, &Input::name) == declared.end())
        continue;
      const Tensor value = rows_for(n, inputs.at(n.attributes.name));
      const bool open = n.type.shape[0] == kUnknownExtent;
      memory.push_back(bytes_of(value));
      executor.bind(executor.input(id, n.attributes.name), memory.back().data(),
                    open ? value.shape()[0] : -1);
    }
    executor.run(id);
  }

  std::optional<RanksTogether> together;
};

class ShardCompiled : public testing::TestWithParam<Case> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ShardCompiled);

TEST_P(ShardCompiled, MovesAsInOneProcess) {
  const bool bf16 = GetParam().schedule == "bf16";
  Diagnostics diagnostics;
  const auto file = kModels / (GetParam().model + ".toml");
  const auto model = load_model(file, {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << text_of(diagnostics);
  const auto small = load_model(file, smaller(*model, kBatch, bf16), vocabulary(), diagnostics);
  const Schedule schedule = shipped_schedule(GetParam().schedule);
  if (const auto why = why_not_here(schedule); !why.empty()) GTEST_SKIP() << why;
  const Module module = training_module(small, diagnostics);
  CompiledRanks alone(module, 1, schedule), shared(module, ranks_of_each(), schedule);
  std::mt19937 random(12);
  Tensors inputs;
  const auto run = [&](const std::string& name, int step) {
    if (!module.function(name)) return;
    bind_inputs(*module.function(name), step, random, inputs);
    alone.run(name, inputs);
    shared.run(name, inputs);
    SCOPED_TRACE(name + " in step " + std::to_string(step));
    for (std::size_t i = 0; i < module.variables.size(); ++i) {
      const Variable& v = module.variables[i];
      if (v.type.dtype != DType::f32) continue;
      const auto expected = alone.executors[0].variable(alone.executors[0].variable_index(v.name));
      Tensor whole{v.type, std::vector<double>(expected.begin(), expected.end())};
      for (auto& executor : shared.executors) {
        const auto actual = executor.variable(executor.variable_index(v.name));
        EXPECT_LE(difference(whole, std::span<const float>(actual)), bf16 ? 0.1 : 5e-3) << v.name;
        const auto first = shared.executors[0].variable(shared.executors[0].variable_index(v.name));
        EXPECT_TRUE(std::ranges::equal(actual, first)) << v.name << " differs between ranks";
      }
    }
  };
  for (const auto& update : model->updates) run(update.name + ".begin", 0);
  run("average", 0);
  const int steps = bf16 ? 1 : 3;  // after more, an example is on the other side of a hinge
  for (int step = 1; step <= steps && !HasFailure(); ++step) {
    for (const auto& update : model->updates) run(update.name, step);
    run("average", step);
  }
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.model + "_under_" + info.param.schedule;
  std::ranges::replace(name, '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, ShardCompiled, testing::ValuesIn(cases()), test_name);

}  // namespace
}  // namespace sganc
