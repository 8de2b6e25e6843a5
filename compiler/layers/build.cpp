#include "compiler/layers/build.h"

#include <numeric>

#include "compiler/language/check_expression.h"
#include "compiler/layers/augment.h"
#include "compiler/layers/reductions.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

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
      : FunctionContext(builder_, function),
        model_(model),
        module_(module),
        streams_(streams),
        training_(training),
        builder_(function) {
    keras_compat = model.keras_compat;
  }

  std::optional<Logits> logits_of(Value activation) const override {
    const auto found = logits_.find(activation);
    return found == logits_.end() ? std::nullopt : std::optional(found->second);
  }
  Value labels_of(Value drawn) override {
    const auto found = indices_.find(drawn);
    if (found == indices_.end()) throw ShapeError("label needs a batch of drawn images");
    const Value labels = b.gather(b.input("data.label", {DType::i32, {kUnknownExtent}}), found->second);
    axes.name(labels, {"batch"});
    return labels;
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
    const auto* input = model_.input(d.source.value);
    const Value x = input ? latent(*input, d.count.value) : images(d.name.value + ".index", d.count.value);
    axes.name(x, axes_of_batch(b.shape(x).size()));
    return x;
  }

  /// The net applied to a value of its innermost input: `critic(x)` applies trunk, logits and critic.
  /// A net applied to the same value twice is built once. Where a layer is named, what that layer gives.
  Value apply(const DeclaredNet& net, Value x, const std::string& layer = "");

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
  Value before_first_layer(const DeclaredNet& net, Value x);
  Value augment(const DeclaredAugmentation& how, Value x);
  Value evaluate_operator(const Expression& e, const std::vector<Value>& arguments);
  Value evaluate_list(const Expression& e, const std::vector<Value>& elements);
  std::optional<Value> evaluate_reduction(const Expression& e, const std::map<std::string, Value>& drawn);

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
  std::map<std::pair<std::string, Value>, Applied> applied_;  // (net, value of its innermost input)
  std::vector<Result> layers_;
};

class LayerBuild : public LayerContext {
 public:
  LayerBuild(FunctionBuild& build, const DeclaredNet& net, const DeclaredLayer& layer)
      : LayerContext(build.b, layer.keys, build.training_), build_(build), net_(net), layer_(layer) {}

  Value weight(const std::string& name, const Shape& shape, Initializer initializer) override {
    const std::string full = net_.name + "." + layer_.name + "." + name;
    const Type type{DType::f32, shape};
    if (const auto* known = build_.module_.variable(full); !known)
      build_.module_.variables.push_back({full, type, true, net_.name, initializer, b.origin()});
    else if (known->type != type)
      throw ShapeError("weight " + full + " is " + to_string(known->type.shape) +
                       " where the net is applied first, " + to_string(shape) + " here");
    return b.variable(full, type);
  }
  Value random(const Shape& shape) override { return b.random(build_.key(), build_.streams_.take(1), shape); }
  void declare_logits(Value activation, Logits logits) override { build_.logits_[activation] = logits; }

 private:
  FunctionBuild& build_;
  const DeclaredNet& net_;
  const DeclaredLayer& layer_;
};

/// A layer that an expression calls: without weights, with the defaults of its keys, on a value of which
/// `leading` axes count examples.
class LayerCall : public LayerContext {
 public:
  LayerCall(FunctionBuild& build, const Keys& keys, std::size_t leading)
      : LayerContext(build.b, keys, build.training_, leading), build_(build) {}

  Value weight(const std::string& name, const Shape&, Initializer) override {
    throw std::logic_error("a layer that is a function asks for the weight " + name);
  }
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
  const Axes& names = axes.of(x);
  LayerCall context(*this, defaults, !names.empty() && names[0] == "batch" ? 1 : 0);
  return layer.build(context, x);
}

