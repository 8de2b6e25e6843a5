#include "compiler/codegen/explain.h"

#include <algorithm>
#include <map>

#include "compiler/codegen/lower.h"
#include "compiler/codegen/tasks.h"
#include "compiler/language/spelling.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

void add_once(Words& words, const std::string& word) {
  if (!word.empty() && std::ranges::find(words, word) == words.end()) words.push_back(word);
}

/// Whether the node is work. Leaves, views and broadcasts cost nothing and may come from any of their
/// readers.
bool is_work(const Node& n) {
  return info(n.op).kind != OpClass::leaf && n.op != Op::view && n.op != Op::broadcast;
}

/// The sum that the step begins, ends or computes at once, or nullptr.
const AllReduce* sum_of(const Step& step) {
  return std::get_if<AllReduce>(&step.work);
}

std::string implementation_of(const Function& f, const Group& group, const Step& step) {
  if (std::holds_alternative<Copy>(step.work)) return "copy";
  if (const AllReduce* sum = sum_of(step))
    return (sum->part == AllReduce::Part::begin ? "begin of "
            : sum->part == AllReduce::Part::end ? "end of "
                                                : "") +
           std::string("all-reduce over ranks");
  if (!group.implementation) return "halide fused";
  if (is_kernel(group)) return group.implementation->title;
  return group.implementation->title + (f.node(group.anchor).op == Op::matmul ? " product" : " convolution");
}

/// The kind of a layer: leaky_relu for trunk.leaky_relu_1.
std::string kind_of(const std::string& part) {
  std::string kind = part.substr(part.rfind('.') + 1);
  const auto number = kind.find_last_not_of("0123456789");
  if (number != std::string::npos && number + 1 < kind.size() && kind[number] == '_') kind.resize(number);
  return kind;
}

bool adds_bias(const Function& f, const Node& n) {
  return n.op == Op::add && std::ranges::any_of(n.operands, [&](Value v) {
           return f.node(v).op == Op::broadcast && f.node(f.node(v).operands[0]).op == Op::variable;
         });
}

/// The operations that follow a convolution in its kernel.
Words chain_of(const Function& f, const Group& group) {
  Words words;
  for (Value v : computed_by(f, group)) {
    const Node& n = f.node(v);
    if (v == group.anchor || v == group.bias_gradient || !is_work(n)) continue;
    add_once(words,
             adds_bias(f, n) ? "bias" : kind_of(n.origin.part) + (n.origin.gradient ? " gradient" : ""));
  }
  return words;
}

/// The operations that oneDNN computes after the product.
Words post_ops_of(const Group& group) {
  Words words;
  if (group.bias.id >= 0) words.emplace_back("bias");
  add_once(words, to_string(group.activation));
  return words;
}

Words fused_into(const Function& f, const Group& group) {
  if (group.is_message) return {};
  if (!group.implementation) {
    const auto computed = computed_by(f, group);
    const auto count = std::ranges::count_if(computed, [&](Value v) { return is_work(f.node(v)); });
    return {counted(count, "operation")};
  }
  Words words = is_kernel(group) ? chain_of(f, group) : post_ops_of(group);
  if (group.bias_gradient.id >= 0) words.emplace_back("bias gradient");
  return words;
}

/// Whether the step ends that sum.
bool ends(const Step& step, const AllReduce& begun) {
  const AllReduce* sum = sum_of(step);
  return sum && sum->part == AllReduce::Part::end && sum->range == begun.range;
}

std::string precision_of(const Group& group) {
  return group.precision == Precision::bf16 ? ", in bf16" : "";
}

std::string layout_of(const PlannedFunction& planned, const Group& group, const Step& step) {
  const Type& type = planned.function.node(group.outputs[0]).type;
  const std::string dtype = to_string(stored_dtype(planned, group.outputs[0]));
  if (const auto* product = std::get_if<MatrixProduct>(&step.work))
    return "row-major " + dtype + (product->transpose_a ? ", a transposed" : "") +
           (product->transpose_b ? ", b transposed" : "") + precision_of(group);
  if (group.implementation) return "nhwc " + dtype + ", weights oihw" + precision_of(group);
  if (group.flat) return "flat " + dtype;
  return (type.shape.size() == 4 ? "nhwc " : type.shape.empty() ? "number " : "row-major ") + dtype;
}

