#include "compiler/layers/build.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "compiler/layers/table.h"

namespace sganc {
namespace {

/// Before the name of a variable that is another's average.
const std::string kAverage = "average.";

/// So that lists of lists, each named and used again, cannot grow without end.
constexpr std::int64_t kMostInList = 10000;

/// A random stream for each site of the module that draws, in the order of building.
struct Streams {
  std::int64_t next = 0;
  std::int64_t take(int count) { return (next += count) - count; }
};

/// Builds one function of the module: nets applied to values, drawn batches, expressions.
class FunctionBuild : public FunctionContext {
 public:
  FunctionBuild(const Model& model, Module& module, Function& function, Streams& streams, bool training)
      : FunctionContext(builder_),
        model_(model),
        module_(module),
        streams_(streams),
        training_(training),
        builder_(function) {}

  /// The function is this update: layers of the nets that it trains note their statistics.
  void trains(const DeclaredUpdate& update) {
    for (const auto& net : update.train) noting_.insert(net.value);
  }
  /// The function begins weights by the batch at hand, each once: those that are not in `begun` yet.
  void begins_weights(std::set<std::string>& begun) { begun_ = &begun; }

  /// What statistics and weights become by the layers that were applied.
  void assign_results() {
    for (const auto& [name, value] : assigned_) b.result(name, value);
  }
  bool assigns() const { return !assigned_.empty(); }

  std::optional<Logits> logits_of(Value activation) const override {
    const auto found = logits_.find(activation);
    return found == logits_.end() ? std::nullopt : std::optional(found->second);
  }
  Value labels_of(Value drawn) override {
    const auto found = indices_.find(drawn);
    if (found == indices_.end()) throw ShapeError("label needs a batch of drawn images");
    return b.gather(b.input("data.label", {DType::i32, {kUnknownExtent}}), found->second);
  }
  void declare_logits(Value activation, Logits logits) override { logits_[activation] = logits; }
  Value step() override { return b.view(b.convert(b.slice(key(), {2}, {1}), DType::f32), {}); }
  void metric(const std::string& name, Value value) override {
    if (!b.function().result(name)) b.result(name, value);
  }

  Value key() { return b.input("random.key", {DType::i32, {4}}); }

  /// A batch of images by an index that the caller binds: bytes, scaled to the declared range.
  Value images(const std::string& index_name, std::int64_t count) {
    const Shape& image = model_.image()->shape;
    const Value index = b.input(index_name, {DType::i32, {count}});
    const Value table = b.input("data.image", {DType::u8, {kUnknownExtent, image[0], image[1], image[2]}});
    const Value pixels = b.convert(b.gather(table, index), DType::f32);
    const auto& data = model_.data;
    const Value x = b.add(b.multiply(pixels, (data.range_high - data.range_low) / 255), data.range_low);
    indices_[x] = index;
    return x;
  }

  Value latent(const DeclaredInput& input, std::int64_t count) {
    const Shape shape = {count, input.shape[0]};
    if (input.distribution == "normal") return b.random_normal(key(), streams_.take(2), shape);
    return b.add(b.multiply(b.random(key(), streams_.take(1), shape), 2.0), -1.0);
  }

  Value draw(const Draw& d) {
    b.set_origin({d.name.value, d.name.where});
    if (const auto* input = model_.input(d.source.value)) return latent(*input, d.count.value);
    return images(d.name.value + ".index", d.count.value);
  }

  /// The net applied to a value of its innermost input: `critic(x)` applies trunk, logits and critic.
  /// A net applied to the same value twice is built once. Where a layer is named, what that layer gives.
  /// With the averages of the weights where they are wanted.
  Value apply(const DeclaredNet& net, Value x, const std::string& layer = "", bool averaged = false);

  Value evaluate(const Expression& e, const std::map<std::string, Value>& drawn);

  /// From here on the value of each loss is a metric: "bce", the second of that name "bce_2".
  void report_terms() { reports_terms_ = true; }

  /// What each layer gave that was applied so far, by NET.LAYER, in that order.
  const std::vector<Result>& layers() const { return layers_; }

