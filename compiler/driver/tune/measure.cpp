#include "compiler/driver/tune/measure.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "compiler/driver/bench/measure.h"
#include "compiler/driver/bench/spread.h"
#include "runtime/execute/executor.h"
#include "runtime/execute/memory.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

/// Smaller magnitudes count as this one, since a mean of nearly nothing is the difference of larger numbers.
constexpr double kLeastMagnitude = 1e-3;
/// After this many repetitions, measuring ends for a candidate that takes kFarBehind times as long as the
/// base.
constexpr std::size_t kFirstRepetitions = 3;
constexpr double kFarBehind = 1.3;

template <class Number>
void write(const Tensor& tensor, std::byte* to) {
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    const auto x = static_cast<Number>(tensor.data[i]);
    std::memcpy(to + i * sizeof x, &x, sizeof x);
  }
}

void write(const Tensor& tensor, std::byte* to) {
  if (tensor.type.dtype == DType::f32) write<float>(tensor, to);
  if (tensor.type.dtype == DType::i32) write<std::int32_t>(tensor, to);
  if (tensor.type.dtype == DType::u8) write<std::uint8_t>(tensor, to);
}

/// A program of a trial with its operands.
class Runner {
 public:
  Runner(Program program, const Trial& trial, int threads)
      : executor_(std::move(program), threads, /*seed=*/1), function_(executor_.function("kernel")) {
    for (const auto& input : executor_.program().functions[0].inputs) {
      const Tensor& tensor = trial.operands().at(input.name);
      // a flat kernel reads whole blocks
      memory_.push_back(std::make_unique<AlignedBuffer>(tensor.type.bytes() + kAlignment));
      write(tensor, memory_.back()->data());
      executor_.bind(executor_.input(function_, input.name), memory_.back()->data());
    }
    for (std::size_t i = 0; i < executor_.program().variables.size(); ++i) {
      const auto& slot = executor_.program().variables[i];
      const bool whole = slot.dtype == DType::i32;
      write(
          trial.operands().at(slot.name),
          reinterpret_cast<std::byte*>(whole ? static_cast<void*>(executor_.variable<std::int32_t>(i).data())
                                             : executor_.variable(i).data()));
    }
  }

  void run() { executor_.run(function_); }

  std::vector<double> result(const std::string& name) const {
    for (const auto& output : executor_.program().functions[0].outputs)
      if (output.name == name) return numbers(name, output.buffer.dtype);
    throw std::logic_error("a trial has no result " + name);
  }

 private:
  std::vector<double> numbers(const std::string& name, DType dtype) const {
    const auto copy = [](auto values) { return std::vector<double>(values.begin(), values.end()); };
    if (dtype == DType::i32) return copy(executor_.output<std::int32_t>(function_, name));
    if (dtype == DType::u8) return copy(executor_.output<std::uint8_t>(function_, name));
    return copy(executor_.output<float>(function_, name));
  }

  std::vector<std::unique_ptr<AlignedBuffer>> memory_;
  Executor executor_;
  Executor::FunctionId function_;
};

double difference(const std::vector<double>& expected, const std::vector<double>& actual) {
  if (expected.size() != actual.size()) return HUGE_VAL;
  double most = 0, magnitude = kLeastMagnitude;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (expected[i] == actual[i] && !std::isfinite(expected[i])) continue;
    const double d = std::abs(expected[i] - actual[i]);
    if (!std::isfinite(d)) return HUGE_VAL;
    most = std::max(most, d);
    magnitude = std::max(magnitude, std::abs(expected[i]));
  }
  return most / magnitude;
}

}  // namespace

Measurement measure(const Trial& trial, const Candidate& candidate, int repetitions, int threads,
                    const LibraryOptions& options) {
  Runner base(trial.program({}, options), trial, threads);
  Runner other(trial.program(candidate, options), trial, threads);
  base.run();
  other.run();
  Measurement m{.checked = trial.truth() ? "reference" : "base"};
  for (const auto& name : trial.results())
    m.error = std::max(m.error, difference(trial.truth() ? trial.truth()->at(name).data : base.result(name),
                                           other.result(name)));
  if (!(m.error <= kMostError)) return m;
  Timing base_timing, timing;
  for (int r = 0; r < repetitions; ++r) {
    for (const std::size_t turn : order_of(2, r))
      if (turn == 0)
        repeat([&] { base.run(); }, base_timing);
      else
        repeat([&] { other.run(); }, timing);
    if (timing.ms.size() == kFirstRepetitions && median(timing.ms) > kFarBehind * median(base_timing.ms))
      break;
  }
  m.ms = timing.ms, m.base_ms = base_timing.ms;
  return m;
}

// JSON has no number for infinity, so an infinite error is left out.
std::string to_json(const Measurement& m) {
  Json j = {{"ms", m.ms}, {"base_ms", m.base_ms}, {"checked", m.checked}};
  if (std::isfinite(m.error)) j["error"] = m.error;
  return j.dump();
}

Measurement measurement_of_json(const std::string& text) {
  const Json j = Json::parse(text);
  return {j.at("ms"), j.at("base_ms"), j.contains("error") ? j["error"].get<double>() : HUGE_VAL,
          j.at("checked")};
}

}  // namespace sganc
