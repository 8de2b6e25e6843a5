#include "compiler/codegen/emit.h"

#include <algorithm>

#include "compiler/codegen/expression.h"
#include "compiler/implementations/emission.h"
#include "compiler/schedule/fused_rules.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Var;

Halide::Type halide_type(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return Halide::Float(32);
    case DType::i32:
      return Halide::Int(32);
    default:
      return Halide::UInt(8);
  }
}

std::vector<Var> named_vars(const std::string& prefix, std::size_t count) {
  std::vector<Var> vars;
  for (std::size_t i = 0; i < count; ++i) vars.emplace_back(prefix + std::to_string(i));
  return vars;
}

/// Reverses coordinates: Halide counts axes from the innermost one, values from the outermost one.
template <class T>
std::vector<Expr> reversed(const std::vector<T>& at) {
  return {at.rbegin(), at.rend()};
}

/// A number that lies in memory, converted to f32 if it is bf16 there.
Expr as_loaded(const KernelDescription& kernel, Value v, const Expr& number) {
  return kernel.in_bf16.contains(v) ? Halide::cast<float>(number) : number;
}

/// A result, converted to bf16 if it is stored so.
Expr as_stored(const KernelDescription& kernel, Value v, const Expr& number) {
  return kernel.in_bf16.contains(v) ? Halide::cast(Halide::BFloat(16), number) : number;
}

/// The parameters of a kernel's inputs. A value has one dimension with all its elements, a table from which
/// rows are gathered has two, and a value of a flat kernel has two: blocks of 16.
class Parameters {
 public:
  explicit Parameters(const KernelDescription& kernel) : kernel_(kernel) {
    for (std::size_t i = 0; i < kernel.function.nodes.size(); ++i) {
      const Node& n = kernel.function.nodes[i];
      if (n.op == Op::gather && n.attributes.axes.empty()) tables_.insert(n.operands[0]);
    }
    for (std::size_t i = 0; i < kernel.function.nodes.size(); ++i) {
      const Node& n = kernel.function.nodes[i];
      const Value v{static_cast<int>(i)};
      if (n.op == Op::input)
        params_[v] = ImageParam(kernel.in_bf16.contains(v) ? Halide::BFloat(16) : halide_type(n.type.dtype),
                                dimensions(v), n.attributes.name);
    }
    for (auto& [v, param] : params_)
      if (is_blocked(v))
        param.dim(0)
            .set_bounds(0, static_cast<int>(kFlatBlock))
            .dim(1)
            .set_stride(static_cast<int>(kFlatBlock));
  }

  bool is_blocked(Value v) const {
    const Shape& shape = kernel_.function.node(v).type.shape;
    return kernel_.flat && shape.size() == 1 && shape[0] == kUnknownExtent;
  }

  Expr load(Value v, const Coordinates& at) const { return as_loaded(kernel_, v, load_as_stored(v, at)); }

  /// The operands in the order of inputs, without those that a result overwrites.
  std::vector<ImageParam> operands() const {
    std::vector<ImageParam> result;
    int index = 0;
    for (const auto& [v, param] : params_)
      if (std::ranges::find(kernel_.in_place, index++) == kernel_.in_place.end()) result.push_back(param);
    return result;
  }

  std::vector<Halide::Argument> arguments() const {
    const auto all = operands();
    return {all.begin(), all.end()};
  }

  Value input(int index) const { return std::next(params_.begin(), index)->first; }

 private:
  int dimensions(Value v) const { return is_blocked(v) || tables_.contains(v) ? 2 : 1; }

  Expr load_as_stored(Value v, const Coordinates& at) const {
    const ImageParam& param = params_.at(v);
    const Shape& shape = kernel_.function.node(v).type.shape;
    if (is_blocked(v)) return param(at[1], at[0]);
    if (kernel_.channels_innermost.contains(v)) return param(index_of_weight(at, shape));
    if (!tables_.contains(v)) return param(linear_index(at, shape));
    const Coordinates row(at.begin() + 1, at.end());
    return param(linear_index(row, Shape(shape.begin() + 1, shape.end())),
                 clamp(at[0], 0, param.dim(1).max()));
  }

