#pragma once
// Builds single layers, functions of expressions and optimizers into a module, without a model file.

#include "compiler/gradient/gradient.h"
#include "compiler/layers/table.h"

namespace sganc {

/// Returns the sample's keys, with the defaults of the others.
inline Keys keys_of(const std::vector<Key>& declared, const std::map<std::string, KeyValue>& given) {
  Keys keys;
  for (const auto& key : declared) {
    const auto found = given.find(key.name);
    if (found != given.end())
      keys.set(key.name, found->second, {});
    else if (key.fallback)
      keys.set(key.name, *key.fallback, {});
  }
  return keys;
}

/// Variables of one function, all under its name: "f.x", "f.weight".
class Scope {
 public:
  Scope(Module& module, Builder& builder) : b(builder), module_(module) {}

  std::string full(const std::string& name) const { return b.function().name + "." + name; }

  Value variable(const std::string& name, const Shape& shape, Initializer initializer,
                 Role role = Role::weight, DType dtype = DType::f32) {
    const Type type{dtype, shape};
    if (!module_.variable(full(name)))
      module_.variables.push_back(
          {.name = full(name), .type = type, .role = role, .initializer = initializer});
    return b.variable(full(name), type);
  }

  /// Leaves d loss / d v in the variable "f.gradient.NAME" for each of the function's variables.
  void leave_gradients(Value loss) {
    std::vector<Value> targets;
    for (std::size_t i = 0; i < b.function().nodes.size(); ++i)
      if (b.function().nodes[i].op == Op::variable) targets.push_back({static_cast<int>(i)});
    const auto gradients = gradient(b, loss, targets);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (gradients[i].id < 0) continue;
      const std::string name = b.function().node(targets[i]).attributes.name.substr(full("").size());
      module_.variables.push_back(
          {.name = full("gradient." + name), .type = b.type(targets[i]), .role = Role::state});
      b.result(full("gradient." + name), gradients[i]);
    }
  }

  Builder& b;

 private:
  Module& module_;
};

class SingleLayer : public LayerContext, public Scope {
 public:
  using Scope::b;
  SingleLayer(Module& module, Builder& builder, const Keys& keys, bool training)
      : LayerContext(builder, keys, training), Scope(module, builder) {}

  Value weight(const std::string& name, const Shape& shape, Initializer initializer) override {
    return variable(name, shape, initializer);
  }
  Value statistic(const std::string& name, const Shape& shape, Initializer initializer) override {
    return variable(name, shape, initializer, Role::statistic);
  }
  void set_statistic(const std::string& name, Value value) override { Scope::b.result(full(name), value); }
  Value once(const std::string&, const std::function<Value()>& make) override { return make(); }
  void begin(const std::string&, Value) override {}
  Value random(const Shape& shape) override { return Scope::b.random(key(), streams_++, shape); }
  Value random_normal(const Shape& shape) override {
    streams_ += 2;
    return Scope::b.random_normal(key(), streams_ - 2, shape);
  }
  void declare_logits(Value activation, Logits logits) override { declared[activation] = logits; }

  std::map<Value, Logits> declared;

 private:
  Value key() { return Scope::b.input("random.key", {DType::i32, {4}}); }

  std::int64_t streams_ = 0;
};

class SingleFunction : public FunctionContext {
 public:
  SingleFunction(Builder& builder, std::map<Value, Logits> declared)
      : FunctionContext(builder, builder.function()), declared_(std::move(declared)) {}

  std::optional<Logits> logits_of(Value activation) const override {
    const auto found = declared_.find(activation);
    return found == declared_.end() ? std::nullopt : std::optional(found->second);
  }
  Value labels_of(Value) override { throw std::logic_error("nothing is drawn here"); }
  Value certainties_of(Value) override { throw std::logic_error("nothing is drawn here"); }
  Value augmented(Value) override { throw std::logic_error("no file says here how"); }
  void declare_logits(Value activation, Logits logits) override { declared_[activation] = logits; }
  Value step_since(std::int64_t first) override {
    const Value step = b.slice(b.input("random.key", {DType::i32, {4}}), {2}, {1});
    return b.view(b.convert(b.add(step, -static_cast<double>(first)), DType::f32), {});
  }
  void metric(const std::string& name, Value value) override { b.result(name, value); }

 private:
  std::map<Value, Logits> declared_;
};

class SingleOptimizer : public OptimizerContext, public Scope {
 public:
  using Scope::b;
  SingleOptimizer(Module& module, Builder& builder, const Keys& keys)
      : OptimizerContext(builder, keys), Scope(module, builder) {}

  Value state(const std::string& name, const Shape& shape) override { return variable(name, shape, {}); }
  void set_state(const std::string& name, Value value) override { Scope::b.result(full(name), value); }
  Value steps_since(std::int64_t first) override {
    if (!Scope::b.function().result(full("step")))
      Scope::b.result(full("step"), Scope::b.add(variable("step", {}, {}, Role::weight, DType::i32), 1));
    const Value count = Scope::b.function().result(full("step"))->value;
    return Scope::b.convert(Scope::b.add(count, -static_cast<double>(first)), DType::f32);
  }
};

}  // namespace sganc
