#include "runtime/execute/executor.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "runtime/execute/denormals.h"
#include "runtime/execute/fault.h"
#include "runtime/execute/initialize.h"
#include "runtime/execute/operands.h"

namespace sganc {
namespace {

std::int64_t elements(const std::vector<std::int64_t>& extents) {
  std::int64_t count = 1;
  for (const std::int64_t e : extents) count *= e;
  return count;
}

template <typename Named>
std::size_t index_of(const std::vector<Named>& list, std::string_view name, const std::string& kind) {
  const auto found = std::ranges::find(list, name, &Named::name);
  if (found == list.end()) throw std::logic_error("there is no " + kind + " '" + std::string(name) + "'");
  return static_cast<std::size_t>(found - list.begin());
}

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

Executor::Executor(Program program, int threads, std::uint64_t seed, Ranks& ranks)
    : program_(std::move(program)),
      threads_(threads),
      ranks_(ranks),
      arena_(program_.arena_bytes),
      variables_(program_.variable_bytes) {
  if (threads < 1) throw std::logic_error("an executor needs a thread");
  if (program_.ranks > 1 && (ranks.count() != program_.ranks || ranks.rank() != program_.rank))
    throw std::logic_error("rank " + std::to_string(ranks.rank()) + " of " + std::to_string(ranks.count()) +
                           " cannot run the program of rank " + std::to_string(program_.rank) + " of " +
                           std::to_string(program_.ranks));
  use_team();  // before anything is prepared: oneDNN plans for the team that it sees
  if (!program_.kernel_library.empty()) library_.emplace(program_.kernel_library);
  for (const FunctionProgram& function : program_.functions) prepare(function);
  initialize(seed);
}

void Executor::use_team() const {
  if (omp_get_max_threads() != threads_) omp_set_num_threads(threads_);
}

void Executor::prepare(const FunctionProgram& function) {
  PreparedFunction& prepared = functions_.emplace_back();
  prepared.inputs.resize(function.inputs.size());
  prepared.unbound = function.inputs.size();
  prepared.nanoseconds.resize(function.steps.size());
  for (const Step& step : function.steps) {
    const Operands operands = operands_of(step);
    for (std::size_t i = 0; i < operands.buffers.size(); ++i) {
      const Buffer& buffer = *operands.buffers[i];
      if (buffer.space != Space::input) continue;
      if (buffer.offset < 0 || buffer.offset >= static_cast<std::int64_t>(function.inputs.size()))
        throw std::logic_error("step '" + step.name + "' reads an input that is not declared");
      prepared.inputs[static_cast<std::size_t>(buffer.offset)].uses.push_back({prepared.steps.size(), i});
    }
    prepared.steps.push_back(prepare(step));
  }
  for (const NamedBuffer& output : function.outputs) {
    if (output.buffer.space == Space::input)
      throw std::logic_error("output '" + output.name + "' of '" + function.name + "' is an input");
    address(output.buffer, output.name);
  }
}

Executor::PreparedStep Executor::prepare(const Step& step) {
  PreparedStep prepared = std::visit(
      Overloaded{[&](const KernelCall& call) {
                   if (!library_)
                     throw std::logic_error("step '" + step.name + "' calls a kernel; there is no library");
                   return PreparedStep{Kernel(*library_, call), {}, {}};
                 },
                 [&](const Copy& copy) {
                   const std::int64_t bytes = elements(copy.from.extents) * size_of(copy.from.dtype);
                   if (bytes < 0 || bytes != elements(copy.to.extents) * size_of(copy.to.dtype))
                     throw std::logic_error("step '" + step.name +
                                            "' copies between buffers of different sizes");
                   return PreparedStep{Move{static_cast<std::size_t>(bytes)}, {}, {}};
                 },
                 [&](const AllReduce& sum) {
                   auto* first = reinterpret_cast<float*>(address(sum.range, step.name));
                   const std::span values(first, static_cast<std::size_t>(elements(sum.range.extents)));
                   return PreparedStep{Sum{sum.part, values}, {}, {}};
                 },
                 [&](const auto& product) {
                   return PreparedStep{onednn_.prepare(step.name, product), {}, {}};
                 }},
      step.work);
  const Operands operands = operands_of(step);
  prepared.operands.resize(operands.buffers.size());
  for (std::size_t i = 0; i < operands.buffers.size(); ++i)
    if (operands.buffers[i]->space != Space::input)
      set_operand(prepared, i, address(*operands.buffers[i], step.name), -1);
  for (const Buffer* buffer : operands.written) {
    if (buffer->space == Space::input) throw std::logic_error("step '" + step.name + "' writes an input");
    if (buffer->dtype == DType::f32)
      prepared.written.emplace_back(reinterpret_cast<const float*>(address(*buffer, step.name)),
                                    static_cast<std::size_t>(elements(buffer->extents)));
  }
  return prepared;
}

std::byte* Executor::address(const Buffer& buffer, const std::string& step) {
  AlignedBuffer& space = buffer.space == Space::arena ? arena_ : variables_;
  const std::int64_t bytes = elements(buffer.extents) * size_of(buffer.dtype);
  if (buffer.offset < 0 || buffer.offset % kAlignment != 0 || bytes < 0 ||
      buffer.offset + bytes > space.size())
    throw std::logic_error("'" + step + "': a buffer of " + std::to_string(bytes) + " bytes at offset " +
                           std::to_string(buffer.offset) + " does not lie in its space of " +
                           std::to_string(space.size()));
  return space.data() + buffer.offset;
}

void Executor::set_operand(PreparedStep& step, std::size_t operand, void* data, std::int64_t leading) {
  step.operands[operand] = data;
  if (auto* kernel = std::get_if<Kernel>(&step.work)) kernel->set_argument(operand, data, leading);
}

Executor::FunctionId Executor::function(std::string_view name) const {
  return {index_of(program_.functions, name, "function")};
}

Executor::FunctionId Executor::function(FunctionRole role, const std::string& update) const {
  const FunctionProgram* f = program_.function(role, update);
  if (!f)
    throw std::logic_error("the program has no function of the role " +
                           std::to_string(static_cast<int>(role)) + (update.empty() ? "" : " of " + update));
  return {static_cast<std::size_t>(f - program_.functions.data())};
}

Executor::InputId Executor::input(FunctionId function, std::string_view name) const {
  const FunctionProgram& f = program_.functions.at(function.index);
  return {function.index, index_of(f.inputs, name, "input of '" + f.name + "' called")};
}

std::size_t Executor::variable_index(std::string_view name) const {
  return index_of(program_.variables, name, "variable");
}

void Executor::bind(InputId id, const void* data, std::int64_t leading) {
  const Input& declared = program_.functions[id.function].inputs[id.index];
  const std::int64_t expected = declared.extents.empty() ? -1 : declared.extents[0];
  const bool open = !declared.extents.empty() && expected == -1;
  if (!data || (open ? leading < 0 : leading != -1 && leading != expected))
    throw std::logic_error("input '" + declared.name + "' is bound with leading extent " +
                           std::to_string(leading) + " but declared with " + std::to_string(expected));
  PreparedFunction& function = functions_[id.function];
  PreparedInput& input = function.inputs[id.index];
  // Steps only read inputs; the C interfaces below take no pointers to const.
  for (const Use& use : input.uses)
    set_operand(function.steps[use.step], use.operand, const_cast<void*>(data), open ? leading : -1);
  if (!std::exchange(input.bound, true)) --function.unbound;
}

void Executor::require_bound(std::size_t function) const {
  if (functions_[function].unbound == 0) return;
  for (std::size_t i = 0; i < functions_[function].inputs.size(); ++i)
    if (!functions_[function].inputs[i].bound)
      throw std::logic_error("input '" + program_.functions[function].inputs[i].name + "' of '" +
                             program_.functions[function].name + "' is not bound");
}

void Executor::execute(PreparedStep& step) const {
  std::visit(
      Overloaded{[](Kernel& kernel) { kernel.execute(); },
                 [&](OneDnn::Operation& operation) { operation.execute(step.operands); },
                 [&](const Move& move) { std::memmove(step.operands[1], step.operands[0], move.bytes); },
                 [&](const Sum& sum) { add_up(sum); }},
      step.work);
  ranks_.move_on();
}

void Executor::add_up(const Sum& sum) const {
  if (sum.part == AllReduce::Part::whole) ranks_.sum(sum.values);
  if (sum.part == AllReduce::Part::begin) ranks_.begin_sum(sum.values);
  if (sum.part == AllReduce::Part::end) ranks_.end_sum(sum.values);
}

void Executor::begin(FunctionId id) const {
  require_bound(id.index);
  use_team();
}

void Executor::run(FunctionId id) {
  run_steps(id, 0, program_.functions[id.index].steps.size());
}

void Executor::run_timed(FunctionId id) {
  begin(id);
  const FlushDenormalsInTeam flush;
  using Clock = std::chrono::steady_clock;
  const FunctionProgram& declared = program_.functions[id.index];
  PreparedFunction& function = functions_[id.index];
  RunningFunction running(declared.name);
  auto before = Clock::now();
  for (std::size_t i = 0; i < function.steps.size(); ++i) {
    running.begins(declared.steps[i].name);
    execute(function.steps[i]);
    const auto after = Clock::now();
    function.nanoseconds[i] += std::chrono::duration_cast<std::chrono::nanoseconds>(after - before).count();
    before = after;
  }
}

void Executor::run_steps(FunctionId id, std::size_t first, std::size_t end) {
  begin(id);
  const FlushDenormalsInTeam flush;
  const FunctionProgram& declared = program_.functions[id.index];
  std::vector<PreparedStep>& steps = functions_[id.index].steps;
  RunningFunction running(declared.name);
  for (std::size_t i = first; i < end; ++i) {
    if (i >= steps.size()) throw std::logic_error("'" + declared.name + "' has no step " + std::to_string(i));
    running.begins(declared.steps[i].name);
    execute(steps[i]);
  }
}

std::span<const std::int64_t> Executor::nanoseconds(FunctionId id) const {
  return functions_[id.index].nanoseconds;
}

void Executor::clear_times() {
  for (PreparedFunction& f : functions_) std::ranges::fill(f.nanoseconds, 0);
}

std::optional<std::string> Executor::run_checked(FunctionId id) {
  begin(id);
  const FlushDenormalsInTeam flush;
  const FunctionProgram& declared = program_.functions[id.index];
  PreparedFunction& function = functions_[id.index];
  RunningFunction running(declared.name);
  std::optional<std::string> found;
  for (std::size_t i = 0; i < function.steps.size(); ++i) {
    running.begins(declared.steps[i].name);
    execute(function.steps[i]);
    if (found || std::ranges::all_of(function.steps[i].written, all_finite)) continue;
    found = declared.steps[i].name;
    if (ranks_.alone()) break;
  }
  return found;
}

std::span<const std::byte> Executor::output_bytes(FunctionId id, std::string_view name, DType dtype) const {
  const FunctionProgram& function = program_.functions.at(id.index);
  const std::size_t index = index_of(function.outputs, name, "output of '" + function.name + "' called");
  const Buffer& buffer = function.outputs[index].buffer;
  if (buffer.dtype != dtype) throw std::logic_error("output '" + std::string(name) + "' has another type");
  const AlignedBuffer& space = buffer.space == Space::arena ? arena_ : variables_;
  return {space.data() + buffer.offset, static_cast<std::size_t>(elements(buffer.extents) * size_of(dtype))};
}

std::span<std::byte> Executor::variable_bytes(std::size_t index, DType dtype) {
  const VariableSlot& slot = program_.variables.at(index);
  if (slot.dtype != dtype) throw std::logic_error("variable '" + slot.name + "' has another type");
  const Buffer where{Space::variables, slot.offset, slot.dtype, slot.extents};
  return {address(where, slot.name), static_cast<std::size_t>(elements(slot.extents) * size_of(dtype))};
}

void Executor::initialize(std::uint64_t seed) {
  for (std::size_t i = 0; i < program_.variables.size(); ++i) {
    const VariableSlot& slot = program_.variables[i];
    sganc::initialize(slot, seed, variable_bytes(i, slot.dtype));
  }
}

}  // namespace sganc
