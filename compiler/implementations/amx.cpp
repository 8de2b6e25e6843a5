// Convolutions in bf16 by AMX's tiles. Halide makes the copies that tiles read and finishes the sums; the
// runtime multiplies (runtime/execute/amx.h), as an extern stage. Rows of a tile are pixels that lie 16 in a
// row of a padded copy, so that a tap is a shift: sums are also made for the few pixels of the padding, and
// not read. With a stride, the copy has the phases of the image as planes.

#include <algorithm>

#include "compiler/implementations/amx_schedule.h"
#include "compiler/implementations/amx_stages.h"
#include "compiler/implementations/emission.h"
#include "compiler/implementations/groups.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// Three to five times as fast as oneDNN's convolutions in f32, and as fast as its forward ones in bf16,
/// which read copies too.
constexpr double kCost = 0.2;

/// Larger blocks store and add up their sums less often, but their copies leave the second-level cache. On 2
/// cores of an Intel Xeon with AMX and 2 MB of that cache, with 1, 2 and 3 MB, least of four runs by turns:
/// 128 -> 128 channels, 4x4, stride 2, 28x28, batch 100 14.7, 13.4 and 11.2 ms; 3x3, 14x14, batch 50 1.1, 1.4
/// and 1.3 ms.
constexpr std::int64_t kMostBytesOfBlock = 3 << 20;

int at(const std::vector<std::int64_t>& v, std::size_t i) {
  return static_cast<int>(v.at(i));
}

/// A tap of the kernel: the plane of the copy that it reads, and the pixel there for the first output.
struct Tap {
  int kernel = 0, plane = 0, shift = 0;
};

/// One axis of a convolution. The copy has `planes` planes of `length` pixels; outputs have `phases` phases
/// of `outputs` pixels, each with its own taps.
struct Axis {
  int stride = 1, low = 0, planes = 1, length = 1, phases = 1, outputs = 1, first = 0;
  bool up = false;
  std::vector<std::vector<Tap>> taps;  // for each phase of the outputs

  /// The pixel of the image that is copied. It may lie outside.
  Expr pixel(const Expr& q, const Expr& plane) const { return up ? q + first : q * stride + plane - low; }
};

Axis axis_of(const ConvolutionGeometry& g, std::size_t axis) {
  const int kernel = at(g.w, 2 + axis), stride = at(g.strides, axis), low = at(g.pads, axis);
  Axis a{.stride = stride, .low = low, .up = g.op == Op::conv_backward_data};
  if (!a.up) {
    a.planes = stride;
    a.outputs = at(g.y, 1 + axis);
    a.length = a.outputs + (kernel - 1) / stride;
    a.taps.emplace_back();
    for (int t = 0; t < kernel; ++t) a.taps[0].push_back({t, t % stride, t / stride});
    return a;
  }
  a.phases = stride;
  a.outputs = (at(g.x, 1 + axis) + stride - 1) / stride;  // the last phases may have one less
  int last = 0;
  for (int f = 0; f < stride; ++f) {
    a.taps.emplace_back();
    for (int t = (f + low) % stride; t < kernel; t += stride) {
      const int shift = (f + low - t) / stride;  // a whole number
      a.taps.back().push_back({t, 0, shift});
      a.first = std::min(a.first, shift), last = std::max(last, shift);
    }
  }
  for (auto& taps : a.taps)
    for (auto& tap : taps) tap.shift -= a.first;
  a.length = a.outputs + last - a.first;
  return a;
}

/// Both axes of a convolution.
struct Window {
  Axis y, x;

  int planes() const { return y.planes * x.planes; }
  int pixels() const { return y.length * x.length; }  // of a plane
  /// The pixels of a plane from the first output to the last one.
  int span() const { return (y.outputs - 1) * x.length + x.outputs; }
  int plane(const Tap& of_y, const Tap& of_x) const { return of_y.plane * x.planes + of_x.plane; }
  int shift(const Tap& of_y, const Tap& of_x) const { return of_y.shift * x.length + of_x.shift; }
};

Window window_of(const ConvolutionGeometry& g) {
  return {axis_of(g, 0), axis_of(g, 1)};
}

/// The image that exists: the last group of blocks may reach beyond them.
Expr image_of(const Expr& n, const Shape& shape) {
  return Halide::min(n, at(shape, 0) - 1);
}

