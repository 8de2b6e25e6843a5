#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// Repeats each pixel as a block of equal pixels.
Value repeated(Builder& b, Value x, const std::vector<std::int64_t>& factor) {
  const Shape in = b.shape(x), blocks = {in[0], in[1], factor[0], in[2], factor[1], in[3]};
  return b.view(b.broadcast(x, blocks, {0, 1, 3, 5}), {in[0], in[1] * factor[0], in[2] * factor[1], in[3]});
}

/// x moved along an axis by one pixel, to higher or lower places. The pixels at the edge stay.
Value moved(Builder& b, Value x, std::size_t axis, bool up) {
  const Shape shape = b.shape(x), none(shape.size());
  const std::int64_t last = shape[axis] - 1;
  if (last == 0) return x;
  Shape most = shape, edge = shape, from = none, to = none, edge_from = none;
  most[axis] = last, edge[axis] = 1;
  (up ? to : from)[axis] = 1;
  edge_from[axis] = up ? 0 : last;
  Shape before = none, after = none;  // of the edge
  (up ? after : before)[axis] = last;
  return b.add(b.pad(b.slice(x, from, most), to, from), b.pad(b.slice(x, edge_from, edge), before, after));
}

/// Interpolates linearly between the centres of the pixels along an axis. Pixel i of the result lies at
/// (i + 1/2) / factor - 1/2; beyond the outer centres, the pixels at the edge continue.
Value interpolated(Builder& b, Value x, std::size_t axis, std::int64_t factor) {
  if (factor == 1) return x;
  const Shape in = b.shape(x);
  Shape phases = in, out = in;  // {..., extent, factor, ...}
  phases.insert(phases.begin() + static_cast<std::ptrdiff_t>(axis) + 1, factor);
  out[axis] *= factor;
  std::vector<int> axes;
  for (int i = 0; i < static_cast<int>(phases.size()); ++i)
    if (i != static_cast<int>(axis) + 1) axes.push_back(i);
  const auto spread = [&](Value v) { return b.broadcast(v, phases, axes); };
  const Value place =
      b.add(b.multiply(b.add(b.iota(0, {factor}), 0.5), 1 / static_cast<double>(factor)), -0.5);
  const auto weight = [&](Value v) {
    return b.broadcast(b.maximum(v, 0.0), phases, {static_cast<int>(axis) + 1});
  };
  const Value to_lower = b.subtract(moved(b, x, axis, true), x),
              to_upper = b.subtract(moved(b, x, axis, false), x);
  const Value y = b.add(spread(x), b.add(b.multiply(weight(b.negate(place)), spread(to_lower)),
                                         b.multiply(weight(place), spread(to_upper))));
  return b.view(y, out);
}

Value upsample(LayerContext& c, Value x) {
  require_image("upsample", c.b.shape(x));
  const auto factor = c.keys.integers("factor");
  if (c.keys.text("by") == "nearest") return repeated(c.b, x, factor);
  return interpolated(c.b, interpolated(c.b, x, 1, factor[0]), 2, factor[1]);
}

using Pair = std::vector<std::int64_t>;

}  // namespace

extern const Layer upsample_layer{
    .name = "upsample",
    .description =
        "Makes images larger: repeats each pixel as a block of equal pixels, or interpolates between them.",
    .build = upsample,
    .keys = {integers("factor", "the factors by which height and width grow, or one number for both")
                 .from(1)
                 .of_length(2)
                 .or_one()
                 .defaulting(Pair{2, 2}),
             text("by", "nearest: equal pixels; bilinear: linear between the centres of pixels")
                 .one_of({"nearest", "bilinear"})
                 .defaulting(std::string("nearest"))},
    .samples = {{{2, 3, 4, 5}},
                {{2, 2, 3, 17}, {{"factor", Pair{3, 1}}}},
                {{2, 3, 4, 5}, {{"by", std::string("bilinear")}}},
                {{1, 1, 3, 17}, {{"by", std::string("bilinear")}, {"factor", Pair{2, 3}}}}}};

}  // namespace sganc
