// Times `augment` with Google Benchmark: batches that are drawn and augmented, beside batches that are only
// drawn.

#include <benchmark/benchmark.h>
#include <omp.h>

#include <filesystem>
#include <iostream>

#include "compiler/codegen/lower.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "runtime/execute/executor.h"
#include "tests/this_processor.h"

namespace sganc {
namespace {

struct Case {
  std::string name, shape, augment;
  int count;
};

const Case kCases[] = {
    {"copy of 50 28x28x1", "[28, 28, 1]", "", 50},
    {"shift 50 28x28x1", "[28, 28, 1]", "shift = 2", 50},
    {"affine 50 28x28x1", "[28, 28, 1]", "shift = 2\nrotate = 15\nscale = 0.1\nshear = 0.1", 50},
    {"affine, elastic, cutout 50 28x28x1", "[28, 28, 1]",
     "shift = 2\nrotate = 15\nscale = 0.1\nelastic = { strength = 2, smoothness = 7 }\ncutout = 8", 50},
    {"noise 50 28x28x1", "[28, 28, 1]", "noise = 0.1", 50},
    {"copy of 128 32x32x3", "[32, 32, 3]", "", 128},
    {"shift, flip 128 32x32x3", "[32, 32, 3]", "shift = 4\nflip = \"horizontal\"", 128},
    {"affine 128 32x32x3", "[32, 32, 3]", "shift = 2\nrotate = 15\nscale = 0.1\nshear = 0.1", 128},
    {"affine, elastic, cutout 128 32x32x3", "[32, 32, 3]",
     "shift = 2\nrotate = 15\nscale = 0.1\nelastic = { strength = 2, smoothness = 7 }\ncutout = 8", 128},
};

std::string model_text(const Case& c) {
  const std::string x = c.augment.empty() ? "x" : "augment(x)";
  return "name = \"a\"\n[input]\nimage = " + c.shape +
         "\n[net.n]\nof = \"image\"\nlayers = [{ kind = \"flatten\" }]\n" +
         (c.augment.empty() ? "" : "[augment]\n" + c.augment + "\n") +
         "[optimizer]\no = { kind = \"sgd\", rate = 1e-3 }\n[[update]]\nname = \"u\"\ndraw = { x = "
         "\"unlabeled " +
         std::to_string(c.count) + "\" }\nminimize = \"mean(n(" + x +
         "))\"\ntrain = [\"n\"]\noptimizer = \"o\"\n";
}

/// Returns the module of the model, whose function has only the net's output as its result.
Module module_of(const Model& model) {
  Diagnostics diagnostics;
  Module module = build_module(model, diagnostics);
  Function& f = module.functions.at(0);
  for (std::size_t i = 0; i < f.nodes.size(); ++i)
    if (f.nodes[i].op == Op::view && f.nodes[i].origin.part == "n.flatten_1")
      f.results = {{"images", {static_cast<int>(i)}}};
  return module;
}

void augment(benchmark::State& state, const Case& c) {
  Diagnostics diagnostics;
  const auto model = parse_model(model_text(c), c.name, {}, vocabulary(), diagnostics);
  if (!model) {
    diagnostics.print(std::cerr);
    state.SkipWithError("the model is wrong");
    return;
  }
  const auto cache = std::filesystem::temp_directory_path() / "sganc_bench_augment";
  const Program program = lower(planned(module_of(*model)), {cache});
  Executor executor(program, omp_get_max_threads(), 0);
  const auto u = executor.function("u");
  const auto& image = model->image()->shape;
  const std::int64_t pixels = c.count * image[0] * image[1] * image[2];
  const std::vector<std::uint8_t> images(static_cast<std::size_t>(pixels), 100);
  std::vector<std::int32_t> indices(static_cast<std::size_t>(c.count));
  for (int i = 0; i < c.count; ++i) indices[static_cast<std::size_t>(i)] = c.count - 1 - i;
  const std::array<std::int32_t, 4> key{};
  for (const auto& input : program.function("u")->inputs) {
    if (input.name == "data.image") executor.bind(executor.input(u, input.name), images.data(), c.count);
    if (input.name == "x.index") executor.bind(executor.input(u, input.name), indices.data());
    if (input.name == "random.key") executor.bind(executor.input(u, input.name), key.data());
  }
  for (auto _ : state) executor.run(u);
  state.SetBytesProcessed(state.iterations() * pixels * 4);  // of the result in f32
}

[[maybe_unused]] const bool registered = [] {
  for (const auto& c : kCases)
    benchmark::RegisterBenchmark(c.name.c_str(), [&c](benchmark::State& s) { augment(s, c); })
        ->Unit(benchmark::kMicrosecond)
        ->UseRealTime();
  return true;
}();

}  // namespace
}  // namespace sganc
