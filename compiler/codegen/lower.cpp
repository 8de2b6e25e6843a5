#include "compiler/codegen/lower.h"

#include <algorithm>
#include <stdexcept>

#include "compiler/codegen/merge_steps.h"
#include "compiler/codegen/target.h"
#include "compiler/graph/cost.h"

namespace sganc {
namespace {

/// Lowers one planned function to steps.
class FunctionLowering {
 public:
  FunctionLowering(const Compilation& c, KernelLibraryBuilder& library)
      : f_(c.function), c_(c), library_(library) {}

  std::vector<LoweredStep> steps() {
    std::vector<LoweredStep> result;
    for (const auto& group : c_.plan.groups) result.push_back(lower(group));
    merge_neighbours(result);
    for (const auto& copy : c_.plan.copies) {
      const Buffer from = buffer(copy.value);
      Buffer to = from;
      to.space = Space::variables;
      to.offset = c_.layout->offsets.at(copy.variable);
      result.push_back(
          {.step = {copy.variable + ".store", Copy{from, to}, 0, 2 * f_.node(copy.value).type.bytes()},
           .copy = &copy});
    }
    return result;
  }

  /// The memory of a value or of a view, under the value's own shape.
  Buffer buffer(Value v) const {
    Buffer b = c_.plan.buffers.at(stored_as(f_, v));
    b.extents = f_.node(v).type.shape;
    return b;
  }

 private:
  LoweredStep lower(const Group& group) {
    LoweredStep lowered;
    if (group.kind == Group::Kind::convolution)
      lowered.step.work = convolution(group);
    else if (group.kind == Group::Kind::matrix_product)
      lowered.step.work = matrix_product(group);
    else
      lowered = kernel_call(group);
    lowered.groups = {&group};
    lowered.step.name = group.name;
    lowered.step.flops = flops(group);
    for (Value v : group.inputs) lowered.step.bytes += std::max<std::int64_t>(0, f_.node(v).type.bytes());
    for (Value v : group.outputs) lowered.step.bytes += f_.node(v).type.bytes();
    return lowered;
  }

  /// Counted directly, whatever the implementation: two operations for each multiply-add of a product, one
  /// for each element of a pointwise result.
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
    else if (cut.description.tiling != Tiling{})
      b.extents =
          tiled_extents(cut.description.function.node(cut.description.anchor), cut.description.tiling);
    return b;
  }

  LoweredStep kernel_call(const Group& group) {
    const CutKernel cut = scheduled_kernel(c_, group);
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

  const Function& f_;
  const Compilation& c_;
  KernelLibraryBuilder& library_;
};

/// To where a function's arena begins behind another's.
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
}

/// What schedules may name.
struct GroupNames {
  std::vector<std::string> kernels, products;
};

/// Lowers `function` into `program`: its inputs, steps and outputs; arena offsets count from `base`.
void append(const Module& module, const Function& function, const Schedule& schedule,
            const VariableLayout& layout, const PassOptions& passes, KernelLibraryBuilder& library,
            std::int64_t base, FunctionProgram& program, std::int64_t& arena_end, GroupNames& names) {
  const Compilation c = run_passes(function, module, schedule, layout, passes);
  for (const auto& group : c.plan.groups) {
    if (is_kernel(group.kind)) names.kernels.push_back(group.name);
    if (group.anchor.id >= 0) names.products.push_back(group.name);
  }
  FunctionLowering lowering(c, library);
  for (const auto& n : c.function.nodes)
    if (n.op == Op::input) program.inputs.push_back({n.attributes.name, n.type.dtype, n.type.shape});
  for (auto& lowered : lowering.steps()) {
    shift_arena(lowered.step, base);
    program.steps.push_back(std::move(lowered.step));
  }
  for (const auto& r : c.function.results) {
    if (module.variable(r.name)) continue;
    Buffer b = lowering.buffer(r.value);
    if (b.space == Space::arena) b.offset += base;
    program.outputs.push_back({r.name, b});
  }
  arena_end = base + c.plan.arena_bytes;
}

/// What a schedule keeps apart or stores are layers of the model.
void require_known_layers(const Schedule& schedule, const Module& module) {
  if (schedule.fusion.store.empty() && schedule.fusion.apart.empty()) return;
  std::set<std::string> known;
  std::vector<std::string> layers;  // the same in their order
  for (const auto& function : module.functions)
    for (const auto& node : function.nodes)
      if (const auto& part = node.origin.part; !part.empty() && known.insert(part).second)
        layers.push_back(part);
  for (const auto* names : {&schedule.fusion.store, &schedule.fusion.apart})
    for (const auto& name : *names)
      if (name.value.find('*') == std::string::npos && !known.contains(name.value))
        throw UserError{{name.where, "the model \"" + module.name + "\" has no layer \"" + name.value + "\"",
                         suggestion(name.value, layers)}};
}

/// A schedule that names a kernel or product, and not a pattern, that the model does not have is mistaken.
void require_known_names(const Schedule& schedule, const Module& module, const GroupNames& known) {
  const auto require = [&](const Located<std::string>& match, const std::string& what,
                           const std::vector<std::string>& names, const std::string& list) {
    if (match.value.find_first_of("*/") != std::string::npos || std::ranges::count(names, match.value))
      return;
    throw UserError{{match.where,
                     "the model \"" + module.name + "\" has no " + what + " \"" + match.value + "\"",
                     std::ranges::count(known.products, match.value)
                         ? "oneDNN computes it; [[product]] says by whom it is"
                         : suggestion(match.value, names, "`compile MODEL --emit " + list + "` lists them")}};
  };
  for (const auto& kernel : schedule.kernels) require(kernel.match, "kernel", known.kernels, "kernels");
  for (const auto& rule : schedule.products) require(rule.match, "product", known.products, "plan");
}

}  // namespace

