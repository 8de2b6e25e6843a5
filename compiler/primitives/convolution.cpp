// The convolution of an image, its adjoint by the image and its adjoint by the weights. All three sum
// products over the same triples of elements of x (NHWC), w (OIHW) and y (NHWC), and differ in which of the
// three tensors the sums form. Each is linear in both operands, and they are each other's derivatives.

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

std::int64_t convolved(std::int64_t x, std::int64_t kernel, std::int64_t stride, std::int64_t pads) {
  return (x + pads - kernel) / stride + 1;
}

void require_geometry(const Attributes& a) {
  require(a.strides.size() == 2 && a.pads.size() == 4 && a.dilations.size() == 2,
          "a convolution needs two strides, four pads and two dilations");
  const auto positive = [](auto extent) { return extent > 0; };
  require(std::ranges::all_of(a.strides, positive), "strides must be positive, not " + to_string(a.strides));
  require(std::ranges::none_of(a.pads, [](auto p) { return p < 0; }), "pads must not be negative");
  require(std::ranges::all_of(a.dilations, positive),
          "dilations must be positive, not " + to_string(a.dilations));
  require(a.groups > 0, "groups must be positive, not " + std::to_string(a.groups));
}

/// Checks that x, w, y are the three tensors of one convolution.
void require_convolution(const Shape& x, const Shape& w, const Shape& y, const Attributes& a) {
  require(x.size() == 4 && w.size() == 4 && y.size() == 4, "a convolution needs values of rank 4");
  require(w[1] * a.groups == x[3], "the convolution's weights " + to_string(w) + " expect " +
                                       std::to_string(w[1] * a.groups) + " channels, " + to_string(x) +
                                       " has " + std::to_string(x[3]));
  require(w[0] % a.groups == 0, "the convolution's weights " + to_string(w) + " cannot be divided into " +
                                    std::to_string(a.groups) + " groups");
  require(w[0] == y[3] && x[0] == y[0], "the convolution's tensors do not fit: " + to_string(x) + ", " +
                                            to_string(w) + ", " + to_string(y));
  for (std::size_t i = 0; i < 2; ++i) {
    const auto span = span_of(w[i + 2], a.dilations[i]);
    require(x[i + 1] + a.pads[i] + a.pads[i + 2] >= span,
            "a kernel of " + std::to_string(span) + " is larger than the padded image " + to_string(x));
    require(convolved(x[i + 1], span, a.strides[i], a.pads[i] + a.pads[i + 2]) == y[i + 1],
            "the convolution's image sizes do not fit: " + to_string(x) + " to " + to_string(y));
  }
}

Type conv_type(const Untyped& n) {
  require_numbers(n.in);
  const Shape &x = n.in[0].shape, &w = n.in[1].shape;
  const Attributes& a = n.attributes;
  require_geometry(a);
  require(x.size() == 4 && w.size() == 4, "a convolution needs values of rank 4, not " + both(n.in));
  const auto extent = [&](std::size_t i) {
    return convolved(x[i + 1], span_of(w[i + 2], a.dilations[i]), a.strides[i], a.pads[i] + a.pads[i + 2]);
  };
  const Shape y = {x[0], extent(0), extent(1), w[0]};
  require_convolution(x, w, y, a);
  return {DType::f32, y};
}
Type backward_data_type(const Untyped& n) {
  require_numbers(n.in);
  require_geometry(n.attributes);
  require_convolution(n.attributes.shape, n.in[1].shape, n.in[0].shape, n.attributes);
  return {DType::f32, n.attributes.shape};
}
Type backward_weights_type(const Untyped& n) {
  require_numbers(n.in);
  require_geometry(n.attributes);
  require_convolution(n.in[0].shape, n.attributes.shape, n.in[1].shape, n.attributes);
  return {DType::f32, n.attributes.shape};
}

Value conv_by_x(Builder& b, Value n, Value dy) {
  return b.conv_backward_data(dy, operand(b, n, 1), attributes(b, n), Shape(b.shape(operand(b, n, 0))));
}
Value conv_by_w(Builder& b, Value n, Value dy) {
  return b.conv_backward_weights(operand(b, n, 0), dy, attributes(b, n), Shape(b.shape(operand(b, n, 1))));
}
Attributes geometry(Builder& b, Value n) {
  Attributes a = attributes(b, n);
  a.shape.clear();
  return a;
}
Value backward_data_by_y(Builder& b, Value n, Value dx) {
  return b.conv(dx, operand(b, n, 1), geometry(b, n));
}
Value backward_data_by_w(Builder& b, Value n, Value dx) {
  return b.conv_backward_weights(dx, operand(b, n, 0), geometry(b, n), Shape(b.shape(operand(b, n, 1))));
}
Value backward_weights_by_x(Builder& b, Value n, Value dw) {
  return b.conv_backward_data(operand(b, n, 1), dw, geometry(b, n), Shape(b.shape(operand(b, n, 0))));
}
Value backward_weights_by_y(Builder& b, Value n, Value dw) {
  return b.conv(operand(b, n, 0), dw, geometry(b, n));
}

