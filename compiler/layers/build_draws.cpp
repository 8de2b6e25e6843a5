// Builds what a function draws: images by their indices, latent points, classes.

#include <numeric>

#include "compiler/layers/build_function.h"

namespace sganc {

Value FunctionBuild::labels_of(Value drawn) {
  const auto spread = spreads_.find(drawn);
  const std::string table = (spread == spreads_.end() ? "data" : spread->second) + ".label";
  return looked_up(table, DType::i32, drawn, labels_, "label needs a batch of drawn images");
}

Value FunctionBuild::certainties_of(Value drawn) {
  const auto spread = spreads_.find(drawn);
  const std::string refusal = "certainty needs a batch that is drawn from a spread";
  if (spread == spreads_.end()) throw ShapeError(refusal);
  return looked_up(spread->second + ".certainty", DType::f32, drawn, certainties_, refusal);
}

Value FunctionBuild::looked_up(const std::string& table, DType type, Value drawn,
                               std::map<Value, Value>& known, const std::string& refusal) {
  const auto found = indices_.find(drawn);
  if (found == indices_.end()) throw ShapeError(refusal);
  const auto [value, is_new] = known.try_emplace(drawn);
  if (is_new) {
    value->second = b.gather(b.input(table, {type, {kUnknownExtent}}), found->second);
    axes.name(value->second, {"batch"});
  }
  return value->second;
}

Value FunctionBuild::images(const std::string& index_name, std::int64_t count) {
  const Shape& image = model_.image()->shape;
  const Value index = b.input(index_name, {DType::i32, {count}});
  const Value table = b.input("data.image", {DType::u8, {kUnknownExtent, image[0], image[1], image[2]}});
  const Value x = scaled(b.gather(table, index));
  indices_[x] = index;
  return x;
}

Value FunctionBuild::given_images(std::int64_t count) {
  const Shape& image = model_.image()->shape;
  return scaled(b.input("image", {DType::u8, {count, image[0], image[1], image[2]}}));
}

Value FunctionBuild::scaled(Value bytes) {
  const auto& data = model_.data;
  return b.add(b.multiply(b.convert(bytes, DType::f32), (data.range_high - data.range_low) / 255),
               data.range_low);
}

Value FunctionBuild::drawn(const DeclaredInput& input, std::int64_t count) {
  const Shape shape = {count, input.shape[0]};
  if (input.kind == DeclaredInput::Kind::label) return classes(input, count);
  if (input.distribution == "normal") return b.random_normal(key(), streams_.take_pair(), shape);
  if (input.distribution == "beta") return drawn_from_beta(input.alpha, shape);
  return b.add(b.multiply(b.random(key(), streams_.take(), shape), 2.0), -1.0);
}

/// Numbers with the beta distribution, both of whose parameters are alpha, at most 1 (Joehnk 1964): of
/// uniform u and v, X = u^(1/alpha) and Y = v^(1/alpha) give X / (X + Y), if X + Y <= 1. Of several pairs the
/// first that fulfils this counts. At worst, with alpha = 1, none does in one of 17 million.
Value FunctionBuild::drawn_from_beta(double alpha, const Shape& shape) {
  constexpr std::int64_t kPairs = 24;
  constexpr double kSmallest = 0x1p-25;  // in place of 0, which has no logarithm
  Shape tries = shape;
  tries.push_back(kPairs);
  const auto power = [&] {  // the logarithm of u^(1/alpha)
    return b.multiply(b.log(b.maximum(b.random(key(), streams_.take(), tries), kSmallest)), 1 / alpha);
  };
  const Value x = power(), y = power();
  const Value fits = b.subtract(1.0, b.greater(b.add(b.exp(x), b.exp(y)), 1.0));
  std::vector<int> axes(shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  const Value first = b.broadcast(b.argmax(fits), tries, axes);
  const Value is_first = b.equal(b.iota(static_cast<int>(shape.size()), tries), first);
  return b.reduce_sum(b.multiply(is_first, b.sigmoid(b.subtract(x, y))), {static_cast<int>(shape.size())});
}

Value FunctionBuild::classes(const DeclaredInput& input, std::int64_t count) {
  const Value u = b.random(key(), streams_.take(), {count});
  return b.convert(b.multiply(u, static_cast<double>(input.shape[0])), DType::i32);
}

Value FunctionBuild::classes_in_turn(const DeclaredInput& input, std::int64_t count) {
  const auto n = static_cast<double>(input.shape[0]);
  const Value i = b.convert(b.input("batch.number", {DType::i32, {count}}), DType::f32);
  const Value rounds = b.convert(b.convert(b.divide(b.add(i, 0.5), n), DType::i32), DType::f32);
  return b.subtract(i, b.multiply(rounds, n));
}

Value FunctionBuild::draw(const Draw& d) {
  b.set_origin({d.name.value, d.name.where});
  const auto* input = model_.input(d.source.value);
  const Value x = input ? drawn(*input, d.count.value) : images(d.name.value + ".index", d.count.value);
  if (model_.spread(d.source.value)) spreads_[x] = d.source.value;
  axes.name(x, axes_of_batch(b.shape(x).size()));
  return x;
}

}  // namespace sganc
