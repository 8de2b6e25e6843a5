// Layers that make one value of several: skips and branches.

#include <algorithm>
#include <string>

#include "compiler/layers/join.h"

namespace sganc {
namespace {

void require_same_shape(LayerContext& c, const std::string& layer, const std::vector<Value>& x) {
  for (const auto other : x)
    if (c.b.shape(other) != c.b.shape(x[0]))
      throw ShapeError(layer + " needs inputs of one shape, not " + to_string(c.b.shape(x[0])) + " and " +
                       to_string(c.b.shape(other)));
}

Value add(LayerContext& c, const std::vector<Value>& x) {
  require_same_shape(c, "add", x);
  Value y = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) y = c.b.add(y, x[i]);
  return y;
}

Value multiply(LayerContext& c, const std::vector<Value>& x) {
  require_same_shape(c, "multiply", x);
  Value y = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) y = c.b.multiply(y, x[i]);
  return y;
}

}  // namespace

/// Pads each with zeros to the whole width, and adds them.
Value concat(LayerContext& c, const std::vector<Value>& x) {
  Shape whole = c.b.shape(x[0]);
  whole.back() = 0;
  for (const auto part : x) {
    const Shape& shape = c.b.shape(part);
    if (shape.size() != whole.size() || !std::equal(shape.begin(), shape.end() - 1, whole.begin()))
      throw ShapeError("concat needs inputs that differ in their last axis alone, not " +
                       to_string(c.b.shape(x[0])) + " and " + to_string(shape));
    whole.back() += shape.back();
  }
  Value y;
  std::int64_t begin = 0;
  for (const auto part : x) {
    Shape low(whole.size()), high(whole.size());
    const std::int64_t width = c.b.shape(part).back();
    low.back() = begin;
    high.back() = whole.back() - begin - width;
    const Value padded = c.b.pad(part, low, high);
    y = begin == 0 ? padded : c.b.add(y, padded);
    begin += width;
  }
  return y;
}

extern const Layer add_layer{.name = "add",
                             .description = "Adds its inputs, which have the same shape.",
                             .build = nullptr,
                             .keys = {},
                             .samples = {{{2, 5, 5, 3}, {}, {{2, 5, 5, 3}}}, {{3, 7}, {}, {{3, 7}, {3, 7}}}},
                             .join = add};

extern const Layer multiply_layer{
    .name = "multiply",
    .description = "Multiplies its inputs, which have the same shape, element by element.",
    .build = nullptr,
    .keys = {},
    .samples = {{{2, 5, 5, 3}, {}, {{2, 5, 5, 3}}}, {{3, 7}, {}, {{3, 7}, {3, 7}}}},
    .join = multiply};

extern const Layer concat_layer{
    .name = "concat",
    .description = "Joins its inputs along the channels.",
    .build = nullptr,
    .keys = {},
    .samples = {{{2, 5, 5, 3}, {}, {{2, 5, 5, 16}}}, {{3, 7}, {}, {{3, 1}, {3, 40}}}},
    .join = concat};

}  // namespace sganc