  /// The index of the weight (o, i, ...) if the memory is {..., i, o}, or {..., o, i} for a transposed
  /// convolution, whose result has the channels i.
  Expr index_of_weight(const Coordinates& at, const Shape& shape) const {
    const bool is_conv = kernel_.function.node(kernel_.anchor).op == Op::conv;
    const std::size_t outer = is_conv ? 1 : 0, inner = 1 - outer;
    Coordinates turned(at.begin() + 2, at.end());
    Shape memory(shape.begin() + 2, shape.end());
    for (const std::size_t axis : {outer, inner}) {
      turned.push_back(at[axis]);
      memory.push_back(shape[axis]);
    }
    return linear_index(turned, memory);
  }

  const KernelDescription& kernel_;
  std::set<Value> tables_;
  std::map<Value, ImageParam> params_;
};

std::set<Value> results_of(const Function& f) {
  std::set<Value> results;
  for (const auto& r : f.results) results.insert(r.value);
  return results;
}

/// Declares the extents and strides that an output will have, so that they are constants in the code. The
/// other buffers of a Tuple get the extents of the first.
void fix_output(Func f, const Shape& shape) {
  const auto vars = f.args();
  auto buffers = f.output_buffers();
  int stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const int extent = static_cast<int>(shape[shape.size() - 1 - i]);
    f.bound(vars[i], 0, extent);
    buffers[0].dim(static_cast<int>(i)).set_bounds(0, extent);
    for (auto& buffer : buffers) buffer.dim(static_cast<int>(i)).set_stride(stride);
    stride *= extent;
  }
}

/// One Func for all results, with a loop over blocks of 16 elements. If results overwrite inputs, the Func is
/// an update of itself, which Halide computes as a whole before it stores.
EmittedKernel emit_flat(const KernelDescription& kernel, const Halide::Target& target) {
  const Function& f = kernel.function;
  Parameters parameters(kernel);
  Var lane("lane"), block("block");
  Func output("output");
  const bool in_place = std::ranges::any_of(kernel.in_place, [](int i) { return i >= 0; });
  std::vector<Expr> undefined;
  for (const auto& r : f.results) undefined.push_back(Halide::undef(halide_type(f.node(r.value).type.dtype)));
  if (in_place) output(lane, block) = Halide::Tuple(undefined);

  const auto load = [&](Value v, const Coordinates& at) -> Expr {
    for (std::size_t k = 0; k < kernel.in_place.size(); ++k)
      if (kernel.in_place[k] >= 0 && parameters.input(kernel.in_place[k]) == v)
        return f.results.size() == 1 ? Expr(output(lane, block)) : output(lane, block)[static_cast<int>(k)];
    return parameters.load(v, at);
  };
  Expressions expressions(f, {}, load);
  Expressions::Domain domain({block, lane});
  std::vector<Expr> values;
  for (const auto& r : f.results)
    values.push_back(as_stored(kernel, r.value, expressions.at(r.value, domain)));
  if (values.size() == 1)
    output(lane, block) = values[0];
  else
    output(lane, block) = Halide::Tuple(values);
  auto buffers = output.output_buffers();
  buffers[0].dim(0).set_bounds(0, static_cast<int>(kFlatBlock));  // the others follow the first
  for (auto& buffer : buffers) buffer.dim(1).set_stride(static_cast<int>(kFlatBlock));
  output.bound(lane, 0, static_cast<int>(kFlatBlock));
  return {{output},
          parameters.arguments(),
          {{"output", output, /*result=*/true}},
          flat_schedule(in_place, vector_unit(target)),
          {{{"output", {kUnknownExtent, kFlatBlock}}}, parameters.operands()}};
}

/// A Func for each result, and one for each reduction that they need.
EmittedKernel emit_general(const KernelDescription& kernel, const Halide::Target& target) {
  const Function& f = kernel.function;
  Parameters parameters(kernel);
  std::map<Value, Func> outputs;
  EmittedKernel emitted;
  for (std::size_t i = 0; i < f.results.size(); ++i) {
    const std::string name = i == 0 ? "output" : "output_" + std::to_string(i);
    emitted.outputs.emplace_back(outputs[f.results[i].value] = Func(name));
    emitted.funcs.push_back({name, emitted.outputs.back(), /*result=*/true});
  }
  const auto load = [&](Value v, const Coordinates& at) -> Expr {
    const auto found = outputs.find(v);
    return found == outputs.end() ? parameters.load(v, at)
                                  : as_loaded(kernel, v, found->second(reversed(at)));
  };
  Expressions expressions(f, results_of(f), load);
  std::vector<FusedLoops> loops;
  for (std::size_t i = 0; i < f.results.size(); ++i) {
    const Value v = f.results[i].value;
    const Shape& shape = f.node(v).type.shape;
    const auto vars = named_vars("x", shape.size());  // innermost first
    Expressions::Domain domain(reversed(vars));
    emitted.outputs[i](vars) = as_stored(kernel, v, expressions.definition(v, domain));
    fix_output(emitted.outputs[i], shape);
    loops.push_back({emitted.funcs[i].name, shape, false});
    emitted.facts.extents[emitted.funcs[i].name] = shape;
  }
  for (const auto& r : expressions.reductions()) emitted.funcs.push_back(r);
  for (const auto& r : expressions.reduced())
    loops.push_back({r.name, r.kept, true, r.whole, r.keeps_last, r.scatters_below});
  for (const auto& r : expressions.reduced()) emitted.facts.extents[r.name] = r.kept;
  emitted.arguments = parameters.arguments();
  emitted.facts.operands = parameters.operands();
  emitted.default_schedule = general_schedule(loops, vector_unit(target));
  return emitted;
}

