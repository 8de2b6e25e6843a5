// Every layer and function of expressions with its gradients, by its samples, on ranks that share what it
// takes, against one process.

#include "tests/all_layer_samples.h"
#include "tests/ranks_reference.h"

namespace sganc {
namespace {

/// Turns what a layer or function takes, f.x and the others, from variables into inputs, which ranks share.
void take_as_inputs(Module& module, Function& f) {
  f.role = FunctionRole::update;
  f.update = f.name;
  for (Node& n : f.nodes) {
    const std::string name = n.op == Op::variable ? n.attributes.name.substr(f.name.size() + 1) : "";
    const bool taken = name == "t" || name == "u" || name == "x" || (name.size() == 2 && name[0] == 'x');
    if (!taken) continue;
    std::erase_if(module.variables, [&](const Variable& v) { return v.name == n.attributes.name; });
    n.op = Op::input;
  }
}

void compare(Module module) {
  for (Function& f : module.functions) take_as_inputs(module, f);
  ASSERT_EQ(verify(module), std::vector<std::string>{});
  std::mt19937 random(8);
  Tensors initial;
  for (const auto& v : module.variables) initial[v.name] = random_tensor(v.type.shape, random, 0.3);
  ReferenceRanks two(module, 2, initial), three(module, 3, initial);
  std::size_t shared = 0;
  for (const Function& f : module.functions) {
    Tensors inputs, whole = initial;
    for (const auto& n : f.nodes)
      if (n.op == Op::input)
        inputs[n.attributes.name] = n.attributes.name == "random.key" ? kKey
                                    : n.type.dtype == DType::i32      ? random_whole(n.type, 5, random)
                                                                      : random_tensor(n.type.shape, random);
    const Tensors expected = evaluate(module, f, inputs, whole);
    for (ReferenceRanks* ranks : {&two, &three}) {
      SCOPED_TRACE(f.name + " on " + std::to_string(ranks->modules.size()) + " ranks");
      const auto& nodes = ranks->modules[0].function(f.name)->nodes;
      shared += std::ranges::count(nodes, Op::all_reduce, &Node::op) > 0 ? 1 : 0;
      for (const Tensors& outputs : ranks->evaluate(f.name, inputs))
        for (const auto& [name, value] : expected)
          EXPECT_LE(difference(value, std::span<const double>(outputs.at(name).data)), 1e-9) << name;
      for (const Tensors& variables : ranks->variables)
        for (const auto& [name, value] : whole) {
          if (!name.starts_with(f.name + ".")) continue;
          EXPECT_LE(difference(value, std::span<const double>(variables.at(name).data), 1e-8), 1e-8) << name;
        }
    }
  }
  EXPECT_GT(shared, module.functions.size());  // most of them sum over the ranks
}

TEST(ShardLayers, ComputeAndDifferentiateAsOneProcessDoes) {
  compare(all_samples());
}

TEST(ShardFunctions, ComputeAndDifferentiateAsOneProcessDoes) {
  compare(all_function_samples());
}

}  // namespace
}  // namespace sganc
