#include "runtime/train/state.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace sganc {
namespace {

constexpr const char* kHolds = "holds";  // the metadata's key of a file's kind
constexpr const char* kWeights = "weights";
constexpr const char* kState = "state";
/// The tensors of a spread are named "spread.NAME.label" and "spread.NAME.certainty".
constexpr std::string_view kSpread = "spread.", kLabel = ".label", kCertainty = ".certainty";

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

[[noreturn]] void another_model(const std::filesystem::path& path, const std::string& difference) {
  throw std::runtime_error(quoted(path.string()) + " is a checkpoint of another model: " + difference);
}

/// Returns the indices of the variables that are stored; with `states` also those of optimizers' states.
std::vector<std::size_t> stored_variables(const Program& program, bool states) {
  std::vector<std::size_t> stored;
  for (std::size_t i = 0; i < program.variables.size(); ++i) {
    const Role role = program.variables[i].role;
    if (role != Role::gradient && (role != Role::state || states)) stored.push_back(i);
  }
  return stored;
}

TensorType stored_type(const VariableSlot& slot) {
  if (slot.dtype == DType::u8) throw std::logic_error("variable '" + slot.name + "' holds bytes");
  return slot.dtype == DType::f32 ? TensorType::f32 : TensorType::i32;
}

std::span<std::byte> bytes_of(Executor& executor, std::size_t variable) {
  if (executor.program().variables[variable].dtype == DType::f32)
    return std::as_writable_bytes(executor.variable<float>(variable));
  return std::as_writable_bytes(executor.variable<std::int32_t>(variable));
}

std::string text_of(double number) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

void save(const std::filesystem::path& path, Executor& executor, const TrainingState& state, bool states) {
  std::vector<CheckpointTensor> tensors;
  for (const auto i : stored_variables(executor.program(), states)) {
    const auto& slot = executor.program().variables[i];
    tensors.push_back({slot.name, stored_type(slot), slot.extents, bytes_of(executor, i)});
  }
  if (states)
    for (const auto& [name, labels] : state.spreads) {
      const auto images = static_cast<std::int64_t>(labels.label.size());
      tensors.push_back(checkpoint_tensor(name + std::string(kLabel), {images},
                                          std::span<const std::int32_t>(labels.label)));
      tensors.push_back(checkpoint_tensor(name + std::string(kCertainty), {images},
                                          std::span<const float>(labels.certainty)));
    }
  CheckpointMetadata metadata = {{"format", "pt"},  // what readers of PyTorch's weights look for
                                 {kHolds, states ? kState : kWeights},
                                 {"model", state.model},
                                 {"seed", std::to_string(state.seed)},
                                 {"step", std::to_string(state.step)},
                                 {"epoch", std::to_string(state.epoch)}};
  if (!state.run.empty()) metadata["run"] = state.run;
  if (states) {
    metadata["steps_per_epoch"] = std::to_string(state.steps_per_epoch);
    metadata["seconds"] = text_of(state.seconds);
    if (state.best_epoch > 0) {
      metadata["best_epoch"] = std::to_string(state.best_epoch);
      metadata["best_accuracy"] = text_of(state.best_accuracy);
    }
    if (state.metrics) {
      metadata["metrics_bytes"] = std::to_string(state.metrics->bytes);
      metadata["metrics_crc32"] = std::to_string(state.metrics->crc);
    }
  }
  write_checkpoint(path, tensors, metadata);
}

/// Returns the number under `key` in the metadata. Throws std::runtime_error if there is none.
template <class Number>
Number number_of(const std::filesystem::path& path, const CheckpointMetadata& metadata,
                 const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end())
    throw std::runtime_error(path.string() + ": not a usable checkpoint: its metadata has no " + quoted(key));
  const auto& text = found->second;
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(static_cast<double>(number)))
    throw std::runtime_error(path.string() + ": not a usable checkpoint: its metadata's " + quoted(key) +
                             " is not a number: " + quoted(text));
  return number;
}

std::optional<MetricsMark> metrics_mark(const std::filesystem::path& path,
                                        const CheckpointMetadata& metadata) {
  if (!metadata.contains("metrics_bytes")) return std::nullopt;
  return MetricsMark{number_of<std::int64_t>(path, metadata, "metrics_bytes"),
                     number_of<std::uint32_t>(path, metadata, "metrics_crc32")};
}

bool holds_state(const Checkpoint& checkpoint) {
  const auto found = checkpoint.metadata().find(kHolds);
  return found != checkpoint.metadata().end() && found->second == kState;
}

/// Whether the file stores in an f32 a count that the program keeps as a whole number.
bool is_float_count(const CheckpointTensor& tensor, const VariableSlot& slot) {
  return slot.dtype == DType::i32 && slot.extents.empty() && tensor.type == TensorType::f32;
}

