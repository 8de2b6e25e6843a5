#include "compiler/reference/primitives.h"

namespace sganc {

Tensor matmul(const Node& node, Operands in) {
  const Tensor &a = *in[0], &b = *in[1];
  const bool ta = node.attributes.transpose_a, tb = node.attributes.transpose_b;
  const auto m = a.shape()[ta ? 1 : 0], inner = a.shape()[ta ? 0 : 1], n = b.shape()[tb ? 0 : 1];
  Tensor c = filled({DType::f32, {m, n}});
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      for (std::int64_t k = 0; k < inner; ++k)
        c.data[offset_of(c.shape(), {i, j})] += a.data[offset_of(a.shape(), ta ? Shape{k, i} : Shape{i, k})] *
                                                b.data[offset_of(b.shape(), tb ? Shape{j, k} : Shape{k, j})];
  return c;
}

namespace {

/// Calls visit(i, j, k) with the offsets into x (NHWC), w (OIHW) and y (NHWC) of every product that the
/// convolution y = conv(x, w) sums: y[n,oy,ox,o] = sum x[n, oy*sy+ky*dy-top, ox*sx+kx*dx-left, c']
/// w[o,c,ky,kx], where c' is the c-th channel of o's group.
template <class Visit>
void for_each_product(const Shape& x, const Shape& w, const Shape& y, const Attributes& a, Visit visit) {
  const std::int64_t filters = w[0] / a.groups;  // of one group
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t oy = 0; oy < y[1]; ++oy)
      for (std::int64_t ox = 0; ox < y[2]; ++ox)
        for (std::int64_t ky = 0; ky < w[2]; ++ky)
          for (std::int64_t kx = 0; kx < w[3]; ++kx) {
            const auto iy = oy * a.strides[0] + ky * a.dilations[0] - a.pads[0];
            const auto ix = ox * a.strides[1] + kx * a.dilations[1] - a.pads[1];
            if (iy < 0 || iy >= x[1] || ix < 0 || ix >= x[2]) continue;
            for (std::int64_t o = 0; o < w[0]; ++o)
              for (std::int64_t c = 0; c < w[1]; ++c)
                visit(static_cast<std::size_t>(((n * x[1] + iy) * x[2] + ix) * x[3] + o / filters * w[1] + c),
                      static_cast<std::size_t>(((o * w[1] + c) * w[2] + ky) * w[3] + kx),
                      static_cast<std::size_t>(((n * y[1] + oy) * y[2] + ox) * y[3] + o));
          }
}

}  // namespace

// Each of the three is linear in its two operands over the same products; they differ in which tensor is
// summed.

Tensor conv(const Node& node, Operands in) {
  const Tensor &x = *in[0], &w = *in[1];
  Type type = node.type;
  type.shape[0] = x.shape()[0];
  Tensor y = filled(type);
  for_each_product(x.shape(), w.shape(), y.shape(), node.attributes,
                   [&](auto i, auto j, auto k) { y.data[k] += x.data[i] * w.data[j]; });
  return y;
}

Tensor conv_backward_data(const Node& node, Operands in) {
  const Tensor &y = *in[0], &w = *in[1];
  Tensor x = filled(node.type);
  for_each_product(x.shape(), w.shape(), y.shape(), node.attributes,
                   [&](auto i, auto j, auto k) { x.data[i] += y.data[k] * w.data[j]; });
  return x;
}

Tensor conv_backward_weights(const Node& node, Operands in) {
  const Tensor &x = *in[0], &y = *in[1];
  Tensor w = filled(node.type);
  for_each_product(x.shape(), w.shape(), y.shape(), node.attributes,
                   [&](auto i, auto j, auto k) { w.data[j] += x.data[i] * y.data[k]; });
  return w;
}

}  // namespace sganc
