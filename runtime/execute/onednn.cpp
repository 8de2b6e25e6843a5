#include "runtime/execute/onednn.h"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/execute/memory.h"
#include "runtime/execute/onednn_versions.h"

namespace sganc {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::primitive_attr;
using dnnl::prop_kind;
using Tag = memory::format_tag;

using Type = memory::data_type;
constexpr auto kF32 = Type::f32;

algorithm eltwise_of(const Activation& activation) {
  switch (activation.kind) {
    case Activation::Kind::leaky_relu:
      return algorithm::eltwise_relu;
    case Activation::Kind::tanh:
      return algorithm::eltwise_tanh;
    case Activation::Kind::sigmoid:
      return algorithm::eltwise_logistic;
    case Activation::Kind::none:
      break;
  }
  return algorithm::undef;
}

/// Scratch memory comes from the shared buffer. The activation, if there is one, is a post-op.
primitive_attr attributes(const Activation& activation = {}) {
  primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (activation.kind == Activation::Kind::none) return attr;
  dnnl::post_ops ops;
  append_eltwise(ops, eltwise_of(activation), activation.slope);
  attr.set_post_ops(ops);
  return attr;
}

void expect(const std::string& step, const Buffer& buffer, std::size_t rank, const char* what) {
  const bool is_number = buffer.dtype == DType::f32 || buffer.dtype == DType::bf16;
  if (!is_number || buffer.extents.size() != rank)
    throw std::logic_error("step '" + step + "': " + what + " is to be f32 or bf16 of rank " +
                           std::to_string(rank));
}

/// The type of its numbers in memory.
Type stored(const Buffer& b) {
  return b.dtype == DType::bf16 ? Type::bf16 : kF32;
}

/// An activation {n, h, w, c} as oneDNN names its dimensions, {n, c, h, w}.
memory::desc nhwc(const Buffer& b, Type type) {
  return memory::desc({b.extents[0], b.extents[3], b.extents[1], b.extents[2]}, type, Tag::nhwc);
}

memory::desc nhwc(const Buffer& b) {
  return nhwc(b, stored(b));
}

/// Weights in the order of checkpoints, {o, i, h, w}; with groups, {group, o, i, h, w}.
memory::desc weights(const Convolution& step, bool any_order, Type type) {
  memory::dims extents = step.w.extents;
  if (step.groups == 1) return memory::desc(extents, type, any_order ? Tag::any : Tag::oihw);
  extents[0] /= step.groups;
  extents.insert(extents.begin(), step.groups);
  return memory::desc(extents, type, any_order ? Tag::any : Tag::goihw);
}

memory::desc weights(const Convolution& step) {
  return weights(step, false, stored(step.w));
}

/// What a product multiplies.
Type factors(Precision precision) {
  return precision == Precision::bf16 ? Type::bf16 : kF32;
}

/// An activation as a matrix of pixels by channels.
memory::desc pixels(const Buffer& b) {
  return memory::desc({b.extents[0] * b.extents[1] * b.extents[2], b.extents[3]}, kF32, Tag::ab);
}

memory::desc row(std::int64_t columns) {
  return memory::desc({1, columns}, kF32, Tag::ab);
}

/// A stored matrix, or its transpose.
memory::desc matrix(const Buffer& b, bool transposed, Type type) {
  const std::int64_t rows = b.extents[0], columns = b.extents[1];
  return transposed ? memory::desc({columns, rows}, type, Tag::ba)
                    : memory::desc({rows, columns}, type, Tag::ab);
}

memory::desc matrix(const Buffer& b, bool transposed) {
  return matrix(b, transposed, stored(b));
}

/// One primitive with its arguments, kept so that an execution builds nothing.
struct Stage {
  dnnl::primitive primitive;
  std::vector<memory> memories;
  std::vector<dnnl_exec_arg_t> arguments;
};

std::int64_t aligned(std::size_t bytes) {
  return (static_cast<std::int64_t>(bytes) + kAlignment - 1) / kAlignment * kAlignment;
}

/// Runs `body`. An error of oneDNN becomes a std::runtime_error that names the step and the operation.
template <typename Body>
auto explained(const std::string& what, Body body) {
  try {
    return body();
  } catch (const dnnl::error& e) {
    throw std::runtime_error(what + ": oneDNN: " + e.what());
  }
}

struct Window {
  memory::dims strides, gaps, before, after;  // gaps: pixels between two taps
  explicit Window(const Convolution& step)
      : strides(step.strides),
        gaps{step.dilations[0] - 1, step.dilations[1] - 1},
        before{step.pads[0], step.pads[1]},
        after{step.pads[2], step.pads[3]} {}
};

/// The forward convolution, from x and weights of `factor` to y of `sum`.
auto describe_forward(const dnnl::engine& engine, const primitive_attr& attr, const Convolution& step,
                      Type factor, Type sum, const memory::desc& bias) {
  const Window w(step);
  return describe<dnnl::convolution_forward>(
      engine, attr, prop_kind::forward_training, algorithm::convolution_direct, nhwc(step.x, factor),
      weights(step, true, factor), bias, nhwc(step.y, sum), w.strides, w.gaps, w.before, w.after);
}

/// The positions of operands in the argument of `execute`.
enum : std::size_t { kX = 0, kW = 1, kY = 2, kA = 0, kB = 1, kC = 2, kBias = 3 };

}  // namespace

