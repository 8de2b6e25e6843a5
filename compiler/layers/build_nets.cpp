// Applies nets to values, layer by layer.

#include <algorithm>

#include "compiler/layers/build_function.h"
#include "compiler/layers/table.h"

namespace sganc {

/// A layer of a net while it is applied.
class LayerBuild : public LayerContext {
 public:
  LayerBuild(FunctionBuild& build, const DeclaredNet& net, const DeclaredLayer& layer,
             const std::vector<Value>& x, bool averaged)
      : LayerContext(build.b, layer.keys, build.training_),
        build_(build),
        net_(net),
        layer_(layer),
        x_(x),
        averaged_(averaged) {}

  Value weight(const std::string& name, const Shape& shape, Initializer initializer) override {
    return variable(name, shape, Role::weight, initializer);
  }
  Value statistic(const std::string& name, const Shape& shape, Initializer initializer) override {
    return variable(name, shape, Role::statistic, initializer);
  }
  void set_statistic(const std::string& name, Value value) override {
    if (!averaged_ && build_.noting_.contains(net_.name)) build_.assigned_[full(name)] = value;
  }
  void move_running(const std::string& name, Value value) override {
    if (averaged_ || !build_.noting_.contains(net_.name)) return;
    const auto moves = [&](Value v) { return !build_.moving_ || build_.moving_->contains(v); };
    if (std::ranges::none_of(x_, moves)) return;
    build_.moved_by_.insert(x_.begin(), x_.end());
    set_statistic(name, value);
  }
  Value once(const std::string& name, const std::function<Value()>& make) override {
    const std::string key = (averaged_ ? kAverage : begins() ? "begin." : "") + full(name);
    if (!build_.made_once_.contains(key)) {
      const Value made = make();
      build_.made_once_[key] = made;
    }
    return build_.made_once_.at(key);
  }
  bool begins() const override { return build_.begun_ && !averaged_ && !build_.begun_->contains(full("")); }
  void begin(const std::string& weight, Value value) override {
    build_.assigned_[full(weight)] = b.view(value, build_.module_.variable(full(weight))->type.shape);
  }
  Value random(const Shape& shape) override { return b.random(build_.key(), build_.streams_.take(), shape); }
  Value random_normal(const Shape& shape) override {
    return b.random_normal(build_.key(), build_.streams_.take_pair(), shape);
  }
  void declare_logits(Value activation, Logits logits) override { build_.logits_[activation] = logits; }

 private:
  std::string full(const std::string& name) const { return net_.name + "." + layer_.name + "." + name; }

  /// The present value of a weight or statistic, or its average if the net is applied with averaged weights.
  Value variable(const std::string& name, const Shape& shape, Role role, const Initializer& initializer) {
    const Type type{DType::f32, shape};
    const Value plain = declared({full(name), type, role, net_.name, initializer, b.origin()});
    if (averaged_)
      return declared(
          {kAverage + full(name), type, Role::average, net_.name, initializer, b.origin(), full(name)});
    const auto assigned = build_.assigned_.find(full(name));
    return assigned == build_.assigned_.end() ? plain : assigned->second;
  }
  Value declared(const Variable& v) {
    if (const auto* known = build_.module_.variable(v.name); !known)
      build_.module_.variables.push_back(v);
    else if (known->type != v.type)
      throw ShapeError("weight " + v.name + " is " + to_string(known->type.shape) +
                       " where the net is applied first, " + to_string(v.type.shape) + " here");
    return b.variable(v.name, v.type);
  }

  FunctionBuild& build_;
  const DeclaredNet& net_;
  const DeclaredLayer& layer_;
  const std::vector<Value>& x_;  // of the net's arguments
  const bool averaged_;
};

/// The value of an input in the form that the net's layers take: classes {batch} of a label input become
/// one-hot vectors. Throws ShapeError if its shape is not that of the input.
Value FunctionBuild::enter(const DeclaredNet& net, const Located<std::string>& input, Value x) {
  const DeclaredInput& declared = *model_.input(input.value);
  if (declared.kind == DeclaredInput::Kind::label && b.shape(x).size() == 1) {
    b.set_origin({net.name + "." + input.value, input.where});
    return one_hot_of(b, x, declared.shape[0]);
  }
  const Shape& given = b.shape(x);
  const Shape each(given.begin() + (given.empty() ? 0 : 1), given.end());
  if (each != declared.shape)
    throw ShapeError("the net \"" + net.name + "\" takes " + input.value + " " + to_string(declared.shape) +
                     ", but is given " + to_string(each));
  return x;
}

/// The value of one name in the `of` of the net: the value of an input, or the output of a net for its
/// arguments.
Value FunctionBuild::taken_by(const DeclaredNet& net, const Located<std::string>& source,
                              const std::vector<Value>& x, bool averaged) {
  const auto value_of = [&](const std::string& argument) {
    return x[static_cast<std::size_t>(std::ranges::find(net.arguments, argument) - net.arguments.begin())];
  };
  const auto* before = model_.net(source.value);
  if (!before) return enter(net, source, value_of(source.value));
  std::vector<Value> arguments;
  for (const auto& argument : before->arguments) arguments.push_back(value_of(argument));
  return apply({before->name, "", averaged}, arguments);
}

/// Throws ShapeError if the arguments hold different numbers of examples.
void FunctionBuild::require_one_batch(const DeclaredNet& net, const std::vector<Value>& x) {
  for (std::size_t i = 1; i < x.size(); ++i) {
    const Shape &first = b.shape(x[0]), &other = b.shape(x[i]);
    if (!first.empty() && !other.empty() && first[0] != other[0])
      throw ShapeError("the net \"" + net.name + "\" is given " + std::to_string(first[0]) + " of " +
                       net.arguments[0] + " and " + std::to_string(other[0]) + " of " + net.arguments[i]);
  }
}

Value FunctionBuild::apply(const Callee& callee, const std::vector<Value>& x) {
  const DeclaredNet& net = *model_.net(callee.name);
  const Application memo{net.name, x, callee.averaged};
  if (!applied_.contains(memo)) {
    Applied begun;
    for (const auto& source : net.of)
      begun.outputs[source.value] = begun.last = taken_by(net, source, x, callee.averaged);
    applied_[memo] = std::move(begun);
  }
  Applied& applied = applied_[memo];
  while (applied.layers < net.layers.size() && !applied.outputs.contains(callee.layer)) {
    const DeclaredLayer& layer = net.layers[applied.layers++];
    b.set_origin({net.name + "." + layer.name, layer.where});
    LayerBuild context(*this, net, layer, x, callee.averaged);
    std::vector<Value> taken;
    for (const auto& name : layer.from) taken.push_back(applied.outputs.at(name.value));
    if (taken.empty()) taken.push_back(applied.last);
    try {
      applied.last = (*find_layer(layer.kind))(context, taken);
    } catch (const ShapeError& error) {
      throw UserError{{layer.where, error.what(), ""}};
    }
    if (begun_ && !callee.averaged) begun_->insert(net.name + "." + layer.name + ".");
    axes.name(applied.last, axes_of_batch(b.shape(applied.last).size()));
    applied.outputs[layer.name] = applied.last;
    layers_.push_back({net.name + "." + layer.name, applied.last});
  }
  return callee.layer.empty() ? applied.last : applied.outputs.at(callee.layer);
}

}  // namespace sganc
