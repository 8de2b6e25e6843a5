#include <algorithm>

#include "compiler/language/spelling.h"
#include "compiler/passes/pass.h"

namespace sganc {
namespace {

// By default where it saves so much, and where the products are large enough to run at the machine's speed.
constexpr double kWorthWinograd = 1.6;
constexpr std::int64_t kWorthChannels = 32;
// Weights are transformed for each use: fewer tiles do not repay it. `bench/growth`, with the limit and
// without: batch 1 7.9 and 15.1 ms a step, batch 2 12.3 and 18.3, batch 5 24.7 and 27.8, batch 10 42.5
// and 43.
constexpr std::int64_t kWorthTiles = 128;

bool fits(const ProductRule& rule, const Function& f, const Node& n, const std::string& name) {
  if (!rule.fits(f.name, name) || (n.op == Op::matmul && rule.has_shape())) return false;
  if (n.op == Op::matmul) return true;
  const Shape& w = weights_shape(f, n);
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
  const Shape& w = weights_shape(f, n);
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
  throw UserError{
      {where,
       "\"" + name + "\" " + (n.op == Op::matmul ? "is a matrix product" : "does not fit") +
           "; Winograd's filtering is for convolutions without groups and dilation, of 2 or 3 taps a "
           "phase of the stride, and multiples of " +
           std::to_string(kWinogradChannels) + " channels",
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
    const Shape& w = weights_shape(f, n);
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

/// As [convolution] wants it where no [[product]] says otherwise.
void choose_winograd(Group& group, const Function& f, const Node& n) {
  const auto choice = winograd_tiling(f, n);
  const Shape& w = weights_shape(f, n);
  if (!choice || choice->fewer < kWorthWinograd || std::min(w[0], w[1]) < kWorthChannels ||
      choice->tiles < kWorthTiles)
    return;
  char why[64];
  std::snprintf(why, sizeof why, "%.2f times fewer products, by tiles of %dx%d", choice->fewer,
                choice->tiling.outputs, choice->tiling.outputs);
  group.kind = Group::Kind::winograd;
  group.tiling = choice->tiling;
  group.why = why;
}

void choose_as_said(Group& group, const std::string& by, const Location& where, const Function& f,
                    const Node& n) {
  group.kind = n.op == Op::matmul ? Group::Kind::matrix_product : Group::Kind::convolution;
  group.tiling = {};
  if (by == "halide") {
    if (!halide_can(f, n)) refuse(where, f, n, group.name);
    group.kind = Group::Kind::few_channels;
  }
  if (by == "winograd") {
    const auto choice = winograd_tiling(f, n);
    if (!choice) refuse_winograd(where, n, group.name);
    group.kind = Group::Kind::winograd;
    group.tiling = choice->tiling;
  }
}

/// Who computes it, in which precision: by [convolution], then by the last [[product]] that fits and says so.
void choose(Group& group, const Function& f, const Node& n, const Schedule& s) {
  choose_by_channels(group, f, n, s);
  std::string precision = s.precision.value;
  bool said = false;
  for (const auto& rule : s.products) {
    if (!fits(rule, f, n, group.name)) continue;
    if (rule.by) {
      choose_as_said(group, rule.by->value, rule.by->where, f, n);
      group.why = "a [[product]] of schedule " + s.name + " says by = " + rule.by->value;
      said = true;
    }
    if (rule.precision) precision = rule.precision->value;
  }
  if (group.kind == Group::Kind::convolution && !said && precision == "f32" && s.fewer_products == "winograd")
    choose_winograd(group, f, n);
  if (!is_kernel(group.kind) && precision == "bf16") group.precision = Precision::bf16;
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

const Shape& weights_shape(const Function& f, const Node& n) {
  return n.op == Op::conv_backward_weights ? n.type.shape : f.node(n.operands[1]).type.shape;
}

bool halide_can(const Function& f, const Node& n) {
  if (n.op == Op::matmul || n.attributes.groups > 1 || n.attributes.dilations != Attributes{}.dilations)
    return false;
  const Shape& w = weights_shape(f, n);
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