struct OneDnn::State {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  AlignedBuffer scratch;
  std::vector<float> ones;
  int generation = 0;  // increases when scratch or ones move
};

/// The stages of one step in order, and the memories that they share.
struct OneDnn::Operation::Plan {
  State& state;
  std::string what;  // for errors: step 'd.conv_1': convolution forward
  std::vector<Stage> stages = {};
  std::vector<std::pair<std::size_t, memory>> views = {};  // of operands, some in several shapes
  std::vector<memory> scratches = {};  // one for each stage, all at the start of the shared buffer
  std::vector<memory> packed = {};     // operands in another layout or precision, after the scratches
  std::vector<memory> ones = {};       // none or one
  std::int64_t scratch_bytes = 0;
  int placed = -1;  // the generation for which scratches, packed and ones have their addresses
  std::size_t operands = 0;
  int reorders = 0;
  std::string implementation = {};  // of the first stage that is not a reorder

  memory empty(const memory::desc& desc) const { return memory(desc, state.engine, DNNL_MEMORY_NONE); }

  memory view(std::size_t operand, const memory::desc& desc) {
    operands = std::max(operands, operand + 1);
    return views.emplace_back(operand, empty(desc)).second;
  }

  /// The memory itself if it has the wanted layout and precision, else new memory that has.
  memory packed_like(const memory::desc& wanted, const memory& plain) {
    return wanted == plain.get_desc() ? plain : packed.emplace_back(empty(wanted));
  }

  /// The same, with a reorder that fills it from `plain`.
  memory converted(const memory::desc& wanted, const memory& plain) {
    memory result = packed_like(wanted, plain);
    add_reorder(plain, result);
    return result;
  }

  template <typename Description>
  void add(const Description& description, std::initializer_list<std::pair<int, memory>> memories) {
    const memory scratch = scratches.emplace_back(empty(description.scratchpad_desc()));
    scratch_bytes = std::max(scratch_bytes, aligned(scratch.get_desc().get_size()));
    if (implementation.empty() && !std::is_same_v<Description, dnnl::reorder::primitive_desc>)
      implementation = description.impl_info_str();
    Stage& stage = stages.emplace_back(Stage{dnnl::primitive(description.get()), {}, {}});
    for (const auto& [argument, m] : memories) {
      stage.memories.push_back(m);
      stage.arguments.push_back({argument, m.get()});
    }
    stage.arguments.push_back({DNNL_ARG_SCRATCHPAD, scratch.get()});
  }

  void add_reorder(const memory& from, const memory& to) {
    if (from.get_desc() == to.get_desc()) return;
    ++reorders;
    add(dnnl::reorder::primitive_desc(state.engine, from.get_desc(), state.engine, to.get_desc(),
                                      attributes()),
        {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  }

  void add_forward(const Convolution& step);
  void add_backward_data(const Convolution& step);
  void add_backward_weights(const Convolution& step);
  void add_bias_and_activation(const Convolution& step);
  void add_sum_over_pixels(const Convolution& step);
  void add_product(const MatrixProduct& step);

  void reserve();
  void place();
};

void OneDnn::Operation::Plan::add_forward(const Convolution& step) {
  const bool biased = !step.bias.empty();
  const auto factor = factors(step.precision);
  const auto bias = biased ? memory::desc(step.bias[0].extents, kF32, Tag::x) : memory::desc();
  const auto description =
      describe_forward(state.engine, attributes(step.activation), step, factor, kF32, bias);
  const memory w = converted(description.weights_desc(), view(kW, weights(step)));
  const memory x = converted(nhwc(step.x, factor), view(kX, nhwc(step.x))), y = view(kY, nhwc(step.y));
  if (biased)
    add(description,
        {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_BIAS, view(kBias, bias)}, {DNNL_ARG_DST, y}});
  else
    add(description, {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, y}});
}