ExplainedStep explained(const PlannedFunction& planned, LoweredStep lowered) {
  const Function& f = planned.function;
  ExplainedStep e{.step = std::move(lowered.step)};
  if (lowered.copy) {
    e.implementation = "copy";
    e.layout = "as it lies";
    e.why = lowered.copy->why;
    return e;
  }
  const Group& first = *lowered.groups.at(0);
  e.implementation = implementation_of(f, first, e.step);
  e.fused = fused_into(f, first);
  if (const AllReduce* sum = sum_of(e.step))
    e.fused = {counted(static_cast<std::size_t>(sum->range.extents[0]), "number")};
  e.layout = first.is_message ? "as it lies" : layout_of(planned, first, e.step);
  e.why = first.why;
  if (const auto count = lowered.groups.size(); count > 1)
    e.why += "; " + std::to_string(count) + " neighbours in memory: one call";
  for (const Group* group : lowered.groups) {
    e.groups.push_back(group->name);
    for (Value v : computed_by(f, *group)) {
      const Node& n = f.node(v);
      if (is_work(n)) add_once(n.origin.gradient ? e.backward : e.forward, n.origin.part);
    }
  }
  return e;
}

/// Says of each sum that begins what is computed while it travels, and of each that ends what comes then.
void explain_travels(std::vector<ExplainedStep>& steps) {
  for (std::size_t begin = 0; begin < steps.size(); ++begin) {
    const AllReduce* sum = sum_of(steps[begin].step);
    if (!sum || sum->part != AllReduce::Part::begin) continue;
    std::size_t end = begin + 1, computed = 0;
    double flops = 0;
    for (; !ends(steps[end].step, *sum); ++end) {
      computed += !sum_of(steps[end].step);
      flops += steps[end].step.flops;
    }
    steps[begin].why +=
        "; travels during " + counted(computed, "step") + " of " + fixed(flops / 1e9, 4) + " GFLOP";
    std::size_t reader = end + 1;
    while (reader < steps.size() && sum_of(steps[reader].step)) ++reader;
    steps[end].why =
        "awaited before " + (reader < steps.size() ? steps[reader].step.name : "the function ends");
  }
}

}  // namespace

std::vector<ExplainedFunction> explain(const PlannedModule& planned) {
  KernelLibraryBuilder library({});
  std::vector<ExplainedFunction> functions;
  std::map<std::string, std::vector<ParallelLoop>> loops;  // of each kernel, which many steps may call
  const auto parallel_in = [&](const PlannedFunction& f, const LoweredStep& lowered) {
    const auto* call = std::get_if<KernelCall>(&lowered.step.work);
    if (!call) return std::vector<ParallelLoop>{};
    const auto found = loops.find(call->symbol);
    if (found != loops.end()) return found->second;
    const CutKernel cut = scheduled_kernel(planned, f, *lowered.groups.at(0));
    return loops[call->symbol] = parallel_loops(scheduled(cut.description), planned.machine.threads);
  };
  const auto add = [&](const PlannedFunction& f) {
    ExplainedFunction& e = functions.back();
    for (auto& lowered : lowered_steps(planned, f, library)) {
      e.flops += lowered.step.flops;
      e.bytes += lowered.step.bytes;
      if (const AllReduce* sum = sum_of(lowered.step); sum && sum->part != AllReduce::Part::end)
        ++e.messages, e.message_bytes += lowered.step.bytes;
      auto parallel = parallel_in(f, lowered);
      e.steps.push_back(explained(f, std::move(lowered)));
      e.steps.back().parallel = std::move(parallel);
    }
    e.count = e.steps.size();
    e.arena_bytes += f.plan.arena_bytes;
  };
  for (const auto& f : planned.functions) {
    if (f.function.role == FunctionRole::apply) continue;
    functions.push_back({.name = f.function.name, .role = f.function.role});
    add(f);
    if (const auto* apply = planned.optimizer_of(f)) add(*apply);
    explain_travels(functions.back().steps);
  }
  return functions;
}

}  // namespace sganc
