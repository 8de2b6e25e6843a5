#include "compiler/codegen/lower.h"

#include <algorithm>
#include <stdexcept>

#include "compiler/codegen/merge_steps.h"
#include "compiler/primitives/cost.h"
#include "compiler/schedule/target.h"

namespace sganc {
namespace {

/// Lowers one planned function to steps.
class FunctionLowering {
 public:
  FunctionLowering(const PlannedModule& module, const PlannedFunction& planned, KernelLibraryBuilder& library)
      : module_(module), planned_(planned), f_(planned.function), plan_(planned.plan), library_(library) {}

  std::vector<LoweredStep> steps() {
    std::vector<LoweredStep> result;
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
      const Group& group = plan_.groups[i];
      end_messages(i, result);
      if (group.is_message)
        append_message(group, is_awaited_at_once(i), result);
      else
        result.push_back(lower(group));
    }
    end_messages(plan_.groups.size(), result);
    merge_neighbours(result);
    for (const auto& copy : plan_.copies) result.push_back({.step = lower(copy), .copy = &copy});
    return result;
  }

  /// The memory of a value or of a view, under the value's own shape.
  Buffer buffer(Value v) const {
    Buffer b = plan_.buffers.at(stored_as(f_, v));
    b.extents = f_.node(v).type.shape;
    return b;
  }

 private:
  LoweredStep lower(const Group& group) {
    LoweredStep lowered;
    if (is_kernel(group))
      lowered = kernel_call(group);
    else if (f_.node(group.anchor).op == Op::matmul)
      lowered.step.work = matrix_product(group);
    else
      lowered.step.work = convolution(group);
    lowered.groups = {&group};
    lowered.step.name = group.name;
    lowered.step.layer = group.layer;
    lowered.step.purpose = group.purpose;
    lowered.step.flops = flops(group);
    for (Value v : group.inputs) lowered.step.bytes += std::max<std::int64_t>(0, stored_bytes(planned_, v));
    for (Value v : group.outputs) lowered.step.bytes += stored_bytes(planned_, v);
    return lowered;
  }

  /// The message's values, in the order in which they lie in memory.
  std::vector<Buffer> in_order_of_memory(const Group& message) const {
    std::vector<Buffer> values;
    for (Value v : message.outputs) values.push_back(buffer(v));
    std::ranges::sort(values, {}, [](const Buffer& b) { return std::pair(b.space, b.offset); });
    return values;
  }

  /// Whether nothing is computed while the message travels.
  bool is_awaited_at_once(std::size_t message) const {
    return plan_.groups[message].awaited_at == message + 1;
  }

  LoweredStep message_step(const Group& group, const std::string& suffix, decltype(Step::work) work,
                           std::int64_t bytes) const {
    LoweredStep lowered{.groups = {&group}};
    lowered.step = {
        .name = group.name + suffix, .layer = group.layer, .work = std::move(work), .bytes = bytes};
    return lowered;
  }

  /// Copies operands that something else reads too, and then sums each run of neighbours in memory by a step,
  /// or by one that begins the sum and, where it is awaited, one that ends it.
  void append_message(const Group& group, bool at_once, std::vector<LoweredStep>& steps) const {
    for (std::size_t i = 0; i < group.outputs.size(); ++i) {
      const Buffer to = buffer(group.outputs[i]);
      Buffer from = plan_.buffers.at(group.inputs[i]);
      from.extents = to.extents;
      if (from != to)
        steps.push_back(
            message_step(group, ".copy", Copy{from, to}, 2 * stored_bytes(planned_, group.outputs[i])));
    }
    append_sums(group, at_once ? AllReduce::Part::whole : AllReduce::Part::begin, steps);
  }

  /// Ends the messages that the group at that place awaits.
  void end_messages(std::size_t place, std::vector<LoweredStep>& steps) const {
    for (std::size_t i = 0; i < place; ++i)
      if (plan_.groups[i].is_message && plan_.groups[i].awaited_at == place && !is_awaited_at_once(i))
        append_sums(plan_.groups[i], AllReduce::Part::end, steps);
  }

  void append_sums(const Group& group, AllReduce::Part part, std::vector<LoweredStep>& steps) const {
    std::vector<AllReduce> sums;
    for (const Buffer& value : in_order_of_memory(group)) {
      const std::int64_t end = value.offset + Type{value.dtype, value.extents}.bytes();
      if (sums.empty() || !follows(sums.back().range, value))
        sums.push_back({part, {value.space, value.offset, value.dtype, {0}}, {}});
      sums.back().range.extents = {(end - sums.back().range.offset) / size_of(value.dtype)};
      sums.back().values.push_back(value);
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const bool ends = part == AllReduce::Part::end;
      const std::int64_t bytes = ends ? 0 : sums[i].range.extents[0] * size_of(DType::f32);
      const std::string number = i == 0 ? "" : ".part_" + std::to_string(i + 1);
      steps.push_back(message_step(group, number + (ends ? ".end" : ""), std::move(sums[i]), bytes));
    }
  }