void OneDnn::Operation::Plan::add_backward_data(const Convolution& step) {
  const Window w(step);
  const auto factor = factors(step.precision);
  const auto hint = describe_forward(state.engine, attributes(), step, factor, factor, memory::desc());
  const auto description = describe_adjoint<dnnl::convolution_backward_data>(
      state.engine, attributes(), hint, algorithm::convolution_direct, nhwc(step.x),
      weights(step, true, factor), nhwc(step.y, factor), w.strides, w.gaps, w.before, w.after);
  const memory laid_out = converted(description.weights_desc(), view(kW, weights(step)));
  const memory y = converted(nhwc(step.y, factor), view(kY, nhwc(step.y)));
  add(description,
      {{DNNL_ARG_DIFF_SRC, view(kX, nhwc(step.x))}, {DNNL_ARG_WEIGHTS, laid_out}, {DNNL_ARG_DIFF_DST, y}});
  add_bias_and_activation(step);
}

/// x = f(x + bias) in place. A deconvolution with bias and post-op is the same in one primitive, but
/// oneDNN 2.6 runs both as scalar loops. 128 -> 128 channels, 4x4 stride 2, 14x14 to 28x28, batch 100, on 2
/// cores with AVX-512: deconvolution with bias and leaky ReLU 234 ms; backward data and this pass 36.5 ms.
/// (3.7.2: 34.4 and 34.6 ms.)
void OneDnn::Operation::Plan::add_bias_and_activation(const Convolution& step) {
  const memory::desc data = pixels(step.x);
  if (!step.bias.empty()) {
    const memory x = view(kX, data), bias = view(kBias, row(step.bias[0].extents[0]));
    const auto description = describe<dnnl::binary>(state.engine, attributes(step.activation),
                                                    algorithm::binary_add, data, bias.get_desc(), data);
    add(description, {{DNNL_ARG_SRC_0, x}, {DNNL_ARG_SRC_1, bias}, {DNNL_ARG_DST, x}});
  } else if (step.activation.kind != Activation::Kind::none) {
    const memory x = view(kX, data);
    const auto description = describe_eltwise(state.engine, attributes(), eltwise_of(step.activation), data,
                                              step.activation.slope);
    add(description, {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, x}});
  }
}

void OneDnn::Operation::Plan::add_backward_weights(const Convolution& step) {
  const Window w(step);
  const auto factor = factors(step.precision);
  const auto hint = describe_forward(state.engine, attributes(), step, factor, factor, memory::desc());
  const auto description = describe_adjoint<dnnl::convolution_backward_weights>(
      state.engine, attributes(), hint, algorithm::convolution_direct, nhwc(step.x, factor),
      weights(step, true, kF32), memory::desc(), nhwc(step.y, factor), w.strides, w.gaps, w.before, w.after);
  const memory plain = view(kW, weights(step));
  const memory laid_out = packed_like(description.diff_weights_desc(), plain);
  const memory x = converted(nhwc(step.x, factor), view(kX, nhwc(step.x)));
  const memory y = converted(nhwc(step.y, factor), view(kY, nhwc(step.y)));
  add(description, {{DNNL_ARG_SRC, x}, {DNNL_ARG_DIFF_WEIGHTS, laid_out}, {DNNL_ARG_DIFF_DST, y}});
  add_reorder(laid_out, plain);
  if (!step.bias.empty()) add_sum_over_pixels(step);
}

/// The bias's gradient is a row of ones times the pixels. 78,400 pixels of 128 channels on 2 cores: 0.9 ms,
/// where a deconvolution's own bias gradient takes 30 ms and oneDNN's reduction 130 ms.
void OneDnn::Operation::Plan::add_sum_over_pixels(const Convolution& step) {
  const Buffer& summed = step.bias_of_x ? step.x : step.y;
  const memory::desc data = pixels(summed), sum = row(step.bias[0].extents[0]);
  const std::int64_t count = summed.extents[0] * summed.extents[1] * summed.extents[2];
  ones.push_back(empty(row(count)));
  if (state.ones.size() < static_cast<std::size_t>(count)) {
    state.ones.assign(static_cast<std::size_t>(count), 1.f);
    ++state.generation;
  }
  const auto description =
      describe<dnnl::matmul>(state.engine, attributes(), ones[0].get_desc(), data, memory::desc(), sum);
  add(description, {{DNNL_ARG_SRC, ones[0]},
                    {DNNL_ARG_WEIGHTS, view(step.bias_of_x ? kX : kY, data)},
                    {DNNL_ARG_DST, view(kBias, sum)}});
}

