// Convolutions one of whose sides has few channels, as Halide algorithms: the first layer of a discriminator
// (1 -> 128, 3x3, stride 2) and the last of a generator (128 -> 1, 7x7), forward and both gradients. An
// element of the output may be computed twice, so no output may share memory with what `epilogue` reads.

#include <algorithm>
#include <stdexcept>

#include "compiler/implementations/few_channels_schedule.h"
#include "compiler/implementations/few_channels_view.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Halide::clamp;
using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// The f32 lanes of the instruction that multiplies pairs of bf16 numbers.
constexpr int kLanesOfPairs = 16;

Func finished(Expr sum, const Epilogue& epilogue, const std::vector<Var>& dims,
              const std::vector<int>& extents) {
  Func output = output_of(epilogue(sum, std::vector<Expr>(dims.begin(), dims.end())), dims);
  for (std::size_t i = 0; i < dims.size(); ++i) output.bound(dims[i], 0, extents[i]);
  return output;
}

/// out(c, x, y, n) = sum over taps of padded * weight: from few channels to many. In bf16 the taps are taken
/// by pairs: p is the tap of a pair, and the weight of a tap that does not exist is zero.
ConvolutionKernel expand(const FewChannels& g, Func few, Func w, const Epilogue& epilogue,
                         const VectorUnit& unit) {
  Var c("c"), x("x"), y("y"), n("n"), p("p"), t("t"), ky("ky");
  Func padded = pad_few(g, few), weights("weights"), sum("sum");
  const Expr tap = t * g.factors.pairs + p;
  Expr weight = weight_at(g, w, c, Halide::min(tap, g.taps - 1), ky);
  if (g.taps % g.factors.pairs != 0) weight = Halide::select(tap < g.taps, weight, 0.0f);
  weights(p, c, t, ky) = Halide::cast(g.factors.type, weight);
  weights.bound(p, 0, g.factors.pairs);
  const int groups = (g.taps + g.factors.pairs - 1) / g.factors.pairs;
  const auto r = domain({{"p", g.factors.pairs}, {"t", groups}, {"ky", g.rows}});
  sum(c, x, y, n) = 0.0f;
  sum(c, x, y, n) +=
      product_in_f32(padded(x * g.step_x * g.few + r[1] * g.factors.pairs + r[0], y * g.step_y + r[2], n),
                     weights(r[0], c, r[1], r[2]));
  Func output = finished(sum(c, x, y, n), epilogue, {c, x, y, n}, {g.channels, g.wide_w, g.wide_h, g.images});
  return {{{"output", output, true}, {"sum", sum}, {"padded", padded}, {"weights", weights}},
          output,
          expand_schedule({.channels = g.channels,
                           .few = g.few,
                           .width = g.wide_w,
                           .taps = g.taps,
                           .pairs = g.factors.pairs > 1},
                          unit)};
}

/// For one axis: the pixel of the wide image that an output's pixel meets under a tap, and the tap's index in
/// the kernel. If the wide image is x, the pixel is output * stride - low + tap. If it is y, only every
/// stride-th tap meets a pixel of it, so the loop runs over those taps: tap = loop * stride + (output + low)
/// % stride.
struct Meeting {
  int loops = 1;  // extent of the loop over taps
  std::function<Expr(Expr output, Expr loop)> pixel, tap;
};

Meeting meet(bool wide_is_x, int taps, int stride, int low) {
  if (wide_is_x)
    return {taps, [=](Expr output, Expr loop) { return output * stride + loop - low; },
            [](Expr, Expr loop) { return loop; }};
  return {(taps + stride - 1) / stride,
          [=](Expr output, Expr loop) { return (output + low) / stride - loop; },
          [=](Expr output, Expr loop) { return loop * stride + (output + low) % stride; }};
}