/// The images as planes in bf16, with zeros around them: padded(k, q, n).
Func padded_copy(const Window& w, const Func& image, const Shape& shape) {
  Func padded("padded");
  Var k("k"), q("q"), n("n");
  const Expr plane = q / w.pixels(), y = q / w.x.length % w.y.length, x = q % w.x.length;
  padded(k, q, n) =
      Halide::cast(Halide::BFloat(16),
                   pixel_or_zero(image, k, w.x.pixel(x, plane % w.x.planes), w.y.pixel(y, plane / w.x.planes),
                                 image_of(n, shape), at(shape, 2), at(shape, 1)));
  padded.bound(k, 0, at(shape, 3)).bound(q, 0, w.planes() * w.pixels());
  return padded;
}

/// out(c, x, y, n) = the sum over the taps of its phase and the channels of the image.
ConvolutionKernel of_images(const EmitRequest& r) {
  const ConvolutionGeometry& g = r.geometry;
  const bool up = g.op == Op::conv_backward_data;
  const Shape &in = up ? g.y : g.x, &out = up ? g.x : g.y;
  const Window window = window_of(g);
  const int others = at(in, 3), columns = at(g.w, 3), rows = others / 2;  // of a panel of weights
  Var c("c"), p("p"), ci("ci"), row("row"), tap("tap"), m("m"), f("f"), n("n"), x("x"), y("y");
  Func padded = padded_copy(window, r.a, in), weights("weights");
  const Expr channel = row / rows * kTileColumns + ci, other = row % rows * 2 + p;
  const Expr kx = tap % columns, ky = tap / columns;
  weights(p, ci, row, tap) =
      Halide::cast(Halide::BFloat(16), up ? r.b(kx, ky, channel, other) : r.b(kx, ky, other, channel));
  TileProducts products{.a_length = others,
                        .a_rows = window.planes() * window.pixels(),
                        .b_rows = at(out, 3) / kTileColumns * rows,
                        .b_shared = at(g.w, 2) * columns,
                        .panel_rows = rows,
                        .steps = others / kTileDepth};
  for (const auto& of_y : window.y.taps)
    for (const auto& of_x : window.x.taps) {
      auto& terms = products.sums.emplace_back();
      for (const auto& ty : of_y)
        for (const auto& tx : of_x)
          terms.push_back({0, window.plane(ty, tx) * window.pixels() + window.shift(ty, tx), 0,
                           ty.kernel * columns + tx.kernel});
    }
  weights.bound(p, 0, 2)
      .bound(ci, 0, kTileColumns)
      .bound(row, 0, products.b_rows)
      .bound(tap, 0, products.b_shared);
  Func sum = tile_sums(padded, weights, products, {c, m, f, n});
  const int sx = window.x.phases, sy = window.y.phases;
  const Expr value = sum(c, y / sy * window.x.length + x / sx, y % sy * sx + x % sx, n);
  Func output = output_of(r.epilogue(value, {c, x, y, n}), {c, x, y, n});
  return {{{"output", output, true}, {"sum", sum}, {"padded", padded}, {"weights", weights}},
          output,
          amx_schedule(at(out, 3), others, vector_unit(r.target))};
}

/// The steps of 32 pixels that cover a plane's outputs.
int steps_of(const Window& w) {
  return (w.span() + kTileDepth - 1) / kTileDepth;
}

/// The length of a transposed plane: the last tap's steps do not leave it.
int transposed_length(const Window& w) {
  const int last = w.shift(w.y.taps[0].back(), w.x.taps[0].back());
  return (last + kTileDepth * steps_of(w) + kTileDepth - 1) / kTileDepth * kTileDepth;
}

