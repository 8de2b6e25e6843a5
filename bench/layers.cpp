// Times an update of a net for each layer in `kCases`, at a batch of 64, with Google Benchmark.

#include <benchmark/benchmark.h>
#include <omp.h>

#include <filesystem>
#include <functional>
#include <iostream>

#include "compiler/codegen/lower.h"
#include "compiler/gradient/gradient.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "runtime/execute/executor.h"
#include "tests/this_processor.h"

namespace sganc {
namespace {

/// Returns a model whose net has this layer and a dense layer, and whose update minimizes the mean of the
/// net's output.
std::string model_text(const std::string& shape, const std::string& layer) {
  return "name = \"layer\"\n[input]\nimage = " + shape + "\n[net.n]\nof = \"image\"\nlayers = [" + layer +
         ", { kind = \"flatten\" }, { kind = \"dense\", units = 1 }]\n"
         "[optimizer]\no = { kind = \"sgd\", rate = 1e-3 }\n"
         "[[update]]\nname = \"u\"\ndraw = { x = \"unlabeled 64\" }\nminimize = \"mean(n(x))\"\ntrain = "
         "[\"n\"]\n"
         "optimizer = \"o\"\n";
}

struct Case {
  std::string name, shape, layer;
};

const Case kCases[] = {
    {"conv 1 to 128, 3x3, stride 2", "[28, 28, 1]",
     "{ kind = \"conv\", filters = 128, kernel = 3, stride = 2 }"},
    {"conv 64 to 64, 3x3", "[14, 14, 64]", "{ kind = \"conv\", filters = 64, kernel = 3 }"},
    {"conv 64 to 1, 7x7", "[28, 28, 64]", "{ kind = \"conv\", filters = 1, kernel = 7 }"},
    {"conv_transpose 64 to 64, 4x4, stride 2", "[7, 7, 64]",
     "{ kind = \"conv_transpose\", filters = 64, kernel = 4, stride = 2 }"},
    {"leaky_relu", "[28, 28, 64]", "{ kind = \"leaky_relu\" }"},
    {"tanh", "[28, 28, 64]", "{ kind = \"tanh\" }"},
    {"dropout", "[28, 28, 64]", "{ kind = \"dropout\", rate = 0.4 }"},
};

void update(benchmark::State& state, const Case& c) {
  Diagnostics diagnostics;
  const auto model = parse_model(model_text(c.shape, c.layer), c.name, {}, vocabulary(), diagnostics);
  if (!model) {
    diagnostics.print(std::cerr);
    state.SkipWithError("the model is wrong");
    return;
  }
  Module module = build_module(*model, diagnostics);
  add_training(module, *model, diagnostics);
  const auto cache = std::filesystem::temp_directory_path() / "sganc_bench_layers";
  const Program program = lower(planned(module), {cache});
  Executor executor(program, omp_get_max_threads(), 0);
  const auto u = executor.function("u");
  const auto& image = model->image()->shape;
  const std::vector<std::uint8_t> images(static_cast<std::size_t>(64 * image[0] * image[1] * image[2]), 100);
  const std::vector<std::int32_t> indices(64, 0);
  const std::array<std::int32_t, 4> key{};
  for (const auto& input : program.function("u")->inputs) {
    if (input.name == "data.image") executor.bind(executor.input(u, input.name), images.data(), 64);
    if (input.name == "x.index") executor.bind(executor.input(u, input.name), indices.data());
    if (input.name == "random.key") executor.bind(executor.input(u, input.name), key.data());
  }
  double flops = 0;
  for (const auto& s : program.function("u")->steps) flops += s.flops;
  for (auto _ : state) executor.run(u);
  state.counters["FLOP/s"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}

[[maybe_unused]] const bool registered = [] {
  for (const auto& c : kCases)
    benchmark::RegisterBenchmark(c.name.c_str(), [&c](benchmark::State& s) { update(s, c); })
        ->Unit(benchmark::kMicrosecond)
        ->UseRealTime();
  return true;
}();

}  // namespace
}  // namespace sganc
