#pragma once
// A module that runs twice: compiled, by the executor, and by the reference interpreter; and the comparison.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "compiler/codegen/lower.h"
#include "compiler/graph/builder.h"
#include "compiler/reference/interpreter.h"
#include "runtime/execute/executor.h"
#include "tests/every_processor.h"
#include "tests/this_processor.h"

namespace sganc {

/// Returns the folder of compiled kernels, which all tests share until what makes their code changes.
inline const std::filesystem::path& kernel_folder() {
  static const std::filesystem::path folder = [] {
    namespace fs = std::filesystem;
    const auto all = fs::path(SGANC_PROGRAM).parent_path() / "tests-kernels", mine = all / code_identity();
    fs::create_directories(mine);
    std::error_code gone;  // another test may have removed it
    for (const auto& entry : fs::directory_iterator(all, gone))
      if (entry.path() != mine) fs::remove_all(entry.path(), gone);
    return mine;
  }();
  return folder;
}

inline Program compile(const Module& module, const Schedule& schedule = {}, const PassOptions& passes = {},
                       int threads = 2) {
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  compile_for_every_processor(module, schedule, passes);
  return lower(planned(module, schedule, passes, threads), {kernel_folder()});
}

/// The schedule that gives every convolution to oneDNN.
inline Schedule all_onednn() {
  Schedule schedule;
  schedule.implementations = {"winograd", "onednn"};
  return schedule;
}

/// Normal numbers, rounded to f32 so that both sides see the same.
inline Tensor random_tensor(const Shape& shape, std::mt19937& random, double scale = 1) {
  Tensor tensor = filled({DType::f32, shape});
  std::normal_distribution<double> normal(0, scale);
  for (double& x : tensor.data) x = static_cast<float>(normal(random));
  return tensor;
}

/// Whole numbers in [0, end).
inline Tensor random_whole(const Type& type, int end, std::mt19937& random) {
  Tensor tensor = filled(type);
  std::uniform_int_distribution<int> whole(0, end - 1);
  for (double& x : tensor.data) x = whole(random);
  return tensor;
}

inline std::vector<std::byte> bytes_of(const Tensor& tensor) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.type.bytes()));
  const auto fill = [&](auto zero) {
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
      const auto x = static_cast<decltype(zero)>(tensor.data[i]);
      std::memcpy(bytes.data() + i * sizeof x, &x, sizeof x);
    }
  };
  if (tensor.type.dtype == DType::f32) fill(float{});
  if (tensor.type.dtype == DType::i32) fill(std::int32_t{});
  if (tensor.type.dtype == DType::u8) fill(std::uint8_t{});
  return bytes;
}

/// Returns the largest difference, divided by the largest magnitude of the expected numbers, or by `least`
/// if that is more. Returns infinity if a number is NaN. Numbers below 1.2e-38, which compiled code counts
/// as zero, are far below `least`.
template <class Number>
double difference(const Tensor& expected, std::span<const Number> actual, double least = 1e-30) {
  double most = 0, magnitude = least;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double d = std::abs(expected.data[i] - static_cast<double>(actual[i]));
    most = std::isnan(d) ? HUGE_VAL : std::max(most, d);
    magnitude = std::max(magnitude, std::abs(expected.data[i]));
  }
  return most / magnitude;
}

/// Compiles the module. Throws std::runtime_error with the message of a mistake in the schedule.
inline Program compiled(const Module& module, const Schedule& schedule, const PassOptions& passes,
                        int threads) {
  try {
    return compile(module, schedule, passes, threads);
  } catch (const UserError& error) {
    throw std::runtime_error(error.diagnostic.message);
  }
}

class Twin {
 public:
  Twin(Module m, Schedule how, const PassOptions& passes = {}, int threads = 2)
      : module(std::move(m)),
        schedule(std::move(how)),
        executor(compiled(module, schedule, passes, threads), threads, /*seed=*/7) {
    for (const auto& v : module.variables) {
      truth[v.name] = {v.type, {}};
      with_variable(v.name, [&](auto values) { truth[v.name].data.assign(values.begin(), values.end()); });
    }
  }

