#include <algorithm>
#include <array>

#include "compiler/language/spelling.h"
#include "compiler/passes/pass.h"

namespace sganc {
namespace {

constexpr std::int64_t kWinogradChannels = 16, kMostPositions = 6;

/// The weights' shape {out, in, height, width} of a convolution or of one of its adjoints.
const Shape& weights_of(const Function& f, const Node& n) {
  return n.op == Op::conv_backward_weights ? n.type.shape : f.node(n.operands[1]).type.shape;
}

/// The largest divisor of `images` with which a block has at most `most` tiles; 1 at least.
std::int64_t images_of_block(std::int64_t images, std::int64_t tiles, std::int64_t most) {
  for (std::int64_t block = images; block > 1; --block)
    if (images % block == 0 && block * tiles <= most) return block;
  return 1;
}

/// Tiles with the fewest products; none where Winograd's filtering does not serve: it takes two taps of each
/// phase along both axes, whole vectors of channels, and whole phases.
Tiling winograd_tiling(const Function& f, const Node& n) {
  if ((n.op != Op::conv && n.op != Op::conv_backward_data) || n.attributes.groups > 1 ||
      n.attributes.dilations != Attributes{}.dilations)
    return {};
  const Shape &w = weights_of(f, n), &out = n.type.shape;
  const auto& strides = n.attributes.strides;
  const bool up = n.op == Op::conv_backward_data;
  if (w[0] % kWinogradChannels != 0 || w[1] % kWinogradChannels != 0) return {};
  std::array<std::int64_t, 2> taps{}, outputs{};
  for (const std::size_t axis : {0U, 1U}) {
    taps[axis] = (w[2 + axis] + strides[axis] - 1) / strides[axis];
    outputs[axis] = out[1 + axis] / (up ? strides[axis] : 1);
    if (taps[axis] < 2 || taps[axis] > 3 || (up && out[1 + axis] % strides[axis] != 0)) return {};
  }
  Tiling best;
  std::int64_t least = 0, tiles = 0;
  for (std::int64_t m = 2; m + std::max(taps[0], taps[1]) - 1 <= kMostPositions; ++m) {
    std::int64_t products = 1, count = 1;
    for (const std::size_t axis : {0U, 1U}) {
      const std::int64_t along = (outputs[axis] + m - 1) / m;
      products *= along * (m + taps[axis] - 1);
      count *= along;
    }
    if (best.outputs > 0 && products >= least) continue;
    best.outputs = static_cast<int>(m), least = products, tiles = count;
  }
  // up, one phase after the other is in the cache; else all of them
  best.images = static_cast<int>(images_of_block(out[0], tiles, up ? 96 : 48));
  return tiles * best.images >= 6 ? best : Tiling{};
}

bool fits(const ProductRule& rule, const Function& f, const Node& n, const std::string& name) {
  if (!rule.fits(f.name, name) || (n.op == Op::matmul && rule.has_shape())) return false;
  if (n.op == Op::matmul) return true;
  const Shape& w = weights_of(f, n);
  const auto same = [](const auto& wanted, std::int64_t height, std::int64_t width) {
    return !wanted || *wanted == std::array{height, width};
  };
  const auto within = [](const auto& range, std::int64_t channels) {
    return !range || range->includes(channels);
  };
  return same(rule.kernel, w[2], w[3]) &&
         same(rule.stride, n.attributes.strides[0], n.attributes.strides[1]) &&
         within(rule.input_channels, w[1]) && within(rule.output_channels, w[0]);
}

/// What cannot be done as the schedule says.
[[noreturn]] void refuse(const Location& where, const Function& f, const Node& n, const std::string& name) {
  if (n.op == Op::matmul)
    throw UserError{{where, "\"" + name + "\" is a matrix product, which oneDNN computes",
                     "say which convolutions are meant, by \"match\" or by their shape"}};
  const Shape& w = weights_of(f, n);
  const std::string what = n.attributes.groups > 1 ? "has groups"
                           : n.attributes.dilations != Attributes{}.dilations
                               ? "has dilations"
                               : "has " + std::to_string(w[1]) + " and " + std::to_string(w[0]) + " channels";
  throw UserError{{where,
                   "\"" + name + "\" " + what +
                       "; Halide's kernels are for plain convolutions with at most " +
                       std::to_string(kMostFewChannels) + " on one side",
                   "say which are meant, as in output_channels = \"1..4\""}};
}

[[noreturn]] void refuse_winograd(const Location& where, const Node& n, const std::string& name) {
  const std::string why = n.op == Op::matmul                  ? " is a matrix product"
                          : n.op == Op::conv_backward_weights ? " is the gradient of weights"
                                                              : " does not fit";
  throw UserError{{where,
                   "\"" + name + "\"" + why +
                       "; Winograd's filtering is for plain convolutions and their "
                       "data gradients of 2 or 3 taps a phase and multiples of 16 channels",
                   "say which are meant, by \"match\" or by their shape"}};
}

/// 7x7, 1 output channel
std::string sides_of(const Shape& w, bool input) {
  return std::to_string(w[2]) + "x" + std::to_string(w[3]) + ", " +
         counted(input ? w[1] : w[0], input ? "input channel" : "output channel");
}

/// By the table [convolution].
void choose_by_channels(Group& group, const Function& f, const Node& n, const Schedule& s) {
  group.kind = n.op == Op::matmul ? Group::Kind::matrix_product : Group::Kind::convolution;
  if (n.op == Op::matmul) {
    group.why = "a matrix product";
  } else if (n.attributes.groups > 1) {
    group.why = "groups = " + std::to_string(n.attributes.groups);
  } else if (n.attributes.dilations != Attributes{}.dilations) {
    group.why = "dilation = " + to_string(Shape(n.attributes.dilations));
  } else {
    const Shape& w = weights_of(f, n);
    const bool few_in = w[1] <= s.few_channels, few_out = w[0] <= s.few_channels;
    const bool by_input = few_in && s.few_input_channels == "halide";
    const std::string most = counted(s.few_channels, "channel");
    if (by_input || (few_out && s.few_output_channels == "halide")) {
      group.kind = Group::Kind::few_channels;
      group.why = sides_of(w, by_input) + ": at most " + most + " on a side";
    } else if (!few_in && !few_out) {
      group.why = "both sides have more than " + most;
    } else {
      group.why = sides_of(w, few_in) + ": schedule " + s.name + " says few_" +
                  (few_in ? "input" : "output") + "_channels = onednn";
    }
  }
}

/// Who computes it, in which precision: by [convolution], then by the last [[product]] that fits and says so.
void choose(Group& group, const Function& f, const Node& n, const Schedule& s) {
  choose_by_channels(group, f, n, s);
  std::string precision = s.precision.value;
  for (const auto& rule : s.products) {
    if (!fits(rule, f, n, group.name)) continue;
    if (rule.by) {
      const bool halide = rule.by->value == "halide", winograd = rule.by->value == "winograd";
      group.tiling = winograd ? winograd_tiling(f, n) : Tiling{};
      if (halide && !halide_can(f, n)) refuse(rule.by->where, f, n, group.name);
      if (winograd && group.tiling == Tiling{}) refuse_winograd(rule.by->where, n, group.name);
      if (n.op != Op::matmul)
        group.kind = halide     ? Group::Kind::few_channels
                     : winograd ? Group::Kind::winograd
                                : Group::Kind::convolution;
      group.why = "a [[product]] of schedule " + s.name + " says by = " + rule.by->value;
    }
    if (rule.precision) precision = rule.precision->value;
  }
  const bool by_halide = group.kind == Group::Kind::few_channels || group.kind == Group::Kind::winograd;
  if (!by_halide && precision == "bf16") group.precision = Precision::bf16;
}

/// trunk.conv_1.forward, trunk.conv_1.backward_data, trunk.conv_1.backward_weights
std::string name_of(const Function& f, const Node& n) {
  if (!n.origin.gradient) return n.origin.part + ".forward";
  const bool weights = n.op == Op::conv_backward_weights ||
                       (n.op == Op::matmul && n.attributes.transpose_a) ||
                       f.node(n.operands[0]).op == Op::variable;
  return n.origin.part + (weights ? ".backward_weights" : ".backward_data");
}

}  // namespace

bool halide_can(const Function& f, const Node& n) {
  if (n.op == Op::matmul || n.attributes.groups > 1 || n.attributes.dilations != Attributes{}.dilations)
    return false;
  const Shape& w = weights_of(f, n);
  return std::min(w[0], w[1]) <= kMostFewChannels;
}

bool in_bf16(const Function& function, Value product, const Schedule& schedule) {
  const Node& n = function.node(product);
  Group group{.name = name_of(function, n)};
  choose(group, function, n, schedule);
  return group.precision == Precision::bf16;
}

void choose_implementations(Compilation& c) {
  const Function& f = c.function;
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    if (info(f.nodes[i].op).kind != OpClass::product) continue;
    const Value v{static_cast<int>(i)};
    Group group{.name = name_of(f, f.nodes[i])};
    choose(group, f, f.nodes[i], *c.schedule);
    group.anchor = v;
    group.outputs = {v};
    c.plan.products[v] = std::move(group);
  }
}

}  // namespace sganc
