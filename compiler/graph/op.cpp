#include "compiler/graph/op.h"

#include <algorithm>
#include <array>

#include "compiler/graph/attributes.h"

namespace sganc {
namespace {

constexpr std::array kOps = {
    OpInfo{Op::variable, "variable", OpClass::leaf, 0},
    OpInfo{Op::input, "input", OpClass::leaf, 0},
    OpInfo{Op::constant, "constant", OpClass::leaf, 0},
    OpInfo{Op::iota, "iota", OpClass::leaf, 0},
    OpInfo{Op::random, "random", OpClass::leaf, 1},
    OpInfo{Op::negate, "negate", OpClass::pointwise, 1},
    OpInfo{Op::exp, "exp", OpClass::pointwise, 1},
    OpInfo{Op::log, "log", OpClass::pointwise, 1},
    OpInfo{Op::sqrt, "sqrt", OpClass::pointwise, 1},
    OpInfo{Op::tanh, "tanh", OpClass::pointwise, 1},
    OpInfo{Op::cos, "cos", OpClass::pointwise, 1},
    OpInfo{Op::stop_gradient, "stop_gradient", OpClass::pointwise, 1},
    OpInfo{Op::convert, "convert", OpClass::pointwise, 1},
    OpInfo{Op::add, "add", OpClass::pointwise, 2},
    OpInfo{Op::subtract, "subtract", OpClass::pointwise, 2},
    OpInfo{Op::multiply, "multiply", OpClass::pointwise, 2},
    OpInfo{Op::divide, "divide", OpClass::pointwise, 2},
    OpInfo{Op::maximum, "maximum", OpClass::pointwise, 2},
    OpInfo{Op::minimum, "minimum", OpClass::pointwise, 2},
    OpInfo{Op::greater, "greater", OpClass::pointwise, 2},
    OpInfo{Op::equal, "equal", OpClass::pointwise, 2},
    OpInfo{Op::select, "select", OpClass::pointwise, 3},
    OpInfo{Op::broadcast, "broadcast", OpClass::structure, 1},
    OpInfo{Op::reduce_sum, "reduce_sum", OpClass::structure, 1},
    OpInfo{Op::reduce_max, "reduce_max", OpClass::structure, 1},
    OpInfo{Op::view, "view", OpClass::structure, 1},
    OpInfo{Op::transpose, "transpose", OpClass::structure, 1},
    OpInfo{Op::pad, "pad", OpClass::structure, 1},
    OpInfo{Op::slice, "slice", OpClass::structure, 1},
    OpInfo{Op::gather, "gather", OpClass::structure, 2},
    OpInfo{Op::scatter_add, "scatter_add", OpClass::structure, 2},
    OpInfo{Op::matmul, "matmul", OpClass::product, 2},
    OpInfo{Op::conv, "conv", OpClass::product, 2},
    OpInfo{Op::conv_backward_data, "conv_backward_data", OpClass::product, 2},
    OpInfo{Op::conv_backward_weights, "conv_backward_weights", OpClass::product, 2},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kOps.size(); ++i)
    if (static_cast<std::size_t>(kOps[i].op) != i) return false;
  return true;
}
static_assert(in_order(), "kOps follows the order of Op");

void require(bool holds, const std::string& message) {
  if (!holds) throw ShapeError(message);
}

std::string both(std::span<const Type> types) {
  std::string text;
  for (const auto& t : types) text += (text.empty() ? "" : " and ") + to_string(t);
  return text;
}

void require_axes(const std::vector<int>& axes, std::size_t rank, std::string_view op) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    require(axes[i] >= 0 && static_cast<std::size_t>(axes[i]) < rank,
            std::string(op) + ": axis " + std::to_string(axes[i]) + " of a value of rank " +
                std::to_string(rank));
    require(i == 0 || axes[i] > axes[i - 1], std::string(op) + ": axes must ascend");
  }
}

Type infer_pointwise(Op op, std::span<const Type> in, const Attributes& a) {
  const auto name = std::string(info(op).name);
  for (const auto& t : in) require(t.shape == in[0].shape, name + ": shapes differ: " + both(in));
  if (op == Op::convert) return {a.dtype, in[0].shape};
  const bool counts = op == Op::add || op == Op::subtract;
  if (counts && std::ranges::all_of(in, [](const Type& t) { return t.dtype == DType::i32; })) return in[0];
  for (const auto& t : in)
    require(t.dtype == DType::f32,
            name + ": operands must be " + (counts ? "all f32 or all i32" : "f32") + ", not " + both(in));
  return in[0];
}

