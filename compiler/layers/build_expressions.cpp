// Evaluates expressions: calls functions, nets, layers and operators on values.

#include "compiler/language/check_expression.h"
#include "compiler/layers/augment.h"
#include "compiler/layers/build_function.h"
#include "compiler/layers/reductions.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

/// The most numbers in a list. A list may hold an earlier list several times, and so could grow without end.
constexpr std::int64_t kMostInList = 10000;

/// 1 for each element for which the comparison holds, else 0.
Value compare(Builder& b, const std::string& how, Value l, Value r) {
  if (how == ">") return b.greater(l, r);
  if (how == "<") return b.greater(r, l);
  if (how == ">=") return b.maximum(b.greater(l, r), b.equal(l, r));
  if (how == "<=") return b.maximum(b.greater(r, l), b.equal(l, r));
  return b.equal(l, r);
}

}  // namespace

/// A layer that an expression calls. It has no weights, and its keys have their defaults. The first `leading`
/// axes of its input count examples.
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
  Value random(const Shape&) override { return refuse_random(); }
  Value random_normal(const Shape&) override { return refuse_random(); }
  void declare_logits(Value activation, Logits logits) override { build_.logits_[activation] = logits; }

 private:
  [[noreturn]] static Value refuse_random() {
    throw std::logic_error("a layer that is a function asks for random numbers");
  }

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

Value FunctionBuild::augmented(Value x) {
  const Axes names = axes.of(x);
  const DeclaredAugmentation& how = *model_.augmentation(variant_);
  const Draws draws{[&](const Shape& shape) { return b.random(key(), streams_.take(), shape); },
                    [&](const Shape& shape) { return b.random_normal(key(), streams_.take_pair(), shape); }};
  const Value y = sganc::augmented(b, x, how, model_.data.range_low, model_.data.range_high, draws);
  axes.name(y, names);
  return y;
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

/// Joins the elements along a new first axis: numbers make a vector, and vectors a matrix.
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

/// Evaluates a reduction along named axes: sum(P, left). Returns nothing if e is not one.
std::optional<Value> FunctionBuild::evaluate_reduction(const Expression& e,
                                                       const std::map<std::string, Value>& drawn) {
  const auto along_axes = e.arguments.size() > 1 ? find_along_axes(e.name) : nullptr;
  if (!along_axes || !is_axis(e.arguments[1])) return {};
  const Value x = evaluate(e.arguments[0], drawn);
  const auto places = places_of(*this, x, {e.arguments.begin() + 1, e.arguments.end()});
  b.set_origin({e.name, e.where});
  return along_axes(b, as_numbers(b, x), places);
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
    if (const auto* net = model_.net(callee.name)) {
      require_one_batch(*net, arguments);
      return apply(callee, arguments);
    }
    if (const auto* function = find_function(callee.name)) {
      variant_ = callee.layer;
      return call(*function, arguments);
    }
    if (const auto* layer = find_layer(e.name)) return call(*layer, arguments[0]);
    return evaluate_operator(e, arguments);
  } catch (const ShapeError& error) {
    throw UserError{{e.where, error.what(), ""}};
  }
}

}  // namespace sganc