/// out(kx, ky, k, c) = the sum over the pixels of a block of images; then over the blocks of a group, then
/// over the groups, always in this order. The last group may have fewer blocks.
ConvolutionKernel of_weights(const EmitRequest& r) {
  const ConvolutionGeometry& g = r.geometry;
  const Window window = window_of(g);
  const int inputs = at(g.x, 3), outputs = at(g.y, 3), columns = at(g.w, 3);
  const int steps = steps_of(window), rows = kTileDepth / 2 * steps;  // of a panel of gradients
  const int block = r.tiling.images;
  Var c("c"), k("k"), p("p"), ci("ci"), row("row"), n("n"), tap("tap"), unit("unit"), kx("kx"), ky("ky");
  Func padded = padded_copy(window, r.a, g.x), gradients("gradients");
  Func transposed = transposed_planes(padded, inputs, window.pixels(), window.planes());
  const Expr pixel = row % rows * 2 + p, y = pixel / window.x.length, x = pixel % window.x.length;
  const Expr gradient = r.b(row / rows * kTileColumns + ci, Halide::min(x, window.x.outputs - 1),
                            Halide::min(y, window.y.outputs - 1), image_of(n, g.y));
  gradients(p, ci, row, n) = Halide::cast(
      Halide::BFloat(16), Halide::select(x < window.x.outputs && y < window.y.outputs, gradient, 0.0f));
  TileProducts products{.a_length = transposed_length(window),
                        .a_rows = window.planes() * inputs,
                        .a_images = block,
                        .b_rows = outputs / kTileColumns * rows,
                        .b_images = block,
                        .panel_rows = rows,
                        .steps = steps};
  for (const auto& ty : window.y.taps[0])
    for (const auto& tx : window.x.taps[0]) {
      auto& terms = products.sums.emplace_back();
      for (int image = 0; image < block; ++image)
        terms.push_back({window.shift(ty, tx), window.plane(ty, tx) * inputs, image, image});
    }
  gradients.bound(p, 0, 2).bound(ci, 0, kTileColumns).bound(row, 0, products.b_rows);
  Func sum = tile_sums(transposed, gradients, products, {c, k, tap, unit});
  const auto [partial, total] = sum_by_groups({c, k, tap}, at(g.x, 0) / block, r.tiling.groups,
                                              [&](const Expr& item) { return sum(c, k, tap, item); });
  Func output = output_of(r.epilogue(total(c, k, ky * columns + kx), {kx, ky, k, c}), {kx, ky, k, c});
  return {{{"output", output, true},
           {"total", total},
           {"partial", partial},
           {"sum", sum},
           {"transposed", transposed},
           {"padded", padded},
           {"gradients", gradients}},
          output,
          amx_weights_schedule(outputs, inputs, vector_unit(r.target))};
}

bool can(const Product& product) {
  if (!product.is_plain()) return false;
  const ConvolutionGeometry g = product.geometry();
  const bool up = g.op == Op::conv_backward_data, weights = g.op == Op::conv_backward_weights;
  const std::int64_t summed = up ? g.w[0] : g.w[1], written = up ? g.w[1] : g.w[0];
  return written % kTileColumns == 0 && summed % (weights ? kTileColumns : kTileDepth) == 0;
}

/// The bytes of the copies of an image for the gradient of weights.
std::int64_t bytes_of_copies(const ConvolutionGeometry& g) {
  const Window window = window_of(g);
  const std::int64_t inputs = g.x[3] * window.planes();
  return 2 *
         (inputs * (window.pixels() + transposed_length(window)) + g.y[3] * kTileDepth * steps_of(window));
}

std::optional<ProductPlan> plan(const ProductRequest& r) {
  if (!r.has_amx() || !can(r.product)) return {};
  const ConvolutionGeometry g = r.product.geometry();
  Tiling tiling;
  if (g.op == Op::conv_backward_weights) {
    tiling.images = images_of_block(g.x[0], bytes_of_copies(g), kMostBytesOfBlock, r.machine.threads);
    tiling.groups =
        groups_of_sums(4 * g.w[0] * g.w[1] * g.w[2] * g.w[3], g.x[0] / tiling.images, r.machine.threads);
  }
  return ProductPlan{.precision = Precision::bf16,
                     .tiling = tiling,
                     .cost = g.x[0] >= r.machine.threads ? kCost : 1,
                     .why = "this processor multiplies tiles of bf16 numbers"};
}

ConvolutionKernel emit(const EmitRequest& r) {
  return r.geometry.op == Op::conv_backward_weights ? of_weights(r) : of_images(r);
}

}  // namespace

extern const Implementation amx_implementation{
    .name = "amx",
    .title = "halide amx",
    .takes = "convolutions in bf16 on a processor with AMX, without groups and dilations; a multiple of " +
             std::to_string(kTileDepth) + " channels that it sums up, and of " +
             std::to_string(kTileColumns) + " others",
    .bf16 = true,
    .plan = plan,
    .emit = emit};

}  // namespace sganc