Type infer_reduce(Op op, const Type& x, const Attributes& a) {
  require(x.dtype == DType::f32,
          std::string(info(op).name) + ": the operand must be f32, not " + to_string(x));
  require_axes(a.axes, x.shape.size(), info(op).name);
  Type result{x.dtype, {}};
  for (std::size_t i = 0; i < x.shape.size(); ++i)
    if (std::ranges::find(a.axes, static_cast<int>(i)) == a.axes.end()) result.shape.push_back(x.shape[i]);
  return result;
}

/// What rows of `table` are at `index`; see Op::gather.
Type gathered(const Type& table, const Type& index, const std::vector<int>& axes, const std::string& op) {
  const auto both_of_them = to_string(table) + " and " + to_string(index);
  const std::size_t shared = axes.size(), rank = index.shape.size();
  require(index.dtype == DType::i32 && rank > 0 && table.shape.size() > shared && rank >= shared &&
              (shared > 0 || rank == 1),
          op + ": needs a table and an i32 vector of indices, not " + both_of_them);
  for (std::size_t i = 0; i < shared; ++i)
    require(axes[i] == static_cast<int>(i) && table.shape[i] == index.shape[i],
            op + ": a table and indices that share their first axes, not " + both_of_them);
  Type result{table.dtype, index.shape};
  result.shape.insert(result.shape.end(), table.shape.begin() + static_cast<std::ptrdiff_t>(shared) + 1,
                      table.shape.end());
  return result;
}

Type infer_structure(Op op, std::span<const Type> in, const Attributes& a) {
  const Type& x = in[0];
  switch (op) {
    case Op::broadcast:
      require(a.axes.size() == x.shape.size(), "broadcast: one axis for each axis of " + to_string(x));
      require_axes(a.axes, a.shape.size(), "broadcast");
      for (std::size_t i = 0; i < a.axes.size(); ++i)
        require(a.shape[static_cast<std::size_t>(a.axes[i])] == x.shape[i],
                "broadcast: " + to_string(x) + " does not fit " + to_string(a.shape));
      return {x.dtype, a.shape};
    case Op::view: {
      const Type result{x.dtype, a.shape};
      require(result.elements() == x.elements(), to_string(x.shape) + " has " + std::to_string(x.elements()) +
                                                     " elements, " + to_string(a.shape) + " has " +
                                                     std::to_string(result.elements()));
      return result;
    }
    case Op::transpose: {
      require(a.axes.size() == x.shape.size(), "transpose: one axis for each axis of " + to_string(x));
      auto sorted = a.axes;
      std::ranges::sort(sorted);
      require_axes(sorted, x.shape.size(), "transpose");
      Type result{x.dtype, {}};
      for (int axis : a.axes) result.shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
      return result;
    }
    case Op::pad: {
      require(a.low.size() == x.shape.size() && a.high.size() == x.shape.size(),
              "pad: an amount for each axis of " + to_string(x));
      Type result = x;
      for (std::size_t i = 0; i < x.shape.size(); ++i) {
        require(a.low[i] >= 0 && a.high[i] >= 0, "pad: amounts must not be negative");
        result.shape[i] += a.low[i] + a.high[i];
      }
      return result;
    }
    case Op::slice:
      require(a.low.size() == x.shape.size() && a.shape.size() == x.shape.size(),
              "slice: a start and an extent for each axis of " + to_string(x));
      for (std::size_t i = 0; i < x.shape.size(); ++i)
        require(a.low[i] >= 0 && a.shape[i] > 0 && a.low[i] + a.shape[i] <= x.shape[i],
                "slice: " + to_string(a.shape) + " from " + to_string(a.low) + " lies outside of " +
                    to_string(x));
      return {x.dtype, a.shape};
    case Op::scatter_add: {
      require(x.dtype == DType::f32, "scatter_add: the rows must be f32, not " + to_string(x));
      const Type table{x.dtype, a.shape};
      require(gathered(table, in[1], a.axes, "scatter_add") == x,
              "scatter_add: " + both(in) + " do not fit a table of " + to_string(a.shape));
      return table;
    }
    default:
      return gathered(x, in[1], a.axes, "gather");
  }
}

std::int64_t convolved(std::int64_t x, std::int64_t kernel, std::int64_t stride, std::int64_t pads) {
  return (x + pads - kernel) / stride + 1;
}

