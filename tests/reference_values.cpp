// Every primitive's reference against the examples of its row, which were computed by hand.

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/primitives/table.h"
#include "compiler/reference/interpreter.h"

namespace sganc {
namespace {

Tensor value_of(const Primitive& row, const PrimitiveExample& example) {
  Module module;
  Function& f = module.functions.emplace_back(Function{.name = "f"});
  Builder b(f);
  Tensors inputs, variables;
  std::vector<Value> operands;
  for (const auto& operand : example.operands) {
    const auto name = "x" + std::to_string(operands.size());
    inputs[name] = operand;
    operands.push_back(b.input(name, operand.type));
  }
  b.result("y", b.add_node(row.info.op, operands, example.attributes, example.result.type));
  const std::string& name = example.attributes.name;
  if (row.info.op == Op::input) inputs[name] = example.result;
  if (row.info.op == Op::variable) {
    variables[name] = example.result;
    module.variables.push_back({.name = name, .type = example.result.type});
  }
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  return evaluate(module, f, inputs, variables).at("y");
}

TEST(ReferenceValues, OfEveryPrimitiveAreThoseOfItsExamples) {
  for (const Primitive* row : all_primitives()) {
    const auto examples = row->examples();
    EXPECT_FALSE(examples.empty()) << row->info.name << " has no example";
    for (std::size_t k = 0; k < examples.size(); ++k) {
      SCOPED_TRACE(std::string(row->info.name) + ", example " + std::to_string(k + 1));
      const Tensor y = value_of(*row, examples[k]), &expected = examples[k].result;
      EXPECT_EQ(y.type, expected.type);
      ASSERT_EQ(y.data.size(), expected.data.size());
      for (std::size_t i = 0; i < y.data.size(); ++i)
        EXPECT_DOUBLE_EQ(y.data[i], expected.data[i]) << "element " << i;
    }
  }
}

}  // namespace
}  // namespace sganc
