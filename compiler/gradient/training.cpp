#include <algorithm>

#include "compiler/gradient/gradient.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

std::string gradient_name(const std::string& weight) {
  return "gradient." + weight;
}

/// Adds the variable, unless another update has added it already.
void declare(Module& module, Variable variable) {
  if (!module.variable(variable.name)) module.variables.push_back(std::move(variable));
}

/// The weights of the nets that the update trains, in the module's order.
std::vector<Variable> trained_weights(const Module& module, const DeclaredUpdate& update) {
  std::vector<Variable> weights;
  for (const auto& v : module.variables)
    if (v.role == Role::weight &&
        std::ranges::any_of(update.train, [&](const auto& net) { return net.value == v.net; }))
      weights.push_back(v);
  return weights;
}

/// Adds the gradients to the update's function. Returns the weights that have a gradient.
std::vector<Variable> add_gradients(Module& module, Function& function, const DeclaredUpdate& update,
                                    Diagnostics& diagnostics) {
  Builder b(function);
  const auto weights = trained_weights(module, update);
  std::vector<Value> trained;
  for (const auto& w : weights) {
    const auto found = std::ranges::find_if(
        function.nodes, [&](const Node& n) { return n.op == Op::variable && n.attributes.name == w.name; });
    trained.push_back(
        found == function.nodes.end() ? Value{} : Value{static_cast<int>(found - function.nodes.begin())});
  }
  const auto gradients = gradient(b, function.result("loss")->value, trained);
  std::vector<Variable> moved;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (gradients[i].id < 0) continue;
    declare(module, {.name = gradient_name(weights[i].name),
                     .type = weights[i].type,
                     .role = Role::gradient,
                     .of = weights[i].name});
    b.result(gradient_name(weights[i].name), gradients[i]);
    moved.push_back(weights[i]);
  }
  for (const auto& net : update.train)
    if (std::ranges::none_of(moved, [&](const auto& w) { return w.net == net.value; }))
      diagnostics.error(net.where,
                        "update \"" + update.name + "\" trains \"" + net.value +
                            "\", but its loss depends on no weight of it",
                        "");
  return moved;
}

class ApplyBuild : public OptimizerContext {
 public:
  ApplyBuild(Module& module, Builder& builder, const DeclaredOptimizer& optimizer)
      : OptimizerContext(builder, optimizer.keys), module_(module), optimizer_(optimizer) {}

  std::string weight;

  Value state(const std::string& name, const Shape& shape) override {
    const std::string series = optimizer_.name + "." + name, full = series + "." + weight;
    declare(module_,
            {.name = full, .type = {DType::f32, shape}, .role = Role::state, .of = weight, .series = series});
    return b.variable(full, module_.variable(full)->type);
  }
  void set_state(const std::string& name, Value value) override {
    b.result(optimizer_.name + "." + name + "." + weight, value);
  }
  /// Steps are counted in i32, because an f32 cannot count beyond 2^24.
  Value steps_since(std::int64_t first) override {
    const std::string full = optimizer_.name + ".step";
    const Origin origin = b.origin();
    b.set_origin({full, optimizer_.where});
    if (!b.function().result(full)) {
      const Type type{DType::i32, {}};
      declare(module_, {.name = full, .type = type, .role = Role::state, .series = full});
      b.result(full, b.add(b.variable(full, type), 1));
    }
    const Value count = b.function().result(full)->value;
    const Value since = b.convert(first == 0 ? count : b.add(count, -static_cast<double>(first)), DType::f32);
    b.set_origin(origin);
    return since;
  }

 private:
  Module& module_;
  const DeclaredOptimizer& optimizer_;
};

/// The sum of the squares. It is computed in up to 1024 columns: shorter sums are more exact, and adding
/// columns side by side is faster.
Value sum_of_squares(Builder& b, Value x) {
  const std::int64_t count = b.type(x).elements(), columns = std::min<std::int64_t>(count & -count, 1024);
  const Value square = b.multiply(x, x);
  return b.sum_all(b.reduce_sum(b.view(square, {count / columns, columns}), {0}));
}

/// Limits the gradients as the update says: each element by clip_value, then all together by clip_norm.
/// Pascanu, Mikolov, Bengio 2013.
void clip(Builder& b, const DeclaredUpdate& update, std::vector<Value>& gradients) {
  b.set_origin({update.name + ".clip", update.where});
  if (update.clip_value)
    for (Value& g : gradients) g = b.minimum(b.maximum(g, -*update.clip_value), *update.clip_value);
  if (!update.clip_norm || gradients.empty()) return;
  Value sum = sum_of_squares(b, gradients[0]);
  for (std::size_t i = 1; i < gradients.size(); ++i) sum = b.add(sum, sum_of_squares(b, gradients[i]));
  // Longer gradients are scaled to the length clip_norm, and shorter ones are multiplied by exactly 1.
  const Value scale = b.divide(*update.clip_norm, b.maximum(b.sqrt(sum), *update.clip_norm));
  for (Value& g : gradients) g = b.multiply(g, b.broadcast(scale, Shape(b.shape(g)), {}));
}

Function apply_function(Module& module, const DeclaredUpdate& update, const DeclaredOptimizer& declared,
                        const std::vector<Variable>& weights) {
  Function function{.name = update.name + ".apply", .role = FunctionRole::apply, .update = update.name};
  Builder b(function);
  ApplyBuild context(module, b, declared);
  std::vector<Value> gradients;
  for (const auto& w : weights) {
    b.set_origin({declared.name + "." + w.name, declared.where});
    gradients.push_back(b.variable(gradient_name(w.name), w.type));
  }
  clip(b, update, gradients);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Variable& w = weights[i];
    context.weight = w.name;
    b.set_origin({declared.name + "." + w.name, declared.where});
    const Value before = b.variable(w.name, w.type);
    Value after = find_optimizer(declared.kind)->build(context, before, gradients[i]);
    if (const auto most = update.clip_weights)  // Arjovsky, Chintala, Bottou 2017, algorithm 1
      after = b.minimum(b.maximum(after, -*most), *most);
    b.result(w.name, after);
  }
  return function;
}

}  // namespace

void add_training(Module& module, const Model& model, Diagnostics& diagnostics) {
  for (const auto& update : model.updates) {
    const auto function = std::ranges::find_if(module.functions, [&](const Function& f) {
      return f.role == FunctionRole::update && f.update == update.name;
    });
    if (function == module.functions.end()) continue;  // its shapes did not fit: reported already
    const auto weights = add_gradients(module, *function, update, diagnostics);
    try {
      auto apply = apply_function(module, update, *model.optimizer(update.optimizer.value), weights);
      module.functions.insert(function + 1, std::move(apply));
    } catch (const UserError& error) {
      if (std::ranges::none_of(diagnostics.items(), [&](const Diagnostic& known) {
            return known.message == error.diagnostic.message &&
                   known.where.line == error.diagnostic.where.line;
          }))  // several updates may share the optimizer
        diagnostics.add(error.diagnostic);
    }
  }
}

}  // namespace sganc