 private:
  friend class LayerBuild;
  friend class LayerCall;
  Value call(const ExpressionFunction& function, const std::vector<Value>& arguments);
  Value call(const Layer& layer, Value x);
  Value before_first_layer(const DeclaredNet& net, Value x, bool averaged);
  Value evaluate_operator(const Expression& e, const std::vector<Value>& arguments);
  Value evaluate_list(const Expression& e, const std::vector<Value>& elements);

  const Model& model_;
  Module& module_;
  Streams& streams_;
  bool training_;
  bool reports_terms_ = false;
  Builder builder_;
  std::map<Value, Logits> logits_;
  std::map<Value, Value> indices_;  // of drawn images

  /// A net on a value, as far as its layers have been built.
  struct Applied {
    Value last;
    std::size_t layers = 0;
    std::map<std::string, Value> outputs = {};  // by layer; and what the net takes, by its name
  };
  struct Application {
    std::string net;
    Value x;  // of its innermost input
    bool averaged;
    auto operator<=>(const Application&) const = default;
  };
  std::map<Application, Applied> applied_;
  std::set<std::string> noting_;            // nets whose layers note statistics
  std::set<std::string>* begun_ = nullptr;  // layers, by NET.LAYER
  std::map<std::string, Value> assigned_;   // statistics and weights that are moved, by name
  std::map<std::string, Value> made_once_;  // by NET.LAYER.NAME
  std::vector<Result> layers_;
};

class LayerBuild : public LayerContext {
 public:
  LayerBuild(FunctionBuild& build, const DeclaredNet& net, const DeclaredLayer& layer, bool averaged)
      : LayerContext(build.b, layer.keys, build.training_),
        build_(build),
        net_(net),
        layer_(layer),
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
  Value random(const Shape& shape) override { return b.random(build_.key(), build_.streams_.take(1), shape); }
  void declare_logits(Value activation, Logits logits) override { build_.logits_[activation] = logits; }

 private:
  std::string full(const std::string& name) const { return net_.name + "." + layer_.name + "." + name; }

  /// Its value so far; of an average where the net is applied with averages.
  Value variable(const std::string& name, const Shape& shape, Role role, const Initializer& initializer) {
    const Type type{DType::f32, shape};
    const Value plain = declared({full(name), type, role, net_.name, initializer, b.origin()});
    if (averaged_)
      return declared({kAverage + full(name), type, Role::statistic, net_.name, initializer, b.origin()});
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
  const bool averaged_;
};

/// A layer that an expression calls: without weights, with the defaults of its keys, on a value without a
/// batch.
class LayerCall : public LayerContext {
 public:
  LayerCall(FunctionBuild& build, const Keys& keys)
      : LayerContext(build.b, keys, build.training_, /*leading=*/0), build_(build) {}

  Value weight(const std::string& name, const Shape&, Initializer) override {
    throw std::logic_error("a layer that is a function asks for the weight " + name);
  }
  Value statistic(const std::string& name, const Shape&, Initializer) override {
    throw std::logic_error("a layer that is a function asks for the statistic " + name);
  }
  void set_statistic(const std::string&, Value) override {}
  Value once(const std::string&, const std::function<Value()>& make) override { return make(); }
  void begin(const std::string&, Value) override {}
  Value random(const Shape&) override {
    throw std::logic_error("a layer that is a function asks for random numbers");
  }
  void declare_logits(Value activation, Logits logits) override { build_.logits_[activation] = logits; }

