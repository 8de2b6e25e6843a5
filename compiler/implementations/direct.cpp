// Convolutions as plain sums over taps and channels, as Halide algorithms, in bf16 or f32.

#include <algorithm>

#include "compiler/implementations/direct_schedule.h"
#include "compiler/implementations/emission.h"
#include "compiler/implementations/groups.h"
#include "compiler/implementations/phases.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// In bf16, and for a gradient of weights, both sides have a multiple of these channels. In f32 other numbers
/// of channels fill the vectors less well.
constexpr std::int64_t kChannels = 16;

/// In bf16 it is a little faster than oneDNN. In f32 it is slower, so that only a [[product]] takes it.
constexpr double kCostInBf16 = 0.22, kCostInF32 = 2;

int at(const std::vector<std::int64_t>& v, std::size_t i) {
  return static_cast<int>(v.at(i));
}

/// One axis of a conv or conv_backward_data: the pixels and taps whose products an output pixel sums up. The
/// outputs of conv_backward_data fall into phases: see Phases.
struct Axis {
  bool up = false;
  int in = 1, kernel = 1, stride = 1, low = 0, dilation = 1;  // that is 1 if outputs have phases

  int phases() const { return up ? stride : 1; }
  /// The taps of a phase; some phases have one less.
  int taps() const { return up ? (kernel + stride - 1) / stride : kernel; }
  Expr tap(const Expr& j, const Expr& phase) const {
    return up ? (phase + low) % stride + stride * (taps() - 1 - j) : j;
  }
  Expr source(const Expr& x, const Expr& j, const Expr& phase) const {
    return up ? (phase + low) / stride - dilation * (taps() - 1) + x + dilation * j
              : x * stride - low + dilation * j;
  }
  bool all_phases_have_all_taps() const { return !up || kernel % stride == 0; }
};

Axis axis_of(const ConvolutionGeometry& g, std::size_t axis) {
  const bool up = g.op == Op::conv_backward_data;
  return {.up = up,
          .in = at(up ? g.y : g.x, 1 + axis),
          .kernel = at(g.w, 2 + axis),
          .stride = at(g.strides, axis),
          .low = at(g.pads, axis),
          .dilation = at(g.dilations, axis)};
}

/// The channels on both sides, in groups, and the number of outputs that lie together in a panel: those of
/// one group, or of several groups of one output each.
struct Channels {
  bool up = false;
  int groups = 1, in = 1, out = 1, panel = 1;  // in and out are those of a group

  Expr source(const Expr& c, const Expr& k) const { return groups == 1 ? k : c / out * in + k; }
  /// The weight of output c and of the k-th input of its group.
  Expr weight(const Func& w, const Expr& kx, const Expr& ky, const Expr& c, const Expr& k) const {
    if (!up) return w(kx, ky, k, c);
    return w(kx, ky, groups == 1 ? c : c % out, source(c, k));
  }
};

Channels channels_of(const ConvolutionGeometry& g, const VectorUnit& unit) {
  const bool up = g.op == Op::conv_backward_data;
  const int groups = static_cast<int>(g.groups);
  const int in = at(up ? g.y : g.x, 3) / groups, all = at(up ? g.x : g.y, 3), out = all / groups;
  return {.up = up,
          .groups = groups,
          .in = in,
          .out = out,
          .panel = direct_panel(out == 1 ? all : out, /*weights=*/false, unit)};
}

/// out(c, x, y, n) = sum over the channels k, in bf16 by pairs, and over the taps kx and ky of the pixel's
/// phase.
ConvolutionKernel of_images(const EmitRequest& r) {
  const VectorUnit unit = vector_unit(r.target);
  const Axis x = axis_of(r.geometry, 1), y = axis_of(r.geometry, 0);
  const bool up = x.up;
  const Shape &in = up ? r.geometry.y : r.geometry.x, &out = up ? r.geometry.x : r.geometry.y;
  const Factors factors = factors_of(r.precision);
  const Channels channels = channels_of(r.geometry, unit);
  const int panel_size = channels.panel;
  Var c("c"), ci("ci"), panel("panel"), k("k"), p("p"), vx("x"), vy("y"), n("n"), fx("fx"), fy("fy"),
      kx("kx"), ky("ky");
  Func padded("padded"), weights("weights"), sum("sum");
  padded(k, vx, vy, n) = Halide::cast(factors.type, pixel_or_zero(r.a, k, vx, vy, n, x.in, y.in));
  const Expr channel = panel * panel_size + ci, other = k * factors.pairs + p;
  weights(p, ci, k, kx, ky, panel) = Halide::cast(factors.type, channels.weight(r.b, kx, ky, channel, other));
  auto loops =
      domain({{"p", factors.pairs}, {"k", channels.in / factors.pairs}, {"kx", x.taps()}, {"ky", y.taps()}});
  const Expr tap_x = x.tap(loops[2], fx), tap_y = y.tap(loops[3], fy);
  if (!x.all_phases_have_all_taps()) loops.where(tap_x < x.kernel);
  if (!y.all_phases_have_all_taps()) loops.where(tap_y < y.kernel);
  sum(ci, vx, vy, panel, fx, fy, n) = 0.0f;
  sum(ci, vx, vy, panel, fx, fy, n) +=
      product_in_f32(padded(channels.source(channel, loops[1] * factors.pairs + loops[0]),
                            x.source(vx, loops[2], fx), y.source(vy, loops[3], fy), n),
                     weights(loops[0], ci, loops[1], Halide::clamp(tap_x, 0, x.kernel - 1),
                             Halide::clamp(tap_y, 0, y.kernel - 1), panel));
  const Expr of_x = up ? fx : Expr(0), of_y = up ? fy : Expr(0);
  const Expr value = sum(c % panel_size, vx, vy, c / panel_size, of_x, of_y, n);
  const auto values = r.epilogue(value, {c, vx * x.phases() + of_x, vy * y.phases() + of_y, n});
  Func output =
      output_of(values, up ? std::vector<Var>{c, fx, vx, fy, vy, n} : std::vector<Var>{c, vx, vy, n});
  return {{{"output", output, true}, {"sum", sum}, {"padded", padded}, {"weights", weights}},
          output,
          direct_schedule({.panel = panel_size,
                           .channels = at(in, 3),
                           .width = at(out, 2) / x.phases(),
                           .pairs = factors.pairs > 1,
                           .ready = r.ready_weights,
                           .up = up},
                          unit)};
}