  /// Whether the buffer begins where the range ends, up to the gap before a multiple of kAlignment.
  static bool follows(const Buffer& range, const Buffer& buffer) {
    const std::int64_t end = range.offset + range.extents[0] * size_of(range.dtype);
    return range.space == buffer.space && buffer.offset >= end && buffer.offset - end < kAlignment;
  }

  /// A copy of a layer's statistic counts for the layer, any other copy for the optimizer or for the
  /// averages.
  Step lower(const PlannedCopy& copy) const {
    const Variable& variable = *module_.module.variable(copy.variable);
    const Buffer from = buffer(copy.value);
    Buffer to = from;
    to.space = Space::variables;
    to.offset = module_.layout.offsets.at(copy.variable);
    const bool of_layer = f_.role == FunctionRole::update && variable.role == Role::statistic;
    return {.name = copy.variable + ".store",
            .layer = of_layer                           ? variable.origin.part
                     : f_.role == FunctionRole::average ? "average"
                                                        : "optimizer",
            .work = Copy{from, to},
            .bytes = 2 * f_.node(copy.value).type.bytes()};
  }

  /// Counts operations directly, whatever the implementation: two for each multiply-add of a product, one for
  /// each element of a pointwise result.
  double flops(const Group& group) const {
    if (group.anchor.id < 0) {
      double count = 0;
      for (Value v : group.outputs) count += static_cast<double>(f_.node(v).type.elements());
      return count;
    }
    return 2.0 * static_cast<double>(multiply_adds(f_, f_.node(group.anchor)));
  }

  Convolution convolution(const Group& group) const {
    const Node& n = f_.node(group.anchor);
    Convolution c{.strides = n.attributes.strides,
                  .pads = n.attributes.pads,
                  .dilations = n.attributes.dilations,
                  .groups = n.attributes.groups,
                  .activation = group.activation,
                  .precision = group.precision};
    const Buffer a = buffer(n.operands[0]), b = buffer(n.operands[1]), result = buffer(group.outputs[0]);
    if (n.op == Op::conv) c.kind = Convolution::Kind::forward, c.x = a, c.w = b, c.y = result;
    if (n.op == Op::conv_backward_data)
      c.kind = Convolution::Kind::backward_data, c.y = a, c.w = b, c.x = result;
    if (n.op == Op::conv_backward_weights)
      c.kind = Convolution::Kind::backward_weights, c.x = a, c.y = b, c.w = result;
    if (group.bias.id >= 0) c.bias = {buffer(group.bias)};
    if (group.bias_gradient.id >= 0) c.bias = {buffer(group.bias_gradient)};
    c.bias_of_x = group.bias_of_x;
    return c;
  }

  MatrixProduct matrix_product(const Group& group) const {
    const Node& n = f_.node(group.anchor);
    MatrixProduct p{.a = buffer(n.operands[0]), .b = buffer(n.operands[1]), .c = buffer(group.outputs[0])};
    p.c.extents = n.type.shape;
    p.transpose_a = n.attributes.transpose_a;
    p.transpose_b = n.attributes.transpose_b;
    if (group.bias.id >= 0) p.bias = {buffer(group.bias)};
    p.activation = group.activation;
    p.precision = group.precision;
    return p;
  }

  /// The extents under which a kernel sees an argument (see Parameters in emit.cpp).
  Buffer argument(Value v, const CutKernel& cut, bool output, const std::set<Value>& tables) const {
    Buffer b = buffer(v);
    const Type& type = f_.node(v).type;
    if (cut.description.flat && type.dtype == DType::f32 && !type.shape.empty())
      b.extents = {(type.elements() + kFlatBlock - 1) / kFlatBlock, kFlatBlock};
    else if (tables.contains(v))
      b.extents = {type.shape[0], type.elements() / type.shape[0]};
    else if (!output)
      b.extents = {type.elements()};
    else if (cut.description.implementation && cut.description.implementation->written)
      b.extents = cut.description.written();
    return b;
  }

  LoweredStep kernel_call(const Group& group) {
    const CutKernel cut = scheduled_kernel(module_, planned_, group);
    std::set<Value> tables;
    bool indexed = group.anchor.id >= 0;
    for (const auto& n : cut.description.function.nodes) indexed = indexed || n.op == Op::random;
    for (const auto& n : f_.nodes)
      if (n.op == Op::gather && n.attributes.axes.empty()) tables.insert(n.operands[0]);

    LoweredStep lowered;
    KernelCall call{.symbol = library_.add(cut.description)};
    for (Value v : cut.inputs) call.arguments.push_back(argument(v, cut, false, tables));
    for (Value v : cut.outputs) {
      call.arguments.push_back(argument(v, cut, true, tables));
      call.values.push_back(buffer(v));
    }
    call.outputs = static_cast<int>(cut.outputs.size());
    lowered.step.work = std::move(call);
    lowered.mergeable = group.flat && !indexed;
    return lowered;
  }