/// Calls visit(i, j, k) with the offsets into x, w and y of every product that the convolution sums, as
/// Convolution in runtime/program.h defines it: y[n,oy,ox,o] = sum x[n, oy*sy+ky*dy-top, ox*sx+kx*dx-left,
/// c'] w[o,c,ky,kx], where c' is the c-th channel of o's group.
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

void conv(const Node& node, Operands in, Tensor& y) {
  const Tensor &x = *in[0], &w = *in[1];
  for_each_product(x.shape(), w.shape(), y.shape(), node.attributes,
                   [&](auto i, auto j, auto k) { y.data[k] += x.data[i] * w.data[j]; });
}

void conv_backward_data(const Node& node, Operands in, Tensor& x) {
  const Tensor &y = *in[0], &w = *in[1];
  for_each_product(x.shape(), w.shape(), y.shape(), node.attributes,
                   [&](auto i, auto j, auto k) { x.data[i] += y.data[k] * w.data[j]; });
}

void conv_backward_weights(const Node& node, Operands in, Tensor& w) {
  const Tensor &x = *in[0], &y = *in[1];
  for_each_product(x.shape(), w.shape(), y.shape(), node.attributes,
                   [&](auto i, auto j, auto k) { w.data[j] += x.data[i] * y.data[k]; });
}

/// Every element of y counts as a sum of the same number of products.
std::int64_t multiply_adds(const Type& w, const Type& y) {
  return y.elements() * w.shape[1] * w.shape[2] * w.shape[3];
}

struct Geometry {
  Shape x, w;
  Attributes attributes;

  Shape y() const {
    const Type in[] = {{DType::f32, x}, {DType::f32, w}}, none;
    return conv_type({"conv", in, attributes, none}).shape;
  }
  Attributes shaped(const Shape& shape) const {
    Attributes a = attributes;
    a.shape = shape;
    return a;
  }
};

Geometry same(const Shape& x, const Shape& w, const Shape& strides, const Shape& dilations = {1, 1},
              std::int64_t groups = 1) {
  Attributes a = same_convolution(x, {w[2], w[3]}, strides, dilations);
  a.groups = groups;
  return {x, w, a};
}

/// Many channels, few, one, odd; kernels smaller and larger than the image; dilations and groups; padding
/// that is not `same`.
std::vector<Geometry> geometries() {
  return {same({2, 8, 8, 16}, {32, 16, 3, 3}, {2, 2}),
          same({2, 5, 7, 6}, {7, 6, 3, 2}, {1, 2}),
          same({2, 9, 8, 1}, {20, 1, 3, 3}, {2, 2}),
          same({2, 6, 6, 20}, {1, 20, 7, 7}, {1, 1}),
          same({1, 6, 7, 3}, {16, 3, 4, 4}, {2, 2}),
          same({3, 4, 4, 5}, {2, 5, 3, 3}, {1, 1}),
          same({1, 4, 5, 1}, {1, 1, 3, 3}, {1, 1}),
          same({2, 3, 3, 8}, {8, 8, 1, 1}, {2, 2}),
          same({2, 7, 6, 4}, {1, 4, 3, 3}, {1, 2}, {2, 3}),
          same({2, 7, 6, 1}, {5, 1, 2, 3}, {1, 1}, {3, 1}),
          same({2, 7, 6, 6}, {4, 3, 3, 3}, {2, 1}, {1, 1}, 2),
          same({2, 5, 6, 16}, {16, 1, 3, 3}, {1, 1}, {1, 2}, 16),
          {{2, 5, 4, 3}, {2, 3, 3, 2}, {.strides = {2, 1}, .pads = {1, 0, 0, 2}}},
          {{2, 5, 4, 4},
           {2, 2, 3, 2},
           {.strides = {2, 1}, .pads = {1, 0, 0, 2}, .dilations = {1, 2}, .groups = 2}}};
}

template <class Sample>
Samples of_each_geometry(Sample sample) {
  Samples all;
  for (const Geometry& g : geometries()) all.push_back(sample(g));
  return all;
}