/// Checks that x, w, y are the three tensors of one convolution.
void require_convolution(const Shape& x, const Shape& w, const Shape& y, const Attributes& a) {
  require(x.size() == 4 && w.size() == 4 && y.size() == 4, "a convolution needs values of rank 4");
  require(a.strides.size() == 2 && a.pads.size() == 4 && a.dilations.size() == 2,
          "a convolution needs two strides, four pads and two dilations");
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

Type infer_product(Op op, std::span<const Type> in, const Attributes& a) {
  for (const auto& t : in) require(t.dtype == DType::f32, "a product needs f32 operands, not " + both(in));
  const Shape &p = in[0].shape, &q = in[1].shape;
  if (op == Op::matmul) {
    require(p.size() == 2 && q.size() == 2, "matmul: needs two matrices, not " + both(in));
    const auto m = p[a.transpose_a ? 1 : 0], k = p[a.transpose_a ? 0 : 1];
    const auto l = q[a.transpose_b ? 1 : 0], n = q[a.transpose_b ? 0 : 1];
    require(k == l, "matmul: inner extents differ: " + both(in));
    return {DType::f32, {m, n}};
  }
  if (op == Op::conv) {
    require(p.size() == 4 && q.size() == 4 && a.strides.size() == 2 && a.pads.size() == 4 &&
                a.dilations.size() == 2,
            "a convolution needs values of rank 4, not " + both(in));
    const auto extent = [&](std::size_t i) {
      return convolved(p[i + 1], span_of(q[i + 2], a.dilations[i]), a.strides[i], a.pads[i] + a.pads[i + 2]);
    };
    const Shape y = {p[0], extent(0), extent(1), q[0]};
    require_convolution(p, q, y, a);
    return {DType::f32, y};
  }
  if (op == Op::conv_backward_data)
    require_convolution(a.shape, q, p, a);
  else
    require_convolution(p, a.shape, q, a);
  return {DType::f32, a.shape};
}

Type inferred(Op op, std::span<const Type> operands, const Attributes& attributes, const Type& declared) {
  switch (info(op).kind) {
    case OpClass::leaf:
      if (op == Op::random) require(operands[0] == Type{DType::i32, {4}}, "random: the key must be i32[4]");
      if (op == Op::iota) require_axes(attributes.axes, declared.shape.size(), "iota");
      return declared;
    case OpClass::pointwise:
      return infer_pointwise(op, operands, attributes);
    case OpClass::structure:
      if (op == Op::reduce_sum || op == Op::reduce_max) return infer_reduce(op, operands[0], attributes);
      return infer_structure(op, operands, attributes);
    default:
      return infer_product(op, operands, attributes);
  }
}

void require_extents(const Shape& shape) {
  const auto mistake = extents_mistake(shape, /*may_be_unknown=*/true);
  require(mistake.empty(), mistake);
}

}  // namespace

std::string to_string(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "f32";
    case DType::i32:
      return "i32";
    default:
      return "u8";
  }
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + (shape[i] == kUnknownExtent ? std::string("?") : std::to_string(shape[i]));
  return text + "]";
}

std::string to_string(const Type& type) {
  return to_string(type.dtype) + to_string(type.shape);
}

const OpInfo& info(Op op) {
  return kOps[static_cast<std::size_t>(op)];
}

const OpInfo* find_op(std::string_view name) {
  const auto found = std::ranges::find(kOps, name, &OpInfo::name);
  return found == kOps.end() ? nullptr : &*found;
}

std::span<const OpInfo> all_ops() {
  return kOps;
}

Type infer_type(Op op, std::span<const Type> operands, const Attributes& attributes, const Type& declared) {
  require(std::ssize(operands) == info(op).operands, std::string(info(op).name) + " takes " +
                                                         std::to_string(info(op).operands) +
                                                         " operands, not " + std::to_string(operands.size()));
  require_extents(attributes.shape);
  const Type result = inferred(op, operands, attributes, declared);
  require_extents(result.shape);
  return result;
}

Attributes same_convolution(const Shape& x, const std::vector<std::int64_t>& kernel,
                            const std::vector<std::int64_t>& strides,
                            const std::vector<std::int64_t>& dilations) {
  Attributes a;
  a.strides = strides;
  a.dilations = dilations;
  a.pads.resize(4);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto y = (x[i + 1] + strides[i] - 1) / strides[i];
    const auto total =
        std::max<std::int64_t>(0, (y - 1) * strides[i] + span_of(kernel[i], dilations[i]) - x[i + 1]);
    a.pads[i] = total / 2;
    a.pads[i + 2] = total - total / 2;
  }
  return a;
}

}  // namespace sganc