  const PlannedModule& module_;
  const PlannedFunction& planned_;
  const Function& f_;
  const Plan& plan_;
  KernelLibraryBuilder& library_;
};

/// Moves the step's buffers in the arena by `offset`, since the arenas of functions lie one after the other.
void shift_arena(Step& step, std::int64_t offset) {
  const auto shift = [&](Buffer& b) {
    if (b.space == Space::arena) b.offset += offset;
  };
  const auto shift_all = [&](auto& buffers) {
    for (Buffer& b : buffers) shift(b);
  };
  if (auto* k = std::get_if<KernelCall>(&step.work)) shift_all(k->arguments), shift_all(k->values);
  if (auto* c = std::get_if<Convolution>(&step.work))
    shift(c->x), shift(c->w), shift(c->y), shift_all(c->bias);
  if (auto* p = std::get_if<MatrixProduct>(&step.work))
    shift(p->a), shift(p->b), shift(p->c), shift_all(p->bias);
  if (auto* m = std::get_if<Copy>(&step.work)) shift(m->from), shift(m->to);
  if (auto* r = std::get_if<AllReduce>(&step.work)) shift(r->range), shift_all(r->values);
}

/// Adds the function's inputs, steps and outputs. Its arena begins at `base`. Returns the end of its arena.
std::int64_t append(const PlannedModule& module, const PlannedFunction& planned,
                    KernelLibraryBuilder& library, std::int64_t base, FunctionProgram& program) {
  FunctionLowering lowering(module, planned, library);
  for (const auto& n : planned.function.nodes)
    if (n.op == Op::input)
      program.inputs.push_back({n.attributes.name, n.type.dtype, n.type.shape,
                                n.attributes.shape.empty() ? 0 : n.attributes.shape[0]});
  for (auto& lowered : lowering.steps()) {
    shift_arena(lowered.step, base);
    program.steps.push_back(std::move(lowered.step));
  }
  for (const auto& r : planned.function.results) {
    if (module.module.variable(r.name)) continue;
    Buffer b = lowering.buffer(r.value);
    if (b.space == Space::arena) b.offset += base;
    program.outputs.push_back({r.name, b});
  }
  return base + planned.plan.arena_bytes;
}

}  // namespace

CutKernel scheduled_kernel(const PlannedModule& planned, const PlannedFunction& function,
                           const Group& group) {
  CutKernel cut = cut_kernel(function.function, group, function.plan);
  cut.description.target = features_for(planned.schedule, planned.machine);
  if (const auto* said = planned.schedule.override_for(function.function.name, group.name))
    cut.description.override_schedule = *said;
  return cut;
}

std::vector<LoweredStep> lowered_steps(const PlannedModule& planned, const PlannedFunction& function,
                                       KernelLibraryBuilder& library) {
  return FunctionLowering(planned, function, library).steps();
}

Program lower(const PlannedModule& planned, const LibraryOptions& options) {
  Program program{.name = planned.module.name, .rank = planned.module.rank, .ranks = planned.module.ranks};
  program.variable_bytes = planned.layout.bytes;
  for (const auto& name : planned.layout.order) {
    const Variable& v = *planned.module.variable(name);
    program.variables.push_back(
        {v.name, v.role, v.net, planned.layout.offsets.at(name), v.type.dtype, v.type.shape, v.initializer});
  }
  KernelLibraryBuilder library(options);
  for (const auto& f : planned.functions) {
    const Function& function = f.function;
    if (function.role == FunctionRole::apply) continue;
    FunctionProgram& lowered = program.functions.emplace_back(
        FunctionProgram{.name = function.name, .role = function.role, .update = function.update});
    std::int64_t end = append(planned, f, library, 0, lowered);
    if (const PlannedFunction* apply = planned.optimizer_of(f)) {
      if (std::ranges::count(apply->function.nodes, Op::input, &Node::op) > 0)
        throw std::logic_error("an optimizer has no inputs");
      end = append(planned, *apply, library, end, lowered);
    }
    program.arena_bytes = std::max(program.arena_bytes, end);
  }
  program.kernel_library = library.build().string();
  return program;
}

std::filesystem::path kernel_library(const std::vector<PlannedModule>& planned,
                                     const LibraryOptions& options) {
  KernelLibraryBuilder library(options);
  for (const auto& module : planned)
    for (const auto& function : module.functions) lowered_steps(module, function, library);
  return library.build();
}

std::vector<UsedKernel> kernels_of(const PlannedModule& planned) {
  std::vector<UsedKernel> kernels;
  for (const auto& f : planned.functions)
    for (const auto& group : f.plan.groups)
      if (is_kernel(group)) kernels.push_back({f.function.name, scheduled_kernel(planned, f, group)});
  return kernels;
}

}  // namespace sganc