CutKernel scheduled_kernel(const Compilation& c, const Group& group) {
  CutKernel cut = cut_kernel(c.function, group, c.plan);
  cut.description.target = features_for(*c.schedule);
  cut.description.override_schedule = c.schedule->override_for(c.function.name, group.name);
  return cut;
}

std::vector<LoweredStep> lowered_steps(const Compilation& c, KernelLibraryBuilder& library) {
  return FunctionLowering(c, library).steps();
}

Program lower(const Module& module, const Schedule& schedule, const LibraryOptions& options,
              const PassOptions& passes) {
  Program program{.name = module.name};
  const VariableLayout layout = lay_out_variables(module);
  program.variable_bytes = layout.bytes;
  for (const auto& name : layout.order) {
    const Variable& v = *module.variable(name);
    program.variables.push_back(
        {v.name, v.role, v.net, layout.offsets.at(name), v.type.dtype, v.type.shape, v.initializer});
  }
  require_known_layers(schedule, module);
  KernelLibraryBuilder library(options);
  GroupNames names;
  for (const auto& function : module.functions) {
    if (function.name.ends_with(".apply")) continue;
    FunctionProgram& lowered = program.functions.emplace_back(FunctionProgram{.name = function.name});
    std::int64_t end = 0;
    append(module, function, schedule, layout, passes, library, 0, lowered, end, names);
    if (const Function* apply = module.function(function.name + ".apply")) {
      if (std::ranges::any_of(apply->nodes, [](const Node& n) { return n.op == Op::input; }))
        throw std::logic_error("an optimizer has no inputs");
      append(module, *apply, schedule, layout, passes, library, end, lowered, end, names);
    }
    program.arena_bytes = std::max(program.arena_bytes, end);
  }
  require_known_names(schedule, module, names);
  program.kernel_library = library.build().string();
  return program;
}

std::vector<UsedKernel> kernels_of(const Module& module, const Schedule& schedule,
                                   const PassOptions& passes) {
  std::vector<UsedKernel> kernels;
  const VariableLayout layout = lay_out_variables(module);
  for (const auto& function : module.functions) {
    const Compilation c = run_passes(function, module, schedule, layout, passes);
    for (const auto& group : c.plan.groups)
      if (is_kernel(group.kind)) kernels.push_back({function.name, scheduled_kernel(c, group)});
  }
  return kernels;
}

}  // namespace sganc
