#include "compiler/layers/build.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "compiler/language/check_expression.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/augment.h"
#include "compiler/layers/reductions.h"
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
      : FunctionContext(builder_, function),
        model_(model),
        module_(module),
        streams_(streams),
        training_(training),
        builder_(function) {
    keras_compat = model.keras_compat;
  }

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
    const auto [labels, is_new] = labels_.try_emplace(drawn);
    if (is_new) {
      labels->second = b.gather(b.input("data.label", {DType::i32, {kUnknownExtent}}), found->second);
      axes.name(labels->second, {"batch"});
    }
    return labels->second;
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

  /// Latent points, or classes.
  Value drawn(const DeclaredInput& input, std::int64_t count) {
    const Shape shape = {count, input.shape[0]};
    if (input.kind == DeclaredInput::Kind::label) return classes(input, count);
    if (input.distribution == "normal") return b.random_normal(key(), streams_.take(2), shape);
    return b.add(b.multiply(b.random(key(), streams_.take(1), shape), 2.0), -1.0);
  }

  /// Classes, each as likely as any other: i32 {count}.
  Value classes(const DeclaredInput& input, std::int64_t count) {
    const Value u = b.random(key(), streams_.take(1), {count});
    return b.convert(b.multiply(u, static_cast<double>(input.shape[0])), DType::i32);
  }

  /// The class i mod classes for the i-th of all samples, over the calls of `sample`, which the step counts
  /// from 0: f32 {count}, exact for four million samples.
  Value classes_in_turn(const DeclaredInput& input, std::int64_t count) {
    const auto n = static_cast<double>(input.shape[0]);
    const Value first = b.multiply(step(), static_cast<double>(count));
    const Value i = b.add(b.broadcast(first, {count}, {}), b.iota(0, {count}));
    const Value rounds = b.convert(b.convert(b.divide(b.add(i, 0.5), n), DType::i32), DType::f32);
    return b.subtract(i, b.multiply(rounds, n));
  }

  Value draw(const Draw& d) {
    b.set_origin({d.name.value, d.name.where});
    const auto* input = model_.input(d.source.value);
    const Value x = input ? drawn(*input, d.count.value) : images(d.name.value + ".index", d.count.value);
    axes.name(x, axes_of_batch(b.shape(x).size()));
    return x;
  }

  /// A net, as an expression calls it, applied to values of its arguments, the innermost inputs: `critic(x)`
  /// applies trunk, logits and critic. A net applied to the same values twice is built once. Where a layer is
  /// named, what that layer gives; with averaged weights where these are wanted.
  Value apply(const Callee& callee, const std::vector<Value>& x);

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
  Value taken_by(const DeclaredNet& net, const Located<std::string>& source, const std::vector<Value>& x,
                 bool averaged);
  Value enter(const DeclaredNet& net, const Located<std::string>& input, Value x);
  void require_one_batch(const DeclaredNet& net, const std::vector<Value>& x);
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
  std::map<Value, Value> indices_, labels_;  // of drawn images

  /// A net on values, as far as its layers have been built.
  struct Applied {
    Value last;
    std::size_t layers = 0;
    std::map<std::string, Value> outputs = {};  // by layer; and what the net takes, by its name
  };
  struct Application {
    std::string net;
    std::vector<Value> x;  // of its arguments
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

/// A layer that an expression calls: without weights, with the defaults of its keys, on a value of which
/// `leading` axes count examples.
class LayerCall : public LayerContext {
 public:
  LayerCall(FunctionBuild& build, const Keys& keys, std::size_t leading)
      : LayerContext(build.b, keys, build.training_, leading), build_(build) {}

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
  const Axes& names = axes.of(x);
  LayerCall context(*this, defaults, !names.empty() && names[0] == "batch" ? 1 : 0);
  return layer.build(context, x);
}

/// A value of an input, as the net's layers take it: of a label input classes {batch} become one-hot vectors.
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

/// What the net takes of one that it is `of`: of an input its value, of a net what that makes of its
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

/// Throws ShapeError where the arguments hold different numbers of examples.
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
    LayerBuild context(*this, net, layer, callee.averaged);
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
    const Callee callee = callee_of(e);
    if (!callee.averaged && callee.name == "augment")
      return augment(*model_.augmentation(callee.layer), arguments[0]);
    if (const auto* net = model_.net(callee.name)) {
      require_one_batch(*net, arguments);
      return apply(callee, arguments);
    }
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

/// What the update minimizes, of what it draws.
Value minimized(FunctionBuild& build, const DeclaredUpdate& update) {
  std::map<std::string, Value> values;
  for (const auto& d : update.draws) values[d.name.value] = build.draw(d);
  for (const auto& let : update.lets) values[let.name.value] = build.evaluate(let.value, values);
  return build.evaluate(update.minimize, values);
}

void build_update(FunctionBuild& build, const DeclaredUpdate& update) {
  int losses = count_losses(update.minimize);
  for (const auto& let : update.lets) losses += count_losses(let.value);
  if (losses > 1) build.report_terms();
  build.trains(update);
  const Value loss = minimized(build, update);
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
  minimized(build, update);
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

/// The images of a batch, of which the classifier must be a function.
Value evaluated_images(FunctionBuild& build, const Model& model, const DeclaredNet& classifier) {
  const DeclaredInput* image = model.image();
  if (!image || classifier.arguments != std::vector{image->name})
    throw UserError{
        {model.evaluate.classifier.where,
         "a classifier is a function of an image alone, not of " + enumerated(classifier.arguments),
         "classifier = \"\" under [evaluate] measures none"}};
  build.b.set_origin({"batch", classifier.where});
  return build.images("batch.index", kEvaluationBatch);
}

/// What evaluation takes a net for: with averaged weights where the model says so.
Callee evaluated(const Model& model, const DeclaredNet& net) {
  return {net.name, "", model.evaluate.average};
}

/// The probabilities of their classes: {200, classes}.
Value classified(FunctionBuild& build, const Model& model, const DeclaredNet& classifier, Value images) {
  const Value p = build.apply(evaluated(model, classifier), {images});
  if (const Shape shape = build.b.shape(p); shape.size() != 2)
    throw UserError{{model.evaluate.classifier.where,
                     "a classifier gives a vector of probabilities for each image, not " + to_string(shape),
                     ""}};
  return p;
}

void build_classify(FunctionBuild& build, const Model& model, const DeclaredNet& classifier) {
  Builder& b = build.b;
  const Value x = evaluated_images(build, model, classifier);
  const Value p = classified(build, model, classifier, x);
  const Shape shape = b.shape(p);
  b.set_origin({"classify", classifier.where});
  const Value label = b.convert(build.labels_of(x), DType::f32);
  const Value classes = b.iota(1, shape);
  const Value chosen = b.equal(classes, b.broadcast(label, shape, {0}));
  b.result("probability", p);
  b.result("loss", b.negate(b.log(b.maximum(b.reduce_sum(b.multiply(chosen, p), {1}), 1e-30))));
}

void build_predict(FunctionBuild& build, const Model& model, const DeclaredNet& classifier) {
  Builder& b = build.b;
  const Value x = evaluated_images(build, model, classifier);
  const Value p = classified(build, model, classifier, x);
  b.result("probability", p);
  if (const auto logits = build.logits_of(p); logits && logits->of == Logits::Of::softmax)
    b.result("logits", logits->value);
  const auto* critic = model.net(model.evaluate.critic.value);
  if (!critic || critic->arguments != classifier.arguments) return;
  const Value real = build.apply(evaluated(model, *critic), {x});
  b.set_origin({"real", critic->where});
  if (b.type(real).elements() == kEvaluationBatch) b.result("real", b.view(real, {kEvaluationBatch}));
}

/// The generator's latent inputs.
std::vector<const DeclaredInput*> latent_inputs(const Model& model, const DeclaredNet& generator) {
  std::vector<const DeclaredInput*> latents;
  for (const auto& name : generator.arguments)
    if (const auto* input = model.input(name); input->kind == DeclaredInput::Kind::latent)
      latents.push_back(input);
  return latents;
}

/// Adds the images as a result: of latent points that `points` gives for an input, and of classes in turn.
template <class Points>
void build_images(FunctionBuild& build, const Model& model, const DeclaredNet& generator,
                  const Points& points) {
  std::vector<Value> arguments;
  for (const auto& name : generator.arguments) {
    const DeclaredInput& input = *model.input(name);
    if (input.kind == DeclaredInput::Kind::image)
      throw UserError{{model.evaluate.generator.where,
                       "a generator is a function of latent inputs and labels, not of " + input.name,
                       "generator = \"\" under [evaluate] draws none"}};
    build.b.set_origin({input.name, input.where});
    arguments.push_back(input.kind == DeclaredInput::Kind::label ? build.classes_in_turn(input, kSampleBatch)
                                                                 : points(input));
  }
  const Value image = build.apply(evaluated(model, generator), arguments);
  if (build.b.shape(image).size() != 4)
    throw UserError{{model.evaluate.generator.where,
                     "a generator makes images, not " + to_string(build.b.shape(image)), ""}};
  build.b.result("image", image);
}

void build_sample(FunctionBuild& build, const Model& model, const DeclaredNet& generator) {
  Value drawn;
  build_images(build, model, generator,
               [&](const DeclaredInput& input) { return drawn = build.drawn(input, kSampleBatch); });
  if (latent_inputs(model, generator).size() == 1) build.b.result("latent", drawn);
}

void build_generate(FunctionBuild& build, const Model& model, const DeclaredNet& generator) {
  if (const auto count = latent_inputs(model, generator).size(); count != 1)
    throw UserError{{model.evaluate.generator.where,
                     "points are given to a generator of one latent input, and this has " +
                         (count == 0 ? "none" : std::to_string(count)),
                     ""}};
  build_images(build, model, generator, [&](const DeclaredInput& input) {
    return build.b.input("latent", {DType::f32, {kSampleBatch, input.shape[0]}});
  });
}

/// Shapes that do not fit are a mistake where the values were declared that were built last.
template <class Body>
void at_its_origin(FunctionBuild& build, const Body& body) try {
  body(build);
} catch (const ShapeError& error) {
  throw UserError{{build.b.origin().where, error.what(), ""}};
}

/// A module of one function, which trains nothing.
template <class Body>
Module single(const Model& model, const std::string& name, Diagnostics& diagnostics, const Body& body) {
  Module module{.name = model.name};
  Streams streams;
  Function function{.name = name};
  FunctionBuild build(model, module, function, streams, /*training=*/false);
  try {
    at_its_origin(build, body);
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  module.functions.push_back(std::move(function));
  return module;
}

}  // namespace

Module build_module(const Model& model, Diagnostics& diagnostics) {
  Module module{.name = model.name};
  Streams streams;
  const auto build = [&](const std::string& name, bool training, const auto& body) {
    Function function{.name = name};
    FunctionBuild context(model, module, function, streams, training);
    try {
      at_its_origin(context, body);
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
    build("classify", false, [&](FunctionBuild& f) { build_classify(f, model, *classifier); });
  if (const auto* generator = model.net(model.evaluate.generator.value))
    build("sample", false, [&](FunctionBuild& f) { build_sample(f, model, *generator); });
  std::set<std::string> begun;  // layers
  for (const auto& update : model.updates)
    build(update.name + ".begin", true, [&](FunctionBuild& f) { build_beginning(f, update, begun); });
  std::erase_if(module.functions, [](const Function& f) { return f.results.empty(); });
  const auto is_average = [](const Variable& v) { return v.name.starts_with(kAverage); };
  if (std::ranges::any_of(module.variables, is_average))
    build("average", false, [&](FunctionBuild& f) { build_average(f, module, model.average); });
  return module;
}

Module build_prediction(const Model& model, Diagnostics& diagnostics) {
  return single(model, "predict", diagnostics, [&](FunctionBuild& build) {
    build_predict(build, model, *model.net(model.evaluate.classifier.value));
  });
}

Module build_generation(const Model& model, Diagnostics& diagnostics) {
  return single(model, "generate", diagnostics, [&](FunctionBuild& build) {
    build_generate(build, model, *model.net(model.evaluate.generator.value));
  });
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
      std::vector<Value> inputs;
      for (const auto& name : net.arguments) {
        const DeclaredInput& input = *model.input(name);
        Shape shape = {1};
        shape.insert(shape.end(), input.shape.begin(), input.shape.end());
        build.b.set_origin({input.name, input.where});
        inputs.push_back(build.b.input(input.name, {DType::f32, shape}));
      }
      build.apply({net.name, ""}, inputs);
    }
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  function.results = build.layers();
  module.functions.push_back(std::move(function));
  return module;
}

}  // namespace sganc