void OneDnn::Operation::Plan::add_product(const MatrixProduct& step) {
  const bool biased = !step.bias.empty();
  const auto factor = factors(step.precision);
  const memory a =
      converted(matrix(step.a, step.transpose_a, factor), view(kA, matrix(step.a, step.transpose_a)));
  const memory b =
      converted(matrix(step.b, step.transpose_b, factor), view(kB, matrix(step.b, step.transpose_b)));
  const memory c = view(kC, matrix(step.c, false));
  const auto bias = biased ? row(step.bias[0].extents[0]) : memory::desc();
  const auto description = describe<dnnl::matmul>(state.engine, attributes(step.activation), a.get_desc(),
                                                  b.get_desc(), bias, c.get_desc());
  if (biased)
    add(description,
        {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_BIAS, view(kBias, bias)}, {DNNL_ARG_DST, c}});
  else
    add(description, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
}

/// Makes the shared buffer large enough for this plan.
void OneDnn::Operation::Plan::reserve() {
  std::int64_t needed = scratch_bytes;
  for (const memory& m : packed) needed += aligned(m.get_desc().get_size());
  if (needed <= state.scratch.size()) return;
  state.scratch = AlignedBuffer(needed);
  ++state.generation;
}

void OneDnn::Operation::Plan::place() {
  for (memory& m : scratches) m.set_data_handle(state.scratch.data());
  std::int64_t offset = scratch_bytes;
  for (memory& m : packed) {
    m.set_data_handle(state.scratch.data() + offset);
    offset += aligned(m.get_desc().get_size());
  }
  for (memory& m : ones) m.set_data_handle(state.ones.data());
  placed = state.generation;
}

OneDnn::OneDnn() : state_(std::make_unique<State>()) {}
OneDnn::~OneDnn() = default;

OneDnn::Operation OneDnn::prepare(const std::string& name, const Convolution& step) {
  static constexpr const char* kKinds[] = {"forward", "backward_data", "backward_weights"};
  expect(name, step.x, 4, "x");
  expect(name, step.w, 4, "w");
  expect(name, step.y, 4, "y");
  for (const Buffer& b : step.bias) expect(name, b, 1, "bias");
  if (step.strides.size() != 2 || step.pads.size() != 4 || step.dilations.size() != 2)
    throw std::logic_error("step '" + name + "': a convolution has 2 strides, 4 pads and 2 dilations");
  if (step.groups < 1 || step.w.extents[0] % step.groups != 0)
    throw std::logic_error("step '" + name + "': its groups do not divide its channels");
  const std::string what = "step '" + name + "': convolution " + kKinds[static_cast<std::size_t>(step.kind)];
  auto plan = std::make_unique<Operation::Plan>(Operation::Plan{*state_, what});
  explained(what, [&] {
    switch (step.kind) {
      case Convolution::Kind::forward:
        return plan->add_forward(step);
      case Convolution::Kind::backward_data:
        return plan->add_backward_data(step);
      case Convolution::Kind::backward_weights:
        return plan->add_backward_weights(step);
    }
  });
  plan->reserve();
  return Operation(std::move(plan));
}

OneDnn::Operation OneDnn::prepare(const std::string& name, const MatrixProduct& step) {
  expect(name, step.a, 2, "a");
  expect(name, step.b, 2, "b");
  expect(name, step.c, 2, "c");
  for (const Buffer& b : step.bias) expect(name, b, 1, "bias");
  const std::string what = "step '" + name + "': matrix product";
  auto plan = std::make_unique<Operation::Plan>(Operation::Plan{*state_, what});
  explained(what, [&] { plan->add_product(step); });
  plan->reserve();
  return Operation(std::move(plan));
}

std::int64_t OneDnn::scratch_bytes() const {
  return state_->scratch.size();
}

std::string OneDnn::version() {
  const dnnl_version_t* v = dnnl::version();
  return std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
}

OneDnn::Operation::Operation(std::unique_ptr<Plan> plan) : plan_(std::move(plan)) {}
OneDnn::Operation::Operation(Operation&&) noexcept = default;
OneDnn::Operation& OneDnn::Operation::operator=(Operation&&) noexcept = default;
OneDnn::Operation::~Operation() = default;

int OneDnn::Operation::reorders() const {
  return plan_->reorders;
}

const std::string& OneDnn::Operation::implementation() const {
  return plan_->implementation;
}

void OneDnn::Operation::execute(std::span<void* const> operands) {
  Plan& plan = *plan_;
  if (operands.size() < plan.operands) throw std::logic_error(plan.what + ": too few operands");
  explained(plan.what, [&] {
    if (plan.placed != plan.state.generation) plan.place();
    for (auto& [operand, m] : plan.views) m.set_data_handle(operands[operand]);
    for (const Stage& stage : plan.stages)
      dnnl::error::wrap_c_api(
          dnnl_primitive_execute(stage.primitive.get(), plan.state.stream.get(),
                                 static_cast<int>(stage.arguments.size()), stage.arguments.data()),
          "could not execute a primitive");
    plan.state.stream.wait();
  });
}

}  // namespace sganc
