#include <algorithm>
#include <random>
#include <stdexcept>

#include "compiler/codegen/kernel_text.h"
#include "compiler/driver/tune/workload.h"
#include "compiler/passes/pass.h"
#include "compiler/primitives/cost.h"

namespace sganc {
namespace {

/// The number of rows of an input that has no size, such as a data set.
constexpr std::int64_t kRows = 64;
/// Indices are below this number, since every table has this many rows at least.
constexpr int kIndices = 2;
/// About three seconds of the interpreter.
constexpr double kMostReferenceWork = 3e8;

std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// The number of elements that a call of a flat kernel computes.
std::int64_t elements_of(const KernelCall& call) {
  for (const auto& argument : call.arguments)
    if (argument.extents.size() == 2) return argument.extents[0] * argument.extents[1];
  return kFlatBlock;
}

/// Takes memory of the program for one buffer, after the memory that is taken already.
Buffer place(Space space, const Type& type, std::int64_t& end) {
  const Buffer buffer{space, end, type.dtype, type.shape};
  end += aligned(type.bytes()) + kAlignment;
  return buffer;
}

/// The same memory under the extents that a kernel sees.
Buffer seen(Buffer buffer, const Buffer& argument) {
  buffer.extents = argument.extents;
  for (auto& extent : buffer.extents)
    if (extent < 0) extent *= -kRows;
  return buffer;
}

}  // namespace

Trial::Trial(const Workload& workload, const PlannedModule& base) : workload_(workload), base_(base) {
  module_.name = "trial";
  module_.functions = {workload.piece.cut.description.function};
  fix_sizes();
}

void Trial::prepare() {
  if (prepared_) return;
  prepared_ = true;
  fill_operands();
  evaluate_truth();
}

void Trial::fix_sizes() {
  Function& f = module_.functions[0];
  const bool flat = workload_.piece.cut.description.flat;
  const auto* call = std::get_if<KernelCall>(&workload_.piece.step.work);
  const auto fix = [&](Shape& shape) {
    for (auto& extent : shape)
      if (extent == kUnknownExtent) extent = flat && call ? elements_of(*call) : kRows;
  };
  for (auto& n : f.nodes) {
    fix(n.type.shape);
    fix(n.attributes.shape);
    if (info(n.op).kind == OpClass::product) n.origin = {.part = "product"};
  }
  for (const auto& r : f.results) results_.push_back(r.name);
}

/// Fills operands with numbers on both sides of 0, so that both branches are taken. Fills them with positive
/// numbers if the kernel takes a root or a logarithm.
void Trial::fill_operands() {
  const Function& f = module_.functions[0];
  const bool positive =
      std::ranges::any_of(f.nodes, [](const Node& n) { return n.op == Op::sqrt || n.op == Op::log; });
  std::mt19937 random(1);
  std::uniform_real_distribution<float> number(positive ? 0.05f : -1.0f, 1.0f);
  std::uniform_int_distribution<int> index(0, kIndices - 1), byte(0, 255);
  for (const auto& n : f.nodes) {
    if (n.op != Op::input) continue;
    Tensor tensor = filled(n.type);
    for (double& x : tensor.data)
      x = n.type.dtype == DType::f32   ? static_cast<double>(number(random))
          : n.type.dtype == DType::i32 ? index(random)
                                       : byte(random);
    operands_[n.attributes.name] = std::move(tensor);
  }
}

void Trial::evaluate_truth() {
  const Function& f = module_.functions[0];
  double work = 0;
  for (const auto& n : f.nodes)
    work +=
        2.0 * static_cast<double>(multiply_adds(f, n)) / 4 + 10.0 * static_cast<double>(n.type.elements());
  if (work > kMostReferenceWork) return;
  Tensors none;
  truth_ = evaluate(module_, f, operands_, none);
}

/// The workload as Halide computes it. If the base uses another implementation, no schedule's directives
/// apply.
Workpiece Trial::halide_piece() const {
  if (workload_.piece.is_kernel()) return workload_.piece;
  for (auto& piece : workpieces_of(convolution(Candidate{.by = workload_.in_halide()})))
    if (!piece.by.empty()) return piece;
  throw std::logic_error("Halide does not compute " + workload_.kernel());
}

KernelSchedule Trial::directives() const {
  return schedule_in_force(halide_piece().cut.description);
}

/// Plans a module for the convolution alone. Makes its weights variables again, since what is fused into a
/// product depends on that.
PlannedModule Trial::convolution(const std::optional<Candidate>& candidate) const {
  Module module = module_;
  std::size_t operand = 0;
  for (auto& n : module.functions[0].nodes) {
    if (n.op != Op::input) continue;
    if (!workload_.piece.variables.at(operand++) || n.type.dtype != DType::f32) continue;
    n.op = Op::variable;
    module.variables.push_back({n.attributes.name, n.type});
  }
  Schedule schedule{.name = base_.schedule.name, .target = base_.schedule.target};
  ProductRule rule;
  rule.by = {candidate ? candidate->by : workload_.piece.by, {}};
  schedule.products = {rule};
  const auto& given = workload_.piece.cut.description.override_schedule;
  if (candidate && !candidate->stages.empty())
    schedule.kernels = {{{"product.*", {}}, candidate->stages}};
  else if (!candidate && given)
    schedule.kernels = {{{"product.*", {}}, given->stages}};
  return plan(module, schedule, base_.machine);
}

Program Trial::program(const std::optional<Candidate>& candidate, const LibraryOptions& options) const {
  if (workload_.piece.by.empty()) return program_of_kernel(candidate, options);
  return lower(convolution(candidate), options);
}

/// A program with one call of the kernel. Operands that it overwrites are variables, the others are inputs.
Program Trial::program_of_kernel(const std::optional<Candidate>& candidate,
                                 const LibraryOptions& options) const {
  const auto& base_call = std::get<KernelCall>(workload_.piece.step.work);
  KernelDescription description = workload_.piece.cut.description;
  if (candidate) description.override_schedule.reset();
  if (candidate && !candidate->stages.empty())
    description.override_schedule = {{description.name, {}}, candidate->stages};
  KernelLibraryBuilder library(options);
  KernelCall call{.symbol = library.add(description), .outputs = base_call.outputs};

  Program program{.name = "trial"};
  FunctionProgram function{.name = "kernel"};
  std::map<int, Buffer> overwritten;
  int operand = 0;
  const Function& f = module_.functions[0];
  for (const auto& n : f.nodes) {
    if (n.op != Op::input) continue;
    const std::string& name = n.attributes.name;
    if (std::ranges::count(description.in_place, operand++) > 0) {
      const Buffer buffer = place(Space::variables, n.type, program.variable_bytes);
      program.variables.push_back({name, Role::state, "", buffer.offset, n.type.dtype, n.type.shape, {}});
      overwritten[operand - 1] = buffer;
      continue;
    }
    const Buffer buffer{Space::input, std::ssize(function.inputs), n.type.dtype, n.type.shape};
    call.arguments.push_back(seen(buffer, base_call.arguments.at(call.arguments.size())));
    function.inputs.push_back({name, n.type.dtype, n.type.shape});
  }
  for (std::size_t i = 0; i < f.results.size(); ++i) {
    const int same = description.in_place.at(i);
    const Buffer buffer = same >= 0
                              ? overwritten.at(same)
                              : place(Space::arena, f.node(f.results[i].value).type, program.arena_bytes);
    call.arguments.push_back(seen(buffer, base_call.arguments.at(call.arguments.size())));
    call.values.push_back(buffer);
    function.outputs.push_back({f.results[i].name, buffer});
  }
  function.steps.push_back({.name = workload_.piece.step.name, .work = std::move(call)});
  program.functions = {std::move(function)};
  program.kernel_library = library.build().string();
  return program;
}

}  // namespace sganc
