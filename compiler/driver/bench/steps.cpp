#include <chrono>
#include <ctime>

#include "compiler/codegen/program_text.h"
#include "compiler/driver/bench/layers.h"
#include "compiler/driver/bench/measure.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<StepCost> costs_of(const Program& program, const std::vector<std::string>& functions) {
  std::vector<StepCost> costs;
  for (const auto& name : functions)
    for (const auto& step : program.function(name)->steps) {
      const auto* call = std::get_if<KernelCall>(&step.work);
      costs.push_back({.update = name,
                       .name = step.name,
                       .implementation = implementation(step),
                       .symbol = call ? call->symbol : "",
                       .flops = step.flops,
                       .bytes = step.bytes,
                       .layer = step.layer,
                       .purpose = step.purpose});
    }
  return costs;
}

std::int64_t ns_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count();
}

}  // namespace

BenchResult measure_steps(const Variants& variants, const BenchSettings& settings) {
  const auto functions = variants.functions_of_step();
  const std::size_t count = variants.list.size();
  std::vector<Timing> timings(count);
  std::vector<std::vector<StepCost>> costs;
  for (const auto& v : variants.list) costs.push_back(costs_of(v.program, functions));
  std::vector<std::vector<std::vector<double>>> update_ms(count,
                                                          std::vector<std::vector<double>>(functions.size()));
  std::vector<std::vector<Span>> spans(count, std::vector<Span>(functions.size()));

  const auto turn = [&](std::size_t v, Executor& executor) {
    executor.clear_times();
    double total = 0;
    std::size_t step = 0;
    const std::clock_t cpu = std::clock();
    const auto start = Clock::now();
    for (std::size_t i = 0; i < functions.size(); ++i) {
      const auto function = executor.function(functions[i]);
      const auto begin = Clock::now();
      executor.run_timed(function);
      spans[v][i] = {.begin_ns = ns_between(start, begin), .ns = ns_between(begin, Clock::now())};
      update_ms[v][i].push_back(static_cast<double>(spans[v][i].ns) / 1e6);
      total += update_ms[v][i].back();
      std::int64_t step_begin = spans[v][i].begin_ns;
      for (const auto time : executor.nanoseconds(function)) {
        costs[v][step].last = {.begin_ns = step_begin, .ns = time};
        costs[v][step++].ms += static_cast<double>(time) / 1e6 / settings.repetitions;
        step_begin += time;
      }
    }
    timings[v].ms.push_back(total);
    timings[v].cpu_ms.push_back(static_cast<double>(std::clock() - cpu) * 1000 / CLOCKS_PER_SEC);
  };
  BenchResult result = Race(variants, settings).run(turn);

  for (std::size_t v = 0; v < count; ++v) {
    timings[v].variant = v;
    timings[v].flops = result.variants[v].flops;
    result.variants[v].costs = std::move(costs[v]);
    result.variants[v].update_spans = std::move(spans[v]);
    for (std::size_t i = 0; i < functions.size(); ++i)
      result.variants[v].update_ms.emplace_back(functions[i], std::move(update_ms[v][i]));
  }
  result.timings = std::move(timings);
  return result;
}

}  // namespace sganc