  void set(const std::string& variable, const Tensor& value) {
    truth.at(variable) = value;
    with_variable(variable, [&](auto values) {
      using Number = typename decltype(values)::value_type;
      std::ranges::transform(value.data, values.begin(), [](double x) { return static_cast<Number>(x); });
    });
  }

  void bind(const std::string& input, Tensor value) { inputs[input] = std::move(value); }

  /// Runs a function on both sides and compares every output and every variable.
  void step(const std::string& name, double tolerance) {
    SCOPED_TRACE(name);
    const auto id = executor.function(name);
    std::vector<std::vector<std::byte>> memory;
    for (const auto& input : executor.program().functions[id.index].inputs) {
      const Tensor& value = inputs.at(input.name);
      const bool open = !input.extents.empty() && input.extents[0] == kUnknownExtent;
      memory.push_back(bytes_of(value));
      executor.bind(executor.input(id, input.name), memory.back().data(), open ? value.shape()[0] : -1);
    }
    executor.run(id);
    const InBf16 rounds = [&](const Function& f, Value product) {
      return in_bf16(f, product, schedule, this_target());
    };
    const Function& function = *module.function(name);
    const Tensors outputs = evaluate(module, function, inputs, truth, rounds);
    if (function.role == FunctionRole::update)
      if (const auto* apply = module.function(FunctionRole::apply, function.update))
        evaluate(module, *apply, {}, truth);
    // A number between two of bf16 may be rounded up on one side and down on the other. Kinks pass that on.
    if (multiplies_in_bf16()) tolerance = tolerance_in_bf16;
    for (const auto& output : executor.program().functions[id.index].outputs)
      compare_output(id, output, outputs.at(output.name), tolerance);
    EXPECT_EQ(executor.program().functions[id.index].outputs.size(), outputs.size());
    for (const auto& v : module.variables)
      with_variable(v.name, [&](auto values) {
        using Number = typename decltype(values)::value_type;
        expect_close(v.name, truth.at(v.name), std::span<const Number>(values), tolerance);
      });
  }

  /// Calls `use` with the executor's numbers of the variable, in their type.
  template <class Use>
  void with_variable(const std::string& name, const Use& use) {
    const auto index = executor.variable_index(name);
    if (executor.program().variables[index].dtype == DType::i32)
      use(executor.variable<std::int32_t>(index));
    else
      use(executor.variable(index));
  }

  bool multiplies_in_bf16() const {
    return schedule.precision.value == "bf16" || std::ranges::any_of(schedule.products, [](const auto& rule) {
             return rule.precision && rule.precision->value == "bf16";
           });
  }

  Module module;
  Schedule schedule;
  Executor executor;
  Tensors truth;   // the reference's variables
  Tensors inputs;  // for both sides
  double tolerance_in_bf16 = 0.1;

 private:
  template <class Number>
  void expect_close(const std::string& name, const Tensor& expected, std::span<const Number> actual,
                    double tolerance) {
    ASSERT_EQ(expected.data.size(), actual.size()) << name;
    // A loss near zero is the difference of larger numbers.
    const double least = expected.shape().empty() ? 2e-5 : 1e-30;
    const double d = difference(expected, actual, least);
    EXPECT_LE(d, tolerance) << name << " " << to_string(expected.type) << " begins with "
                            << expected.data.at(0) << ", compiled with " << +actual[0];
  }

  void compare_output(Executor::FunctionId id, const NamedBuffer& output, const Tensor& expected,
                      double tolerance) {
    if (output.buffer.dtype == DType::f32)
      expect_close(output.name, expected, executor.output<float>(id, output.name), tolerance);
    if (output.buffer.dtype == DType::i32)
      expect_close(output.name, expected, executor.output<std::int32_t>(id, output.name), 0);
    if (output.buffer.dtype == DType::u8)
      expect_close(output.name, expected, executor.output<std::uint8_t>(id, output.name), 0);
  }
};

}  // namespace sganc
