#pragma once
// The samples of all primitives, each as a function of one node, and numbers for what it reads.

#include <random>

#include "compiler/primitives/table.h"

namespace sganc {

/// A sample and its row.
struct RowSample {
  const Primitive* row;
  PrimitiveSample sample;

  std::string name() const { return std::string(row->info.name); }
};

inline std::vector<RowSample> samples_of(const Primitive& row) {
  std::vector<RowSample> all;
  if (row.samples)
    for (const auto& sample : row.samples()) all.push_back({&row, sample});
  return all;
}

inline std::vector<RowSample> all_samples_of_primitives() {
  std::vector<RowSample> all;
  for (const Primitive* row : all_primitives())
    for (auto& sample : samples_of(*row)) all.push_back(std::move(sample));
  return all;
}

/// Returns random numbers of the operand's kind. Normal ones are rounded to f32, so that kernels and the
/// reference see the same.
inline Tensor numbers_for(const PrimitiveSample::Operand& operand, std::mt19937& random) {
  using enum PrimitiveSample::Numbers;
  if (operand.numbers == key) return {operand.type, {-1, 77, 5, 3}};
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<int> whole(0, operand.numbers == flags ? 1 : 6);
  Tensor tensor = filled(operand.type);
  for (double& x : tensor.data) {
    const bool is_whole = operand.numbers == flags || operand.numbers == small;
    x = is_whole ? whole(random) : double{static_cast<float>(normal(random))};
    if (operand.numbers == positive) x = std::abs(x) + 0.5;
  }
  return tensor;
}

/// Adds a function of the sample's node and returns the node. Its operands NAME.x0, NAME.x1, ... are
/// inputs, or variables if they are f32 and `over_variables` is set. A sample of a variable or an input
/// calls it NAME.v.
inline Value add_sample(Module& module, const std::string& name, const RowSample& of,
                        bool over_variables = false) {
  Function& f = module.functions.emplace_back(Function{.name = name});
  Builder b(f);
  const auto declare = [&](const std::string& variable, const Type& type) {
    module.variables.push_back({.name = variable, .type = type});
  };
  std::vector<Value> operands;
  for (const auto& operand : of.sample.operands) {
    const std::string operand_name = name + ".x" + std::to_string(operands.size());
    const bool variable = over_variables && operand.type.dtype == DType::f32;
    if (variable) declare(operand_name, operand.type);
    operands.push_back(variable ? b.variable(operand_name, operand.type)
                                : b.input(operand_name, operand.type));
  }
  Attributes attributes = of.sample.attributes;
  if (!attributes.name.empty()) attributes.name = name + ".v";
  if (of.row->info.op == Op::variable) declare(attributes.name, of.sample.declared);
  return b.add_node(of.row->info.op, operands, attributes, of.sample.declared);
}

/// Returns a module of all samples, with one function each: "add 1", "add 2", ...
inline Module module_of_samples() {
  Module module{.name = "samples"};
  const Primitive* last = nullptr;
  int count = 0;
  for (const auto& of : all_samples_of_primitives()) {
    count = of.row == last ? count + 1 : 1;
    last = of.row;
    const std::string name = of.name() + " " + std::to_string(count);
    const Value node = add_sample(module, name, of);
    module.functions.back().results.push_back({"y", node});
  }
  return module;
}

}  // namespace sganc
