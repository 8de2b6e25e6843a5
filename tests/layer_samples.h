#pragma once
// Adds the samples of layers and functions to a module as functions, and compares their gradients with
// finite differences.

#include "tests/compiled_twin.h"
#include "tests/layers_building.h"

namespace sganc {

inline const Tensor kKey{{DType::i32, {4}}, {3, 0, 14, 0}};

/// Adds a function of the layer's output, a loss, and the loss's gradients. The loss is the output's sum
/// under random weights. The input is a variable: f.x.
inline void add_layer(Module& module, const std::string& name, const Layer& layer,
                      const LayerSample& sample) {
  Function& f = module.functions.emplace_back(Function{.name = name});
  Builder b(f);
  b.set_origin({layer.name + "_1", {}});
  const Keys keys = keys_of(layer.keys, sample.keys);
  SingleLayer context(module, b, keys, /*training=*/true);
  const Value x = context.variable("x", sample.input, {Initializer::Kind::normal, 1});
  std::vector<Value> inputs{x};
  for (const auto& shape : sample.others)
    inputs.push_back(
        context.variable("x" + std::to_string(inputs.size()), shape, {Initializer::Kind::normal, 1}));
  const Value y = layer(context, inputs);
  if (b.function().node(y).op != Op::view) b.result("y", y);
  const Value weights = b.input("weights", {DType::f32, b.shape(y)});
  // The constant keeps the loss away from 0, to which the sum may nearly cancel.
  const Value loss =
      b.add(b.sum_all(b.multiply(y, weights)), 2.0 * static_cast<double>(b.type(y).elements()));
  b.result("loss", loss);
  context.leave_gradients(loss);
}

inline void bind_inputs(Twin& twin, const Function& f, std::mt19937& random) {
  for (const auto& n : f.nodes) {
    if (n.op != Op::input) continue;
    const std::string& name = n.attributes.name;
    if (name == "random.key")
      twin.bind(name, kKey);
    else if (name == "classes")
      twin.bind(name, random_whole(n.type, 5, random));
    else
      twin.bind(name, random_tensor(n.type.shape, random));
  }
}

/// Returns the function with the value of each stop_gradient held as it is. Finite differences of that
/// function are what differentiation gives.
inline Function with_held_values(Function f, Tensors& inputs, const Tensors& variables) {
  const auto values = evaluate_nodes(f, inputs, variables);
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    if (f.nodes[i].op != Op::stop_gradient) continue;
    const std::string name = "held." + std::to_string(i);
    inputs[name] = values[i];
    f.nodes[i].op = Op::input;
    f.nodes[i].operands.clear();
    f.nodes[i].attributes.name = name;
  }
  return f;
}

/// Compares what the function left in "f.gradient.NAME" with central differences of its loss at about 40
/// elements of each variable "f.NAME", as the variables were before the step. There is no gradient if the
/// function is not differentiable.
inline void check_gradients(const Twin& twin, const Tensors& before, const Function& f,
                            bool differentiable = true) {
  Tensors variables = before, inputs = twin.inputs;
  const Function held = with_held_values(f, inputs, variables);
  const auto loss = [&] {
    const auto values = evaluate_nodes(held, inputs, variables);
    return values[static_cast<std::size_t>(f.result("loss")->value.id)].data[0];
  };
  int gradients = 0;
  for (const auto& [name, actual] : twin.truth) {
    const std::string prefix = f.name + ".gradient.";
    if (!name.starts_with(prefix)) continue;
    SCOPED_TRACE(name);
    ++gradients;
    EXPECT_TRUE(std::ranges::any_of(actual.data, [](double g) { return g != 0; })) << "all are zero";
    Tensor& x = variables.at(f.name + "." + name.substr(prefix.size()));
    for (std::size_t i = 0; i < x.data.size(); i += 1 + x.data.size() / 40) {
      constexpr double h = 1e-5;
      const double middle = x.data[i];
      x.data[i] = middle + h;
      const double above = loss();
      x.data[i] = middle - h;
      EXPECT_NEAR(actual.data[i], (above - loss()) / (2 * h), 1e-7 * (1 + std::abs(actual.data[i]))) << i;
      x.data[i] = middle;
    }
  }
  EXPECT_EQ(gradients > 0, differentiable);
}

}  // namespace sganc