/// out(c, x, y, n) = sum over taps and many channels, first in `lanes` partial sums, one for each lane of a
/// vector. In bf16 a lane adds up pairs of channels.
ConvolutionKernel contract(const ConvolutionGeometry& f, const FewChannels& g, Func wide, Func w,
                           const Epilogue& epilogue, const VectorUnit& unit) {
  Var c("c"), x("x"), y("y"), n("n"), v("v"), kx("kx"), ky("ky"), block("block");
  const int stride_y = static_cast<int>(f.strides[0]), stride_x = static_cast<int>(f.strides[1]);
  const Meeting across = meet(g.wide_is_x, g.columns, stride_x, static_cast<int>(f.pads[1]));
  const Meeting down = meet(g.wide_is_x, g.rows, stride_y, static_cast<int>(f.pads[0]));
  Func padded("padded"), weights("weights"), partial("partial"), total("total");
  const int lanes = lanes_for(g.channels / g.factors.pairs, unit), together = lanes * g.factors.pairs;
  const Expr channel = block * together + v;
  padded(v, x, block, y, n) =
      Halide::cast(g.factors.type, pixel_or_zero(wide, channel, x, y, n, g.wide_w, g.wide_h));
  const Expr column = Halide::min(kx, g.columns - 1),
             row = Halide::min(ky, g.rows - 1);  // taps that do not exist read an existing one
  weights(v, kx, ky, block, c) =
      Halide::cast(g.factors.type, g.wide_is_x ? w(column, row, channel, c) : w(column, row, c, channel));
  auto r = domain(
      {{"p", g.factors.pairs}, {"kx", across.loops}, {"ky", down.loops}, {"block", g.channels / together}});
  const Expr tap_x = across.tap(x, r[1]), tap_y = down.tap(y, r[2]), at = v * g.factors.pairs + r[0];
  if (across.loops * stride_x != g.columns && !g.wide_is_x) r.where(tap_x < g.columns);
  if (down.loops * stride_y != g.rows && !g.wide_is_x) r.where(tap_y < g.rows);
  partial(v, c, x, y, n) = 0.0f;
  partial(v, c, x, y, n) += product_in_f32(padded(at, across.pixel(x, r[1]), r[3], down.pixel(y, r[2]), n),
                                           weights(at, tap_x, tap_y, r[3], c));
  const auto lane = domain({{"v", lanes}});
  total(c, x, y, n) = 0.0f;
  total(c, x, y, n) += partial(lane[0], c, x, y, n);
  Func output = finished(total(c, x, y, n), epilogue, {c, x, y, n}, {g.few, g.few_w, g.few_h, g.images});
  return {{{"output", output, true},
           {"total", total},
           {"partial", partial},
           {"padded", padded},
           {"weights", weights}},
          output,
          contract_schedule({.channels = g.channels,
                             .few = g.few,
                             .width = g.few_w,
                             .taps = g.taps,
                             .stride = g.wide_is_x ? 1 : stride_x,
                             .pairs = g.factors.pairs > 1},
                            unit)};
}

/// The sums of the wide image, which the gradient of weights computes as one more tap.
Func add_wide_sums(const FewChannels& g, Func total, ConvolutionKernel& kernel) {
  Var c("c");
  Func bias("bias");
  bias(c) = total(c, g.taps, 0);
  bias.bound(c, 0, g.channels);
  kernel.funcs.push_back({"bias", bias, /*result=*/true});
  return bias;
}

/// The sums of the few image: first of each column, then of each image, then of all.
Func add_few_sums(const FewChannels& g, Func few, const VectorUnit& unit, ConvolutionKernel& kernel) {
  Var c("c"), x("x"), n("n");
  Func column("bias_column"), image("bias_image"), bias("bias");
  const auto rows = domain({{"y", g.few_h}}), columns = domain({{"x", g.few_w}}),
             images = domain({{"n", g.images}});
  column(c, x, n) = 0.0f;
  column(c, x, n) += few(c, x, rows[0], n);
  image(c, n) = 0.0f;
  image(c, n) += column(c, columns[0], n);
  bias(c) = 0.0f;
  bias(c) += image(c, images[0]);
  bias.bound(c, 0, g.few);
  kernel.funcs.push_back({"bias", bias, /*result=*/true});
  kernel.funcs.push_back({"bias_image", image});
  kernel.funcs.push_back({"bias_column", column});
  kernel.default_schedule.push_back(bias_column_schedule(g.few_w, unit));
  return bias;
}

