#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

#include "compiler/codegen/program_text.h"
#include "compiler/driver/bench/measure.h"
#include "compiler/schedule/schedule.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kRepetitionMs = 10;  // about what a repetition of a kernel takes
constexpr double kMostIterations = 1000;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Every step of a training step, in order of execution. Steps that the first variants lack come after
/// theirs.
std::vector<ChosenKernel> all_kernels(const Variants& variants) {
  std::vector<ChosenKernel> all;
  for (const auto& function : variants.functions_of_step()) {
    const std::size_t first = all.size();
    for (std::size_t v = 0; v < variants.list.size(); ++v) {
      const auto& steps = variants.list[v].program.function(function)->steps;
      for (std::size_t i = 0; i < steps.size(); ++i) {
        auto found = std::find_if(all.begin() + static_cast<std::ptrdiff_t>(first), all.end(),
                                  [&](const auto& k) { return k.name == steps[i].name; });
        if (found == all.end()) {
          all.push_back({.function = function, .name = steps[i].name});
          found = std::prev(all.end());
        }
        found->steps.resize(variants.list.size());
        found->steps[v] = i;
      }
    }
  }
  return all;
}

Timing timing_of(const Variants& variants, const ChosenKernel& kernel, std::size_t v) {
  const Step& step = variants.list[v].program.function(kernel.function)->steps[*kernel.steps[v]];
  return {.kernel = kernel.function + "/" + kernel.name,
          .variant = v,
          .implementation = implementation(step),
          .iterations = 0,
          .flops = step.flops,
          .bytes = step.bytes};
}

/// Adds a repetition of a step, after the steps before it have filled its buffers.
void repeat(Executor& executor, const ChosenKernel& kernel, std::size_t step, Timing& timing) {
  const auto function = executor.function(kernel.function);
  for (std::size_t i = 0; i <= step; ++i) executor.run_step(function, i);
  repeat([&] { executor.run_step(function, step); }, timing);
}

}  // namespace

void repeat(const std::function<void()>& once, Timing& timing) {
  if (timing.iterations == 0) {
    const auto begin = Clock::now();
    once();
    const double enough = kRepetitionMs / std::max(ms_since(begin), 1e-6);
    timing.iterations = static_cast<std::int64_t>(std::clamp(std::ceil(enough), 1.0, kMostIterations));
  }
  const auto count = static_cast<double>(timing.iterations);
  const std::clock_t cpu = std::clock();
  const auto begin = Clock::now();
  for (std::int64_t i = 0; i < timing.iterations; ++i) once();
  timing.ms.push_back(ms_since(begin) / count);
  timing.cpu_ms.push_back(static_cast<double>(std::clock() - cpu) * 1000 / CLOCKS_PER_SEC / count);
}

std::vector<ChosenKernel> choose_kernels(const Variants& variants, const std::string& pattern) {
  const KernelOverride match{.match = {pattern, {}}};
  std::vector<ChosenKernel> chosen;
  std::vector<std::string> names;  // as the pattern has to name them
  const bool of_function = pattern.find('/') != std::string::npos;
  for (auto& kernel : all_kernels(variants)) {
    const std::string name = of_function ? kernel.function + "/" + kernel.name : kernel.name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    if (match.fits(kernel.function, kernel.name)) chosen.push_back(std::move(kernel));
  }
  if (!chosen.empty()) return chosen;
  throw UserError{
      {{},
       "the model \"" + variants.model.name + "\" has no step \"" + pattern + "\"",
       suggestion(pattern, names, "sganc compile MODEL --emit program lists the steps of each update")}};
}

BenchResult measure_kernels(const Variants& variants, const std::vector<ChosenKernel>& kernels,
                            const BenchSettings& settings) {
  std::vector<Timing> timings;
  for (const auto& kernel : kernels)
    for (std::size_t v = 0; v < variants.list.size(); ++v)
      if (kernel.steps[v]) timings.push_back(timing_of(variants, kernel, v));
  const auto turn = [&](std::size_t v, Executor& executor) {
    std::size_t at = 0;
    for (const auto& kernel : kernels)
      for (std::size_t other = 0; other < variants.list.size(); ++other)
        if (kernel.steps[other]) {
          if (other == v) repeat(executor, kernel, *kernel.steps[v], timings[at]);
          ++at;
        }
  };
  BenchResult result = Race(variants, settings).run(turn);
  result.timings = std::move(timings);
  return result;
}

}  // namespace sganc