/// out(kx, ky, k, c) = sum over the pixels of an image, in bf16 of a pair of images; then over the images of
/// a group, then over the groups, always in this order. The last group may have fewer images.
ConvolutionKernel of_weights(const EmitRequest& r) {
  const VectorUnit unit = vector_unit(r.target);
  const ConvolutionGeometry& g = r.geometry;
  const Factors factors = factors_of(r.precision);
  const int images = at(g.x, 0);
  Var c("c"), k("k"), p("p"), x("x"), y("y"), m("m"), kx("kx"), ky("ky");
  Func pixels("pixels"), gradients("gradients"), sum("sum");
  const Expr image = Halide::clamp(m * factors.pairs + p, 0, images - 1);
  pixels(p, k, x, y, m) =
      Halide::cast(factors.type, pixel_or_zero(r.a, k, x, y, image, at(g.x, 2), at(g.x, 1)));
  gradients(p, c, x, y, m) = Halide::cast(factors.type, r.b(c, x, y, image));
  const auto along = domain({{"p", factors.pairs}, {"x", at(g.y, 2)}, {"y", at(g.y, 1)}});
  sum(c, k, kx, ky, m) = 0.0f;
  sum(c, k, kx, ky, m) += product_in_f32(pixels(along[0], k, along[1] * at(g.strides, 1) - at(g.pads, 1) + kx,
                                                along[2] * at(g.strides, 0) - at(g.pads, 0) + ky, m),
                                         gradients(along[0], c, along[1], along[2], m));
  const auto [partial, total] = sum_by_groups({c, k, kx, ky}, images / factors.pairs, r.tiling.groups,
                                              [&](const Expr& item) { return sum(c, k, kx, ky, item); });
  Func output = output_of(r.epilogue(total(c, k, kx, ky), {kx, ky, k, c}), {kx, ky, k, c});
  const int channels = at(g.y, 3), panel_size = direct_panel(channels, /*weights=*/true, unit);
  return {{{"output", output, true},
           {"total", total},
           {"partial", partial},
           {"sum", sum},
           {"pixels", pixels},
           {"gradients", gradients}},
          output,
          direct_weights_schedule(at(g.x, 3), panel_size, factors.pairs > 1, unit)};
}

bool fills_vectors(const ConvolutionGeometry& g) {
  return g.w[0] % kChannels == 0 && g.w[1] % kChannels == 0;
}

/// The axis of an image whose outputs fall into phases must have whole phases, and no dilation.
bool can(const Product& product) {
  if (!product.is_convolution()) return false;
  const ConvolutionGeometry g = product.geometry();
  if (g.op == Op::conv_backward_weights) return product.is_plain() && fills_vectors(g);
  for (const std::size_t axis : {0, 1})
    if (g.op == Op::conv_backward_data && g.strides[axis] > 1 &&
        (g.x[1 + axis] % g.strides[axis] != 0 || g.dilations[axis] > 1))
      return false;
  return true;
}

std::optional<ProductPlan> plan(const ProductRequest& r) {
  if (!can(r.product)) return {};
  const ConvolutionGeometry g = r.product.geometry();
  const std::int64_t images = g.x[0];
  const bool whole_pairs = g.op != Op::conv_backward_weights || images % 2 == 0;
  const bool bf16 = r.kernel_in_bf16() && r.product.is_plain() && whole_pairs && fills_vectors(g);
  const bool enough_tasks = images >= r.machine.threads;
  Tiling tiling;
  if (g.op == Op::conv_backward_weights)
    tiling.groups =
        groups_of_sums(4 * g.w[0] * g.w[1] * g.w[2] * g.w[3], bf16 ? images / 2 : images, r.machine.threads);
  return ProductPlan{.precision = bf16 ? Precision::bf16 : Precision::f32,
                     .tiling = tiling,
                     .cost = bf16 && enough_tasks ? kCostInBf16 : kCostInF32,
                     .why = bf16 ? "this processor multiplies pairs of bf16 numbers" : "plain sums"};
}

ConvolutionKernel emit(const EmitRequest& r) {
  return r.geometry.op == Op::conv_backward_weights ? of_weights(r) : of_images(r);
}

/// An image {n, h, w, c} becomes {n, h / s, s, w / s, s, c} for a conv_backward_data of stride s.
Shape written(const ConvolutionGeometry& g, const Tiling&) {
  if (g.op == Op::conv) return g.y;
  if (g.op == Op::conv_backward_weights) return g.w;
  return {g.x[0], g.x[1] / g.strides[0], g.strides[0], g.x[2] / g.strides[1], g.strides[1], g.x[3]};
}

}  // namespace

extern const Implementation direct_implementation{
    .name = "direct",
    .title = "halide direct",
    .takes =
        "convolutions; the gradients of weights only without groups and dilations, and if both sides have a "
        "multiple of " +
        std::to_string(kChannels) + " channels",
    .bf16 = true,
    .plan = plan,
    .emit = emit,
    .written = written};

}  // namespace sganc