// x counts from 1; the kernel is {1, 2; 3, 4}. With stride 2 and one pad below and to the right the windows
// are {1, 2; 4, 5}, {3, 0; 6, 0}, {7, 8; 0, 0} and {9, 0; 0, 0}.
Tensor counted_image() {
  return tensor({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
}
Tensor counted_kernel() {
  return tensor({1, 1, 2, 2}, {1, 2, 3, 4});
}
Tensor powers_of_ten() {
  return tensor({1, 2, 2, 1}, {1, 10, 100, 1000});
}
Attributes by_ones(Shape shape = {}) {
  return {.shape = std::move(shape), .strides = {1, 1}, .pads = {0, 0, 0, 0}};
}
Attributes by_twos(Shape shape = {}) {
  return {.shape = std::move(shape), .strides = {2, 2}, .pads = {0, 0, 1, 1}};
}

Examples conv_examples() {
  return {{{counted_image(), counted_kernel()}, by_ones(), tensor({1, 2, 2, 1}, {37, 47, 67, 77})},
          {{counted_image(), counted_kernel()}, by_twos(), tensor({1, 2, 2, 1}, {37, 21, 23, 9})}};
}
Examples backward_data_examples() {
  return {{{powers_of_ten(), counted_kernel()},
           by_ones({1, 3, 3, 1}),
           tensor({1, 3, 3, 1}, {1, 12, 20, 103, 1234, 2040, 300, 3400, 4000})},
          {{powers_of_ten(), counted_kernel()},
           by_twos({1, 3, 3, 1}),
           tensor({1, 3, 3, 1}, {1, 2, 10, 3, 4, 30, 100, 200, 1000})}};
}
Examples backward_weights_examples() {
  return {
      {{counted_image(), powers_of_ten()},
       by_ones({1, 1, 2, 2}),
       tensor({1, 1, 2, 2}, {5421, 6532, 8754, 9865})},
      {{counted_image(), powers_of_ten()}, by_twos({1, 1, 2, 2}), tensor({1, 1, 2, 2}, {9731, 802, 64, 5})}};
}

constexpr AttributeInfo kGeometryAndShape[] = {{"strides", &Attributes::strides},
                                               {"pads", &Attributes::pads},
                                               {"dilations", &Attributes::dilations, true},
                                               {"groups", &Attributes::groups, true},
                                               {"shape", &Attributes::shape}};
constexpr std::span<const AttributeInfo> kGeometry = std::span(kGeometryAndShape).first(4);

constexpr Primitive kRows[] = {
    {.info = {Op::conv, "conv", OpClass::product, 2},
     .attributes = kGeometry,
     .type = conv_type,
     .gradient = {conv_by_x, conv_by_w},
     .curved = true,
     .reference = conv,
     .share = share_convolution,
     .multiply_adds = [](const Node& y, const Type&, const Type& w) { return multiply_adds(w, y.type); },
     .samples =
         [] {
           return of_each_geometry([](const Geometry& g) {
             return PrimitiveSample{{f32(g.x), f32(g.w)}, g.attributes};
           });
         },
     .examples = conv_examples},

    {.info = {Op::conv_backward_data, "conv_backward_data", OpClass::product, 2},
     .attributes = kGeometryAndShape,
     .type = backward_data_type,
     .gradient = {backward_data_by_y, backward_data_by_w},
     .curved = true,
     .reference = conv_backward_data,
     .share = share_convolution,
     .multiply_adds = [](const Node&, const Type& y, const Type& w) { return multiply_adds(w, y); },
     .samples =
         [] {
           return of_each_geometry([](const Geometry& g) {
             return PrimitiveSample{{f32(g.y()), f32(g.w)}, g.shaped(g.x)};
           });
         },
     .examples = backward_data_examples},

    {.info = {Op::conv_backward_weights, "conv_backward_weights", OpClass::product, 2},
     .attributes = kGeometryAndShape,
     .type = backward_weights_type,
     .gradient = {backward_weights_by_x, backward_weights_by_y},
     .curved = true,
     .reference = conv_backward_weights,
     .share = share_weights_gradient,
     .multiply_adds = [](const Node& w, const Type&, const Type& y) { return multiply_adds(w.type, y); },
     .samples =
         [] {
           return of_each_geometry([](const Geometry& g) {
             return PrimitiveSample{{f32(g.x), f32(g.y())}, g.shaped(g.w)};
           });
         },
     .examples = backward_weights_examples},
};

}  // namespace

extern const Family convolution_primitives{kRows};

}  // namespace sganc
