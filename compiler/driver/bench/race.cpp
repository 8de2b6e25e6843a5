#include "compiler/driver/bench/race.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "runtime/execute/machine.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t images_of_step(const Model& model) {
  std::int64_t images = 0;
  for (const auto& update : model.updates)
    for (const auto& draw : update.draws) images += draw.count.value;
  return images;
}

}  // namespace

bool fit_together(const std::vector<Variant>& variants, std::int64_t available) {
  std::int64_t bytes = 0;
  for (const auto& v : variants) bytes += v.program.arena_bytes + v.program.variable_bytes;
  return bytes <= available / 2;
}

std::vector<std::size_t> order_of(std::size_t variants, int repetition) {
  std::vector<std::size_t> order(variants);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto first = static_cast<std::size_t>(repetition) % variants;
  std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(first), order.end());
  return order;
}

Race::Race(const Variants& variants, const BenchSettings& settings)
    : variants_(variants), settings_(settings), data_(variants.model), executors_(variants.list.size()) {}

double Race::warm_up(std::size_t variant, int steps) {
  const auto start = Clock::now();
  auto& executor = executors_[variant];
  executor = std::make_unique<Executor>(variants_.list[variant].program, variants_.list[variant].threads,
                                        static_cast<std::uint64_t>(variants_.model.train.seed));
  std::vector<Executor::FunctionId> functions;
  for (const auto& name : variants_.functions_of_step()) {
    functions.push_back(executor->function(name));
    data_.bind(*executor, functions.back());
  }
  double first_s = 0;
  for (int i = 0; i < steps; ++i) {
    for (const auto function : functions) executor->run(function);
    if (i == 0) first_s = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return first_s;
}

void Race::end_turn(std::size_t variant) {
  if (!settings_.keep_all) executors_[variant].reset();
}

VariantResult Race::begin(std::size_t variant, std::int64_t resident_before_all) {
  const Variant& v = variants_.list[variant];
  VariantResult result{.schedule = v.schedule, .compile_s = v.compile_s};
  for (const auto& name : variants_.functions_of_step())
    for (const auto& step : v.program.function(name)->steps) result.flops += step.flops;
  restart_peak_memory();
  const std::int64_t before = resident_memory_bytes();
  result.first_step_s = v.begin_s + warm_up(variant, settings_.warmup);
  result.peak_bytes = resident_before_all + peak_memory_bytes() - before;
  end_turn(variant);
  return result;
}

BenchResult Race::run(const Turn& turn) {
  BenchResult result{.model = variants_.model.name,
                     .processor = this_machine().processor.name,
                     .threads = settings_.threads,
                     .repetitions = settings_.repetitions,
                     .images = images_of_step(variants_.model)};
  const std::int64_t resident = resident_memory_bytes();
  for (std::size_t v = 0; v < executors_.size(); ++v) result.variants.push_back(begin(v, resident));
  const auto measure_product = [&] {
    result.product_gflops.push_back(matrix_product_gflops(2048, 3, settings_.threads));
  };
  measure_product();
  for (int r = 0; r < settings_.repetitions; ++r) {
    data_.next_step();
    for (const std::size_t v : order_of(executors_.size(), r)) {
      if (!executors_[v]) warm_up(v, 1);
      turn(v, *executors_[v]);
      end_turn(v);
    }
    if (r % 3 == 2 || r + 1 == settings_.repetitions) measure_product();
  }
  return result;
}

}  // namespace sganc