std::int32_t count_of(const CheckpointTensor& tensor) {
  float count = 0;
  std::memcpy(&count, tensor.bytes.data(), sizeof count);
  return static_cast<std::int32_t>(count);
}

/// Throws std::runtime_error if the count may be wrong: an f32 cannot count beyond 2^24, and stays there.
void require_float_count(const std::filesystem::path& path, const CheckpointTensor& tensor) {
  float count = 0;
  std::memcpy(&count, tensor.bytes.data(), sizeof count);
  if (count >= 0 && count < 0x1p24F && count == std::floor(count)) return;
  throw std::runtime_error(quoted(path.string()) + " cannot be resumed from: its " + quoted(tensor.name) +
                           " is a 32-bit float, which counts no more than 16777216 steps");
}

template <class Number>
std::vector<Number> numbers_of(const std::filesystem::path& path, const CheckpointTensor* tensor,
                               TensorType type, const std::string& name) {
  if (!tensor || tensor->type != type || tensor->shape.size() != 1)
    throw std::runtime_error(path.string() + ": not a usable checkpoint: it has no tensor " + quoted(name) +
                             " as a list");
  std::vector<Number> numbers(tensor->bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), tensor->bytes.data(), tensor->bytes.size());
  return numbers;
}

bool is_of_spread(const std::string& tensor) {
  return tensor.starts_with(kSpread) && (tensor.ends_with(kLabel) || tensor.ends_with(kCertainty));
}

/// Returns the spreads whose labels the file holds.
std::vector<SpreadState> spreads_of(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  std::vector<SpreadState> spreads;
  for (const auto& tensor : checkpoint.tensors()) {
    if (!is_of_spread(tensor.name) || !tensor.name.ends_with(kLabel)) continue;
    const std::string name = tensor.name.substr(0, tensor.name.size() - kLabel.size());
    const std::string certainty = name + std::string(kCertainty);
    spreads.push_back({name,
                       {numbers_of<std::int32_t>(path, &tensor, TensorType::i32, tensor.name),
                        numbers_of<float>(path, checkpoint.find(certainty), TensorType::f32, certainty)}});
  }
  return spreads;
}

/// Returns the progress of the run. Throws std::runtime_error for a file that holds only weights.
TrainingState state_of(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  if (!holds_state(checkpoint))
    throw std::runtime_error(quoted(path.string()) +
                             " holds weights alone: a run goes on from its state, "
                             "checkpoints/state.safetensors");
  TrainingState state{checkpoint.text("model"),
                      number_of<std::uint64_t>(path, checkpoint.metadata(), "seed"),
                      checkpoint.integer("step"),
                      checkpoint.integer("epoch"),
                      checkpoint.integer("steps_per_epoch"),
                      number_of<double>(path, checkpoint.metadata(), "seconds")};
  if (checkpoint.metadata().contains("best_epoch")) {
    state.best_epoch = checkpoint.integer("best_epoch");
    state.best_accuracy = number_of<double>(path, checkpoint.metadata(), "best_accuracy");
  }
  state.metrics = metrics_mark(path, checkpoint.metadata());
  if (checkpoint.metadata().contains("run")) state.run = checkpoint.text("run");
  state.spreads = spreads_of(path, checkpoint);
  return state;
}

void require_fit(const std::filesystem::path& path, const CheckpointTensor& tensor,
                 const VariableSlot& slot) {
  if (tensor.shape != slot.extents)
    another_model(path, "its tensor " + quoted(slot.name) + " has the shape " + shape_text(tensor.shape) +
                            ", this model's has " + shape_text(slot.extents));
  if (is_float_count(tensor, slot)) return require_float_count(path, tensor);
  if (tensor.type != stored_type(slot))
    another_model(path, "its tensor " + quoted(slot.name) + " has another type of number");
}

const CheckpointTensor& require(const std::filesystem::path& path, const Checkpoint& checkpoint,
                                const VariableSlot& slot) {
  const auto* tensor = checkpoint.find(slot.name);
  if (!tensor) another_model(path, "it has no tensor " + quoted(slot.name));
  require_fit(path, *tensor, slot);
  return *tensor;
}

/// Throws std::runtime_error if the file has a tensor of one of the program's nets that the program lacks.
/// Must not be called for a file with states: the name of a state begins with that of an optimizer, which may
/// also be the name of a net.
void refuse_unknown_weights(const std::filesystem::path& path, const Checkpoint& checkpoint,
                            const Program& program) {
  std::set<std::string> nets, known;
  for (const auto& slot : program.variables) {
    known.insert(slot.name);
    if (slot.role != Role::state && slot.role != Role::gradient) nets.insert(slot.net);
  }
  for (const auto& tensor : checkpoint.tensors())
    if (nets.contains(tensor.name.substr(0, tensor.name.find('.'))) && !known.contains(tensor.name))
      another_model(path, "this model has no tensor " + quoted(tensor.name));
}