/// out(kx, ky, i, o) = sum over the pixels of the wide image (in bf16 by pairs of them), row by row, then
/// over the rows of a block of images, then over the blocks, always in this order. One more tap of constant 1
/// gives the sums of the wide image itself.
ConvolutionKernel weight_gradient(const FewChannels& g, Func wide, Func few, const Epilogue& epilogue,
                                  const VectorUnit& unit, bool bias_sum) {
  Var c("c"), t("t"), ky("ky"), x("x"), y("y"), n("n"), b("b"), kx("kx"), i("i"), o("o"), p("p");
  const bool sum_wide = bias_sum && !g.wide_is_x, sum_few = bias_sum && g.wide_is_x;
  Func padded = pad_few(g, few), row("row"), partial("partial"), total("total"), pixels("pixels");
  const auto along = domain({{"p", g.factors.pairs}, {"x", g.wide_w / g.factors.pairs}});
  const Expr pixel = along[1] * g.factors.pairs + along[0];
  pixels(p, c, x, y, n) = Halide::cast(g.factors.type, wide(c, x * g.factors.pairs + p, y, n));
  const Expr u = pixel * g.step_x * g.few + (sum_wide ? Halide::min(t, g.taps - 1) : Expr(t));
  Expr tap = padded(u, y * g.step_y + ky, n);
  if (sum_wide) tap = Halide::select(t < g.taps, tap, 1.0f);
  row(c, t, ky, y, n) = 0.0f;
  row(c, t, ky, y, n) += product_in_f32(pixels(along[0], c, along[1], y, n), tap);
  // images of a block: a power of two that leaves some thirty blocks, whatever the number of threads
  int images = 1;
  while (g.images % (images * 2) == 0 && g.images / images > 32) images *= 2;
  const auto block = domain({{"y", g.wide_h}, {"image", images}});
  partial(c, t, ky, b) = 0.0f;
  partial(c, t, ky, b) += row(c, t, ky, block[0], b * images + block[1]);
  const auto blocks = domain({{"b", g.images / images}});
  total(c, t, ky) = 0.0f;
  total(c, t, ky) += partial(c, t, ky, blocks[0]);
  const Expr sum = g.wide_is_x ? total(i, (g.columns - 1 - kx) * g.few + o, g.rows - 1 - ky)
                               : total(o, kx * g.few + i, ky);
  const int in = g.wide_is_x ? g.channels : g.few, out = g.wide_is_x ? g.few : g.channels;
  Func output = finished(sum, epilogue, {kx, ky, i, o}, {g.columns, g.rows, in, out});
  ConvolutionKernel kernel{
      {{"output", output, true}, {"total", total}, {"partial", partial}, {"row", row}, {"padded", padded}},
      output,
      weights_schedule({.channels = g.channels,
                        .few = g.few,
                        .width = g.wide_w,
                        .taps = g.taps + sum_wide,
                        .pairs = g.factors.pairs > 1},
                       unit)};
  if (g.factors.pairs > 1) kernel.funcs.push_back({"pixels", pixels});
  if (sum_wide) kernel.bias_sum = add_wide_sums(g, total, kernel);
  if (sum_few) kernel.bias_sum = add_few_sums(g, few, unit, kernel);
  return kernel;
}

/// 7x7, 1 output channel
std::string sides_of(const Shape& w, bool input) {
  return std::to_string(w[2]) + "x" + std::to_string(w[3]) + ", " +
         counted(input ? w[1] : w[0], input ? "input channel" : "output channel");
}

/// Whether the kernel multiplies in bf16. This takes pairs of channels, taps or pixels that lie side by side,
/// and full vectors. The sum of the wide image, which the gradient of weights may compute as one more tap,
/// stays in f32.
bool in_bf16(const ProductRequest& r) {
  if (!r.kernel_in_bf16()) return false;
  const FewChannels g = view_from_wide(r.product.geometry(), Precision::bf16);
  const Op op = r.product.geometry().op;
  if (op == Op::conv_backward_weights)
    return g.wide_is_x && g.few == 1 && g.wide_w % g.factors.pairs == 0 && g.channels % kLanesOfPairs == 0;
  const bool contracts = (op == Op::conv) == g.wide_is_x;
  return g.channels % (contracts ? g.factors.pairs * kLanesOfPairs : kLanesOfPairs) == 0;
}

/// oneDNN runs layers with few channels at a tenth of its usual speed, and other layers far faster than these
/// kernels.
std::optional<ProductPlan> plan(const ProductRequest& r) {
  if (!r.product.is_plain()) return {};
  const Shape w = r.product.geometry().w;
  if (std::min(w[0], w[1]) > kMostFewChannels) return {};
  const bool few_in = w[1] <= r.schedule.few_channels, few_out = w[0] <= r.schedule.few_channels;
  return ProductPlan{
      .precision = in_bf16(r) ? Precision::bf16 : Precision::f32,
      .cost = few_in || few_out ? 0.2 : 5,
      .why = sides_of(w, few_in) + ": at most " + counted(r.schedule.few_channels, "channel") + " on a side"};
}

ConvolutionKernel emit(const EmitRequest& r) {
  const FewChannels g = view_from_wide(r.geometry, r.precision);
  const VectorUnit unit = vector_unit(r.target);
  switch (r.geometry.op) {
    case Op::conv:
      return g.wide_is_x ? contract(r.geometry, g, r.a, r.b, r.epilogue, unit)
                         : expand(g, r.a, r.b, r.epilogue, unit);
    case Op::conv_backward_data:
      return g.wide_is_x ? expand(g, r.a, r.b, r.epilogue, unit)
                         : contract(r.geometry, g, r.a, r.b, r.epilogue, unit);
    case Op::conv_backward_weights:
      return g.wide_is_x ? weight_gradient(g, r.a, r.b, r.epilogue, unit, r.bias_sum)
                         : weight_gradient(g, r.b, r.a, r.epilogue, unit, r.bias_sum);
    default:
      throw std::logic_error("few_channels: not a convolution");
  }
}

}  // namespace

extern const Implementation few_channels_implementation{
    .name = "few_channels",
    .title = "halide few channels",
    .takes = "convolutions without groups and dilations that have at most " +
             std::to_string(kMostFewChannels) + " channels on one side",
    .bf16 = true,
    .sums_y = true,
    .plan = plan,
    .emit = emit};

}  // namespace sganc
