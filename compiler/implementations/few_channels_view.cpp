#include "compiler/implementations/few_channels_view.h"

namespace sganc {

using Halide::clamp;
using Halide::Expr;
using Halide::Func;
using Halide::Var;

FewChannels view_from_wide(const ConvolutionGeometry& f, Precision precision) {
  const auto at = [](const std::vector<std::int64_t>& v, std::size_t i) { return static_cast<int>(v.at(i)); };
  FewChannels g;
  g.wide_is_x = f.x.at(3) > f.y.at(3);
  const Shape &wide = g.wide_is_x ? f.x : f.y, &few = g.wide_is_x ? f.y : f.x;
  g.images = at(wide, 0), g.wide_h = at(wide, 1), g.wide_w = at(wide, 2), g.channels = at(wide, 3);
  g.few_h = at(few, 1), g.few_w = at(few, 2), g.few = at(few, 3);
  g.rows = at(f.w, 2), g.columns = at(f.w, 3), g.taps = g.columns * g.few;
  const int stride_y = at(f.strides, 0), stride_x = at(f.strides, 1);
  const int top = at(f.pads, 0), left = at(f.pads, 1);
  if (g.wide_is_x) {
    g.gap_y = stride_y, g.gap_x = stride_x;
    g.low_y = g.rows - 1 - top, g.low_x = g.columns - 1 - left;
  } else {
    g.step_y = stride_y, g.step_x = stride_x;
    g.low_y = top, g.low_x = left;
  }
  g.factors = factors_of(precision);
  return g;
}

Func pad_few(const FewChannels& g, const Func& image) {
  Var u("u"), y("y"), n("n");
  const Expr px = u / g.few - g.low_x, py = y - g.low_y;
  Expr inside = px >= 0 && px < g.few_w * g.gap_x && py >= 0 && py < g.few_h * g.gap_y;
  if (g.gap_x > 1) inside = inside && px % g.gap_x == 0;
  if (g.gap_y > 1) inside = inside && py % g.gap_y == 0;
  Func padded("padded");
  const Expr pixel =
      image(u % g.few, clamp(px / g.gap_x, 0, g.few_w - 1), clamp(py / g.gap_y, 0, g.few_h - 1), n);
  padded(u, y, n) = Halide::cast(g.factors.type, Halide::select(inside, pixel, 0.0f));
  return padded;
}

Expr weight_at(const FewChannels& g, const Func& w, const Expr& c, const Expr& t, const Expr& ky) {
  const Expr channel = t % g.few, kx = t / g.few;
  return g.wide_is_x ? w(g.columns - 1 - kx, g.rows - 1 - ky, c, channel) : w(kx, ky, channel, c);
}

}  // namespace sganc