void refuse_unknown_variables(const std::filesystem::path& path, const Checkpoint& checkpoint,
                              const Program& program) {
  std::set<std::string> known;
  for (const auto& slot : program.variables) known.insert(slot.name);
  for (const auto& tensor : checkpoint.tensors())
    if (!known.contains(tensor.name) && !is_of_spread(tensor.name))
      another_model(path, "this model has no tensor " + quoted(tensor.name));
}

bool all_finite(std::span<const std::byte> floats) {
  for (; !floats.empty(); floats = floats.subspan(sizeof(float))) {
    float value;
    std::memcpy(&value, floats.data(), sizeof value);
    if (!std::isfinite(value)) return false;
  }
  return true;
}

/// Copies the tensors of these variables into the executor. Before that, throws std::runtime_error if any of
/// their numbers is not finite.
void copy_in(const std::filesystem::path& path, Executor& executor, const Checkpoint& checkpoint,
             const std::vector<std::size_t>& variables) {
  for (const auto i : variables) {
    const auto* tensor = checkpoint.find(executor.program().variables[i].name);
    if (tensor->type == TensorType::f32 && !all_finite(tensor->bytes))
      throw std::runtime_error(path.string() + ": its tensor " + quoted(tensor->name) +
                               " holds a number that is not finite: take another checkpoint");
  }
  for (const auto i : variables) {
    const auto& slot = executor.program().variables[i];
    const auto* tensor = checkpoint.find(slot.name);
    if (is_float_count(*tensor, slot))
      executor.variable<std::int32_t>(i)[0] = count_of(*tensor);
    else
      std::ranges::copy(tensor->bytes, bytes_of(executor, i).begin());
  }
}

}  // namespace

void save_weights(const std::filesystem::path& path, Executor& executor, const TrainingState& state) {
  save(path, executor, state, false);
}

void save_state(const std::filesystem::path& path, Executor& executor, const TrainingState& state) {
  save(path, executor, state, true);
}

TrainingState read_state(const std::filesystem::path& path) {
  return state_of(path, Checkpoint::read(path));
}

TrainingState load_state(const std::filesystem::path& path, Executor& executor) {
  const auto checkpoint = Checkpoint::read(path);
  const auto state = state_of(path, checkpoint);
  const auto variables = stored_variables(executor.program(), true);
  for (const auto i : variables) require(path, checkpoint, executor.program().variables[i]);
  refuse_unknown_variables(path, checkpoint, executor.program());
  copy_in(path, executor, checkpoint, variables);
  return state;
}

std::optional<MetricsMark> read_metrics_mark(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  return metrics_mark(path, Checkpoint::read(path).metadata());
}

CheckpointMetadata load_weights(const std::filesystem::path& path, Executor& executor) {
  const auto checkpoint = Checkpoint::read(path);
  const auto variables = stored_variables(executor.program(), false);
  for (const auto i : variables) require(path, checkpoint, executor.program().variables[i]);
  if (!holds_state(checkpoint)) refuse_unknown_weights(path, checkpoint, executor.program());
  copy_in(path, executor, checkpoint, variables);
  return checkpoint.metadata();
}

MatchedWeights load_matching_weights(const std::filesystem::path& path, Executor& executor) {
  const auto checkpoint = Checkpoint::read(path);
  MatchedWeights matched;
  std::vector<std::size_t> variables;
  std::set<std::string> known;
  for (const auto i : stored_variables(executor.program(), false)) {
    const auto& slot = executor.program().variables[i];
    const auto* tensor = checkpoint.find(slot.name);
    known.insert(slot.name);
    if (slot.role == Role::average) continue;
    if (!tensor) {
      matched.missing.push_back(slot.name);
    } else if (tensor->shape != slot.extents || tensor->type != stored_type(slot)) {
      matched.other_shape.push_back(slot.name);
    } else {
      matched.taken.push_back(slot.name);
      variables.push_back(i);
    }
  }
  if (variables.empty()) another_model(path, "it has no tensor of a name and shape that this model has");
  if (!holds_state(checkpoint))
    for (const auto& tensor : checkpoint.tensors())
      if (!known.contains(tensor.name)) matched.unused.push_back(tensor.name);
  copy_in(path, executor, checkpoint, variables);
  return matched;
}

std::optional<std::string> first_not_finite(Executor& executor) {
  const auto& variables = executor.program().variables;
  for (const auto i : stored_variables(executor.program(), true)) {
    if (variables[i].dtype != DType::f32) continue;
    if (!std::ranges::all_of(executor.variable(i), [](float v) { return std::isfinite(v); }))
      return variables[i].name;
  }
  return std::nullopt;
}

}  // namespace sganc