 private:
  FunctionBuild& build_;
};

Value FunctionBuild::call(const Layer& layer, Value x) {
  Keys defaults;
  for (const auto& key : layer.keys)
    if (key.fallback) defaults.set(key.name, *key.fallback, b.origin().where);
  LayerCall context(*this, defaults);
  return layer.build(context, x);
}

/// What the net's first layer takes: x, or what the net that it is `of` makes of it.
Value FunctionBuild::before_first_layer(const DeclaredNet& net, Value x, bool averaged) {
  if (const auto* before = model_.net(net.of.value)) return apply(*before, x, "", averaged);
  const Shape& declared = model_.input(net.of.value)->shape;
  const Shape& given = b.shape(x);
  if (Shape(given.begin() + (given.empty() ? 0 : 1), given.end()) != declared)
    throw UserError{{net.of.where,
                     "net " + net.name + " takes " + net.of.value + " " + to_string(declared) +
                         ", but is given " +
                         to_string(Shape(given.begin() + (given.empty() ? 0 : 1), given.end())),
                     ""}};
  return x;
}

Value FunctionBuild::apply(const DeclaredNet& net, Value x, const std::string& wanted, bool averaged) {
  const Application memo{net.name, x, averaged};
  if (!applied_.contains(memo)) {
    const Value taken = before_first_layer(net, x, averaged);
    applied_[memo] = {taken, 0, {{net.of.value, taken}}};
  }
  Applied& applied = applied_[memo];
  while (applied.layers < net.layers.size() && !applied.outputs.contains(wanted)) {
    const DeclaredLayer& layer = net.layers[applied.layers++];
    b.set_origin({net.name + "." + layer.name, layer.where});
    LayerBuild context(*this, net, layer, averaged);
    std::vector<Value> taken;
    for (const auto& name : layer.from) taken.push_back(applied.outputs.at(name.value));
    if (taken.empty()) taken.push_back(applied.last);
    try {
      applied.last = (*find_layer(layer.kind))(context, taken);
    } catch (const ShapeError& error) {
      throw UserError{{layer.where, error.what(), ""}};
    }
    if (begun_ && !averaged) begun_->insert(net.name + "." + layer.name + ".");
    applied.outputs[layer.name] = applied.last;
    layers_.push_back({net.name + "." + layer.name, applied.last});
  }
  return wanted.empty() ? applied.last : applied.outputs.at(wanted);
}

/// 1 where it holds, else 0.
Value compare(Builder& b, const std::string& how, Value l, Value r) {
  if (how == ">") return b.greater(l, r);
  if (how == "<") return b.greater(r, l);
  if (how == ">=") return b.maximum(b.greater(l, r), b.equal(l, r));
  if (how == "<=") return b.maximum(b.greater(r, l), b.equal(l, r));
  return b.equal(l, r);
}

Value FunctionBuild::evaluate_operator(const Expression& e, const std::vector<Value>& arguments) {
  if (e.name == "negate") return b.negate(arguments[0]);
  const auto [l, r] = of_one_shape(b, e.name, arguments[0], arguments[1]);
  if (e.name == "+") return b.add(l, r);
  if (e.name == "-") return b.subtract(l, r);
  if (e.name == "*") return b.multiply(l, r);
  if (e.name == "/") return b.divide(l, r);
  return compare(b, e.name, as_numbers(b, l), as_numbers(b, r));
}

Value FunctionBuild::call(const ExpressionFunction& function, const std::vector<Value>& arguments) {
  const Value value = function.build(*this, arguments);
  if (!reports_terms_ || !function.loss) return value;
  std::string name = function.name;
  for (int count = 2; b.function().result(name); ++count) name = function.name + "_" + std::to_string(count);
  b.result(name, value);
  return value;
}

/// The elements, one behind the other along a new first axis: numbers make a vector, vectors a matrix.
Value FunctionBuild::evaluate_list(const Expression& e, const std::vector<Value>& elements) {
  const auto each = b.type(elements[0]).elements();
  for (std::size_t i = 1; i < elements.size(); ++i)
    if (b.shape(elements[i]) != b.shape(elements[0]))
      throw UserError{{e.arguments[i].where,
                       "the elements of a list are of one shape, but this is " +
                           to_string(b.shape(elements[i])) + " and the first is " +
                           to_string(b.shape(elements[0])),
                       ""}};
  if (each * static_cast<std::int64_t>(elements.size()) > kMostInList)
    throw UserError{{e.where, "a list may hold at most " + std::to_string(kMostInList) + " numbers", ""}};
  return b.stack(elements);
}

Value FunctionBuild::evaluate(const Expression& e, const std::map<std::string, Value>& drawn) {
  if (e.kind == Expression::Kind::number) return b.constant(e.number, {});
  if (e.kind == Expression::Kind::name) return drawn.at(e.name);
  std::vector<Value> arguments;
  for (const auto& a : e.arguments) arguments.push_back(evaluate(a, drawn));
  b.set_origin({e.kind == Expression::Kind::list ? "list" : e.name, e.where});
  try {
    if (e.kind == Expression::Kind::list) return evaluate_list(e, arguments);
    const Callee callee = callee_of(e);
    if (const auto* net = model_.net(callee.name))
      return apply(*net, arguments[0], callee.layer, callee.averaged);
    if (const auto* function = find_function(e.name)) return call(*function, arguments);
    if (const auto* layer = find_layer(e.name)) return call(*layer, arguments[0]);
    return evaluate_operator(e, arguments);
  } catch (const ShapeError& error) {
    throw UserError{{e.where, error.what(), ""}};
  }
}

int count_losses(const Expression& e) {
  const auto* function = e.kind == Expression::Kind::call ? find_function(e.name) : nullptr;
  return std::accumulate(
      e.arguments.begin(), e.arguments.end(), function && function->loss ? 1 : 0,
      [](int count, const Expression& argument) { return count + count_losses(argument); });
}

void build_update(FunctionBuild& build, const DeclaredUpdate& update) {
  if (count_losses(update.minimize) > 1) build.report_terms();
  build.trains(update);
  std::map<std::string, Value> drawn;
  for (const auto& d : update.draws) drawn[d.name.value] = build.draw(d);
  const Value loss = build.evaluate(update.minimize, drawn);
  if (!build.b.shape(loss).empty())
    throw UserError{{update.minimize.where,
                     "minimize must be one number, but this is " + to_string(build.b.shape(loss)),
                     "take its mean(...)"}};
  build.b.function().results.insert(build.b.function().results.begin(), {"loss", loss});
  build.assign_results();
}

/// All that the update's layers begin by its first batch, and nothing else.
void build_beginning(FunctionBuild& build, const DeclaredUpdate& update, std::set<std::string>& begun) {
  build.begins_weights(begun);
  std::map<std::string, Value> drawn;
  for (const auto& d : update.draws) drawn[d.name.value] = build.draw(d);
  build.evaluate(update.minimize, drawn);
  build.b.function().results.clear();  // metrics
  build.assign_results();
}

/// Moves every average of the module towards what it is an average of: a <- d a + (1 - d) w, where
/// d = min(decay, 1 - 1 / (step + 1)): before the first step it becomes the weight. Tarvainen, Valpola 2017.
void build_average(FunctionBuild& build, const Module& module, const DeclaredAverage& declared) {
  Builder& b = build.b;
  b.set_origin({"average", declared.where});
  const Value decay = b.minimum(b.subtract(1, b.divide(1, b.add(build.step(), 1.0))), declared.decay);
  for (const auto& v : module.variables) {
    if (!v.name.starts_with(kAverage)) continue;
    const Value now = b.variable(v.name.substr(kAverage.size()), v.type), before = b.variable(v.name, v.type);
    const Value kept = b.broadcast(decay, v.type.shape, {});
    b.result(v.name, b.add(b.multiply(kept, b.subtract(before, now)), now));
  }
}

void build_classify(FunctionBuild& build, const DeclaredNet& classifier, bool averaged) {
  Builder& b = build.b;
  b.set_origin({"batch", classifier.where});
  const Value x = build.images("batch.index", kEvaluationBatch);
  const Value p = build.apply(classifier, x, "", averaged);
  const Shape shape = b.shape(p);
  if (shape.size() != 2)
    throw UserError{{classifier.where,
                     "a classifier gives a vector of probabilities for each image, not " + to_string(shape),
                     ""}};
  b.set_origin({"classify", classifier.where});
  const Value label = b.convert(build.labels_of(x), DType::f32);
  const Value classes = b.iota(1, shape);
  const Value chosen = b.equal(classes, b.broadcast(label, shape, {0}));
  b.result("probability", p);
  b.result("loss", b.negate(b.log(b.maximum(b.reduce_sum(b.multiply(chosen, p), {1}), 1e-30))));
}

/// The input that a net is a function of, through the nets before it.
const DeclaredInput& innermost_input(const Model& model, const DeclaredNet& net) {
  const DeclaredNet* first = &net;
  while (const auto* before = model.net(first->of.value)) first = before;
  return *model.input(first->of.value);
}

void build_sample(FunctionBuild& build, const Model& model, const DeclaredNet& generator, bool averaged) {
  const DeclaredInput& input = innermost_input(model, generator);
  if (input.kind != DeclaredInput::Kind::latent)
    throw UserError{
        {generator.where, "a generator is a function of a latent input, not of " + input.name, ""}};
  build.b.set_origin({input.name, input.where});
  const Value image = build.apply(generator, build.latent(input, kSampleBatch), "", averaged);
  if (build.b.shape(image).size() != 4)
    throw UserError{
        {generator.where, "a generator makes images, not " + to_string(build.b.shape(image)), ""}};
  build.b.result("image", image);
}

}  // namespace

Module build_module(const Model& model, Diagnostics& diagnostics) {
  Module module{.name = model.name};
  Streams streams;
  const auto build = [&](const std::string& name, bool training, const auto& body) {
    Function function{.name = name};
    FunctionBuild context(model, module, function, streams, training);
    try {
      body(context);
      module.functions.push_back(std::move(function));
    } catch (const UserError& error) {
      // a net that several functions apply is reported once, whatever their batches
      for (const auto& known : diagnostics.items())
        if (known.where.line == error.diagnostic.where.line &&
            known.where.column == error.diagnostic.where.column)
          return;
      diagnostics.error(error.diagnostic.where, error.diagnostic.message, error.diagnostic.help);
    }
  };
  for (const auto& update : model.updates)
    build(update.name, true, [&](FunctionBuild& f) { build_update(f, update); });
  if (const auto* classifier = model.net(model.evaluate.classifier.value))
    build("classify", false,
          [&](FunctionBuild& f) { build_classify(f, *classifier, model.evaluate.average); });
  if (const auto* generator = model.net(model.evaluate.generator.value))
    build("sample", false,
          [&](FunctionBuild& f) { build_sample(f, model, *generator, model.evaluate.average); });
  std::set<std::string> begun;  // layers
  for (const auto& update : model.updates)
    build(update.name + ".begin", true, [&](FunctionBuild& f) { build_beginning(f, update, begun); });
  std::erase_if(module.functions, [](const Function& f) { return f.results.empty(); });
  const auto is_average = [](const Variable& v) { return v.name.starts_with(kAverage); };
  if (std::ranges::any_of(module.variables, is_average))
    build("average", false, [&](FunctionBuild& f) { build_average(f, module, model.average); });
  return module;
}

Function build_expressions(const std::vector<NamedExpression>& expressions) {
  const Model model;
  Module module;
  Function function{.name = "expressions"};
  Streams streams;
  FunctionBuild build(model, module, function, streams, /*training=*/false);
  std::map<std::string, Value> values;
  for (const auto& [name, expression] : expressions) {
    values[name] = build.evaluate(expression, values);
    build.b.result(name, values[name]);
  }
  return function;
}

Module build_nets(const Model& model, Diagnostics& diagnostics) {
  Module module{.name = model.name};
  Streams streams;
  Function function{.name = "nets"};
  FunctionBuild build(model, module, function, streams, true);
  try {
    for (const auto& net : model.nets) {
      const DeclaredInput& input = innermost_input(model, net);
      Shape shape = {1};
      shape.insert(shape.end(), input.shape.begin(), input.shape.end());
      build.b.set_origin({input.name, input.where});
      build.apply(net, build.b.input(input.name, {DType::f32, shape}));
    }
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  function.results = build.layers();
  module.functions.push_back(std::move(function));
  return module;
}

}  // namespace sganc
