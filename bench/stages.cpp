// Times the stages of the compiler on models/mnist_stacked.toml with Google Benchmark.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <map>

#include "compiler/codegen/lower.h"
#include "compiler/gradient/gradient.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "tests/this_processor.h"

namespace sganc {
namespace {

const std::string kModel = SGANC_SOURCE_DIR "/models/mnist_stacked.toml";

Model shipped_model() {
  Diagnostics diagnostics;
  return *load_model(kModel, {}, vocabulary(), diagnostics);
}

Module shipped_module(const Model& model) {
  Diagnostics diagnostics;
  Module module = build_module(model, diagnostics);
  add_training(module, model, diagnostics);
  return module;
}

void load(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(shipped_model());
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void build_and_differentiate(benchmark::State& state) {
  const Model model = shipped_model();
  for (auto _ : state) benchmark::DoNotOptimize(shipped_module(model));
}
BENCHMARK(build_and_differentiate)->Unit(benchmark::kMillisecond);

/// Times one pass alone, on the function of update g as the passes before have left it.
void pass(benchmark::State& state) {
  const auto index = static_cast<std::size_t>(state.range(0));
  const Module module = shipped_module(shipped_model());
  const Schedule schedule;
  const TargetMachine machine = this_target();
  const VariableLayout layout = lay_out_variables(module);
  const PassContext context{module, schedule, machine, layout};
  PlannedFunction before{*module.function("g"), {}};
  for (std::size_t i = 0; i < index; ++i) pipeline()[i].run(before, context);
  state.SetLabel(std::string(pipeline()[index].name));
  for (auto _ : state) {
    PlannedFunction c = before;
    pipeline()[index].run(c, context);
    benchmark::DoNotOptimize(c);
  }
}
BENCHMARK(pass)
    ->DenseRange(0, static_cast<std::int64_t>(pipeline().size()) - 1)
    ->Unit(benchmark::kMicrosecond);

/// Times all passes and code generation, with an empty cache of kernels and with a full one.
void lower_program(benchmark::State& state) {
  const bool cold = state.range(0) == 0;
  const auto cache = std::filesystem::temp_directory_path() / "sganc_bench_cache";
  const Module module = shipped_module(shipped_model());
  if (!cold) lower(planned(module), {cache});
  for (auto _ : state) {
    if (cold) std::filesystem::remove_all(cache);
    benchmark::DoNotOptimize(lower(planned(module), {cache}));
  }
  std::filesystem::remove_all(cache);
  state.SetLabel(cold ? "cold" : "warm");
}
BENCHMARK(lower_program)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace sganc