/// What the net's first layer takes: x, or what the net that it is `of` makes of it.
Value FunctionBuild::before_first_layer(const DeclaredNet& net, Value x) {
  if (const auto* before = model_.net(net.of.value)) return apply(*before, x);
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

Value FunctionBuild::apply(const DeclaredNet& net, Value x, const std::string& wanted) {
  const auto memo = std::pair(net.name, x);
  if (!applied_.contains(memo)) {
    const Value taken = before_first_layer(net, x);
    applied_[memo] = {taken, 0, {{net.of.value, taken}}};
  }
  Applied& applied = applied_[memo];
  while (applied.layers < net.layers.size() && !applied.outputs.contains(wanted)) {
    const DeclaredLayer& layer = net.layers[applied.layers++];
    b.set_origin({net.name + "." + layer.name, layer.where});
    LayerBuild context(*this, net, layer);
    std::vector<Value> taken;
    for (const auto& name : layer.from) taken.push_back(applied.outputs.at(name.value));
    if (taken.empty()) taken.push_back(applied.last);
    try {
      applied.last = (*find_layer(layer.kind))(context, taken);
    } catch (const ShapeError& error) {
      throw UserError{{layer.where, error.what(), ""}};
    }
    axes.name(applied.last, axes_of_batch(b.shape(applied.last).size()));
    applied.outputs[layer.name] = applied.last;
    layers_.push_back({net.name + "." + layer.name, applied.last});
  }
  return wanted.empty() ? applied.last : applied.outputs.at(wanted);
}

Value FunctionBuild::augment(const DeclaredAugmentation& how, Value x) {
  const Axes names = axes.of(x);
  const auto uniform = [&](const Shape& shape) { return b.random(key(), streams_.take(1), shape); };
  const Value y = augmented(b, x, how, model_.data.range_low, model_.data.range_high, uniform);
  axes.name(y, names);
  return y;
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
  const auto both = meet(*this, e.name, arguments);
  const Value l = both[0], r = both[1];
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
  const Value list = b.stack(elements);
  const Axes each_axes = axes.of(elements[0]);
  axes.name(list, each_axes.empty()               ? Axes{"features"}
                  : each_axes == Axes{"features"} ? Axes{"batch", "features"}
                                                  : Axes(each_axes.size() + 1));
  return list;
}

/// A reduction along named axes: sum(P, left). Nothing where e is none.
std::optional<Value> FunctionBuild::evaluate_reduction(const Expression& e,
                                                       const std::map<std::string, Value>& drawn) {
  const auto* reduction = e.arguments.size() > 1 ? find_reduction(e.name) : nullptr;
  if (!reduction || !is_axis(e.arguments[1])) return {};
  const Value x = evaluate(e.arguments[0], drawn);
  const auto places = places_of(*this, x, {e.arguments.begin() + 1, e.arguments.end()});
  b.set_origin({e.name, e.where});
  return reduction->build(b, as_numbers(b, x), places);
}

Value FunctionBuild::evaluate(const Expression& e, const std::map<std::string, Value>& drawn) {
  if (e.kind == Expression::Kind::number) return b.constant(e.number, {});
  if (e.kind == Expression::Kind::name) return drawn.at(e.name);
  if (const auto reduced = evaluate_reduction(e, drawn)) return *reduced;
  std::vector<Value> arguments;
  for (const auto& a : e.arguments) arguments.push_back(evaluate(a, drawn));
  b.set_origin({e.kind == Expression::Kind::list ? "list" : e.name, e.where});
  try {
    if (e.kind == Expression::Kind::list) return evaluate_list(e, arguments);
    const auto [name, layer] = callee_of(e);
    if (name == "augment") return augment(*model_.augmentation(layer), arguments[0]);
    if (const auto* net = model_.net(name)) return apply(*net, arguments[0], layer);
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
  int losses = count_losses(update.minimize);
  for (const auto& let : update.lets) losses += count_losses(let.value);
  if (losses > 1) build.report_terms();
  std::map<std::string, Value> drawn;
  for (const auto& d : update.draws) drawn[d.name.value] = build.draw(d);
  for (const auto& let : update.lets) drawn[let.name.value] = build.evaluate(let.value, drawn);
  const Value loss = build.evaluate(update.minimize, drawn);
  if (!build.b.shape(loss).empty())
    throw UserError{{update.minimize.where,
                     "minimize must be one number, but this is " + to_string(build.b.shape(loss)),
                     "take its mean(...)"}};
  build.b.function().results.insert(build.b.function().results.begin(), {"loss", loss});
}

void build_classify(FunctionBuild& build, const DeclaredNet& classifier) {
  Builder& b = build.b;
  b.set_origin({"batch", classifier.where});
  const Value x = build.images("batch.index", kEvaluationBatch);
  const Value p = build.apply(classifier, x);
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

void build_sample(FunctionBuild& build, const Model& model, const DeclaredNet& generator) {
  const DeclaredInput& input = innermost_input(model, generator);
  if (input.kind != DeclaredInput::Kind::latent)
    throw UserError{
        {generator.where, "a generator is a function of a latent input, not of " + input.name, ""}};
  build.b.set_origin({input.name, input.where});
  const Value image = build.apply(generator, build.latent(input, kSampleBatch));
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
    build("classify", false, [&](FunctionBuild& f) { build_classify(f, *classifier); });
  if (const auto* generator = model.net(model.evaluate.generator.value))
    build("sample", false, [&](FunctionBuild& f) { build_sample(f, model, *generator); });
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
