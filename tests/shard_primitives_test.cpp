// Every primitive, shared by ranks in every way that its operands allow, against one process that evaluates
// all of it; and the ways themselves.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/primitive_samples.h"
#include "tests/ranks_reference.h"

namespace sganc {
namespace {

constexpr std::int64_t kMostElements = 3000;  // of samples; the reference is slow

/// A way in which ranks hold an operand before the primitive takes it.
struct Way {
  enum class Kind : std::uint8_t { whole, shared, partial } kind = Kind::whole;
  int axis = 0;  // of a shared one
};

std::vector<Way> ways_of(const Type& type) {
  std::vector<Way> ways = {{}};
  for (int axis = 0; axis < static_cast<int>(type.shape.size()); ++axis)
    ways.push_back({Way::Kind::shared, axis});
  if (type.dtype == DType::f32) ways.push_back({Way::Kind::partial});
  return ways;
}

/// The shape of the input from which the operand is made: the shared axis comes first, or the terms of a sum
/// do.
Shape shape_of_input(Shape shape, const Way& way) {
  if (way.kind == Way::Kind::partial) shape.insert(shape.begin(), 5);
  if (way.kind == Way::Kind::shared)
    std::rotate(shape.begin(), shape.begin() + way.axis, shape.begin() + way.axis + 1);
  return shape;
}

/// A variable, or a value that is made from an input, whose first axis ranks share.
Value operand(Module& module, Builder& b, const std::string& name, const Type& type, const Way& way) {
  if (way.kind == Way::Kind::whole) {
    module.variables.push_back({.name = name, .type = type});
    return b.variable(name, type);
  }
  const Value x = b.input(name, {type.dtype, shape_of_input(type.shape, way)});
  if (way.kind == Way::Kind::partial) return b.reduce_sum(x, {0});
  std::vector<int> axes(type.shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  std::rotate(axes.begin(), axes.begin() + 1, axes.begin() + way.axis + 1);
  return b.transpose(x, axes);
}

/// Evaluates the sample on 1, 2 and 3 ranks, with operands that are held in these ways.
void compare(const RowSample& of, const std::vector<Way>& ways, std::mt19937& random) {
  Module module{.name = "m"};
  Function function{.name = "f", .role = FunctionRole::update, .update = "f"};
  Builder b(function);
  std::vector<Value> operands;
  Tensors inputs, variables;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    PrimitiveSample::Operand sample = of.sample.operands[i];
    const std::string name = "x" + std::to_string(i);
    operands.push_back(operand(module, b, name, sample.type, ways[i]));
    sample.type.shape = shape_of_input(sample.type.shape, ways[i]);
    (ways[i].kind == Way::Kind::whole ? variables : inputs)[name] = numbers_for(sample, random);
  }
  if (of.sample.declared != Type{} && of.row->info.op == Op::input)
    inputs[of.sample.attributes.name] = numbers_for({of.sample.declared}, random);
  b.result("y", b.add_node(of.row->info.op, operands, of.sample.attributes, of.sample.declared));
  module.functions.push_back(std::move(function));
  SCOPED_TRACE(to_string(module));
  ASSERT_EQ(verify(module), std::vector<std::string>{});
  Tensors moved = variables;
  const Tensor expected = evaluate(module, module.functions[0], inputs, moved).at("y");
  for (const int ranks : {2, 3}) {
    ReferenceRanks shared(module, ranks, variables);
    for (const auto& m : shared.modules) ASSERT_EQ(verify(m), std::vector<std::string>{}) << to_string(m);
    const auto outputs = shared.evaluate("f", inputs);
    for (const auto& output : outputs) {
      const Tensor& actual = output.at("y");
      ASSERT_EQ(actual.type, expected.type);
      EXPECT_EQ(actual.data, outputs[0].at("y").data) << "ranks differ";
      for (std::size_t i = 0; i < expected.data.size(); ++i)
        ASSERT_NEAR(actual.data[i], expected.data[i], 1e-9 * (1 + std::abs(expected.data[i])))
            << "element " << i << " of " << ranks << " ranks: " << to_string(shared.modules[0]);
    }
  }
}

TEST(ShardPrimitives, ComputeOnRanksWhatOneProcessComputes) {
  std::mt19937 random(5);
  for (const auto& of : all_samples_of_primitives()) {
    const auto& operands = of.sample.operands;
    const bool leaf = of.row->info.kind == OpClass::leaf;
    if (of.row->info.op == Op::variable || of.row->info.op == Op::all_reduce) continue;  // of one rank alone
    if (leaf && !of.sample.attributes.low.empty()) continue;                             // a part already
    if (of.sample.declared.elements() > kMostElements ||
        std::ranges::any_of(operands, [](const auto& x) { return x.type.elements() > kMostElements; }))
      continue;
    compare(of, std::vector<Way>(operands.size()), random);
    for (std::size_t i = 0; i < operands.size() && !leaf; ++i)
      for (const Way& way : ways_of(operands[i].type)) {
        std::vector<Way> ways(operands.size());
        ways[i] = way;
        compare(of, ways, random);
        // the others in the same way too, as far as their types allow
        for (std::size_t k = 0; k < operands.size(); ++k) {
          const auto allowed = ways_of(operands[k].type);
          if (std::ranges::any_of(allowed,
                                  [&](const Way& w) { return w.kind == way.kind && w.axis == way.axis; }))
            ways[k] = way;
        }
        if (operands.size() > 1) compare(of, ways, random);
        if (HasFailure()) return;
      }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace sganc