/// The Func of a convolution, with all that follows it in `epilogue`.
EmittedKernel emit_convolution(const KernelDescription& kernel, const Halide::Target& target) {
  const Function& f = kernel.function;
  Parameters parameters(kernel);
  const Node& anchor = f.node(kernel.anchor);
  Expr sum;
  const auto load = [&](Value v, const Coordinates& at) {
    return v == kernel.anchor ? sum : parameters.load(v, at);
  };
  Expressions expressions(f, {kernel.anchor}, load);

  const auto operand = [&](std::size_t i) {
    Func a(i == 0 ? "a" : "b");
    const auto vars = named_vars("d", 4);
    Expressions::Domain domain(reversed(vars));
    a(vars) = expressions.at(anchor.operands[i], domain);
    return a;
  };
  const Epilogue epilogue = [&](Expr s, const std::vector<Expr>& coordinates) {
    sum = std::move(s);
    Expressions::Domain domain(reversed(coordinates));
    std::vector<Expr> values;
    for (const auto& r : f.results)
      if (r.value != kernel.bias_gradient)
        values.push_back(as_stored(kernel, r.value, expressions.at(r.value, domain)));
    return values;
  };
  const bool with_bias = kernel.bias_gradient.id >= 0;
  const auto made = kernel.implementation->emit({.geometry = Product{f, anchor}.geometry(),
                                                 .tiling = kernel.tiling,
                                                 .precision = kernel.precision,
                                                 .a = operand(0),
                                                 .b = operand(1),
                                                 .epilogue = epilogue,
                                                 .ready_weights = !kernel.channels_innermost.empty(),
                                                 .target = target,
                                                 .bias_sum = with_bias});
  const Shape extents = kernel.written();
  fix_output(made.output, extents);
  EmittedKernel emitted{{made.output},
                        parameters.arguments(),
                        made.funcs,
                        made.default_schedule,
                        {{{"output", extents}}, parameters.operands()}};
  if (with_bias) {
    fix_output(made.bias_sum, f.node(kernel.bias_gradient).type.shape);
    emitted.outputs.push_back(made.bias_sum);
  }
  return emitted;
}

}  // namespace

EmittedKernel emit(const KernelDescription& kernel, const Halide::Target& target) {
  if (kernel.anchor.id >= 0) return emit_convolution(kernel, target);
  return kernel.flat ? emit_flat(kernel, target) : emit_general(kernel, target);
}

std::vector<Stage> stages_of(const EmittedKernel& emitted) {
  std::vector<Stage> stages;
  for (const auto& [name, func, result] : emitted.funcs) {
    Stage stage{name, {}};
    const auto known = emitted.facts.extents.find(name);
    const auto arguments = func.args();
    for (std::size_t i = 0; i < arguments.size(); ++i)
      stage.loops.emplace_back(arguments[i].name(), known == emitted.facts.extents.end()
                                                        ? -1
                                                        : known->second[arguments.size() - 1 - i]);
    stages.push_back(stage);
    for (int update = 0; update < func.num_update_definitions(); ++update) {
      stage.name = name + ".update";
      for (const auto& r : func.function().update(update).schedule().rvars()) {
        // a pointer; from Halide 19 on an optional
        const auto extent = Halide::Internal::as_const_int(r.extent);
        stage.loops.emplace_back(r.var, extent ? *extent : -1);
      }
    }
    if (func.has_update_definition()) stages.push_back(stage);
  }
  return stages;
}

}  // namespace sganc
