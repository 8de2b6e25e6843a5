#pragma once
// A model without kernels for the tests of training: its updates multiply 2 x 2 matrices, its classifier
// gives back the indices it was given.

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/train/settings.h"

namespace sganc::testing {

inline constexpr std::int64_t kMatrix = 0, kMomentum = 64, kMix = 128, kGradient = 192, kSeen = 256,
                              kKey = 320, kKept = 384, kProbability = 448, kVariableBytes = 512;

inline Buffer buffer_of(Space space, std::int64_t offset, std::vector<std::int64_t> extents,
                        DType dtype = DType::f32) {
  return {space, offset, dtype, std::move(extents)};
}

inline Buffer matrix_at(std::int64_t offset) {
  return buffer_of(Space::variables, offset, {2, 2});
}

inline Step step_of(std::string name, Buffer a, Buffer b, Buffer c) {
  MatrixProduct work;
  work.a = std::move(a), work.b = std::move(b), work.c = std::move(c);
  return {.name = std::move(name), .work = std::move(work)};
}

inline Step step_of(std::string name, Buffer from, Buffer to) {
  return {.name = std::move(name), .work = Copy{std::move(from), std::move(to)}};
}

inline const Input random_key{"random.key", DType::i32, {4}},
    data_image{"data.image", DType::u8, {-1, 2, 2, 1}}, data_label{"data.label", DType::i32, {-1}};

/// Computes g = w mix, m = m mix, w = g m, and keeps its draw and its key.
inline FunctionProgram update_a() {
  const Buffer scratch = buffer_of(Space::arena, 0, {2, 2});
  FunctionProgram f;
  f.name = f.update = "a";
  f.role = FunctionRole::update;
  f.inputs = {{"x.index", DType::i32, {3}}, random_key, data_image, data_label};
  f.outputs = {{"loss", buffer_of(Space::variables, kMatrix, {})},
               {"weights", matrix_at(kMatrix)},
               {"accuracy", buffer_of(Space::variables, kGradient, {})}};
  f.steps = {
      step_of("net.dense_1.backward_weights", matrix_at(kMatrix), matrix_at(kMix), matrix_at(kGradient)),
      step_of("move.m", matrix_at(kMomentum), matrix_at(kMix), scratch),
      step_of("keep.m", scratch, matrix_at(kMomentum)),
      step_of("move.w", matrix_at(kGradient), matrix_at(kMomentum), scratch),
      step_of("keep.w", scratch, matrix_at(kMatrix)),
      step_of("see", buffer_of(Space::input, 0, {3}, DType::i32),
              buffer_of(Space::variables, kSeen, {3}, DType::i32)),
      step_of("key", buffer_of(Space::input, 1, {4}, DType::i32),
              buffer_of(Space::variables, kKey, {4}, DType::i32))};
  return f;
}

/// Computes w = mix w. Its loss is the first element of w or of another matrix.
inline FunctionProgram update_b(std::string name, std::int64_t loss) {
  const Buffer scratch = buffer_of(Space::arena, 0, {2, 2});
  FunctionProgram f;
  f.name = f.update = std::move(name);
  f.role = FunctionRole::update;
  f.outputs = {{"loss", buffer_of(Space::variables, loss, {})}};
  f.steps = {step_of("net.dense_1.forward", matrix_at(kMix), matrix_at(kMatrix), scratch),
             step_of("move.w", scratch, matrix_at(kMatrix))};
  return f;
}

/// Its loss is the first element of mix mix. Changes no variable.
inline FunctionProgram update_c() {
  FunctionProgram f;
  f.name = f.update = "c";
  f.role = FunctionRole::update;
  f.outputs = {{"loss", buffer_of(Space::arena, 64, {})}};
  f.steps = {
      step_of("net.dense_1.forward", matrix_at(kMatrix), matrix_at(kMatrix),
              buffer_of(Space::arena, 0, {2, 2})),
      step_of("net.dense_2.forward", matrix_at(kMix), matrix_at(kMix), buffer_of(Space::arena, 64, {2, 2}))};
  return f;
}

/// Classifies batches of 4 images into 3 classes. The loss of an image is the bits of its index as a float;
/// the rest is fixed.
inline FunctionProgram classify() {
  FunctionProgram f;
  f.name = "classify";
  f.role = FunctionRole::classify;
  f.inputs = {data_image, data_label, {"batch.index", DType::i32, {4}}};
  f.outputs = {{"probability", buffer_of(Space::variables, kProbability, {4, 3})},
               {"loss", buffer_of(Space::arena, 0, {4})}};
  f.steps = {step_of("give_back", buffer_of(Space::input, 2, {4}, DType::i32),
                     buffer_of(Space::arena, 0, {4}, DType::i32))};
  return f;
}

/// Gives one image: the words of its key, as the bits of floats.
inline FunctionProgram sample() {
  FunctionProgram f;
  f.name = "sample";
  f.role = FunctionRole::sample;
  f.inputs = {random_key};
  f.outputs = {{"image", buffer_of(Space::arena, 0, {1, 2, 2, 1})}};
  f.steps = {step_of("give_back", buffer_of(Space::input, 0, {4}, DType::i32),
                     buffer_of(Space::arena, 0, {4}, DType::i32))};
  return f;
}

inline Program small_model() {
  using Extents = std::vector<std::int64_t>;
  const auto variable = [](std::string name, Role role, std::int64_t offset, Extents extents,
                           Initializer how = {}, DType dtype = DType::f32) {
    return VariableSlot{std::move(name),    role, role == Role::weight ? "net" : "", offset, dtype,
                        std::move(extents), how};
  };
  Program program;
  program.name = "small";
  program.variables = {
      variable("net.dense_1.weight", Role::weight, kMatrix, {2, 2}, {Initializer::Kind::normal, 1}),
      variable("net.m.net.dense_1.weight", Role::state, kMomentum, {2, 2}),
      variable("net.dense_2.weight", Role::weight, kMix, {2, 2}),
      variable("gradient.net.dense_1.weight", Role::gradient, kGradient, {2, 2}),
      variable("net.seen", Role::state, kSeen, {3}, {}, DType::i32),
      variable("net.key", Role::state, kKey, {4}, {}, DType::i32),
      variable("net.kept", Role::state, kKept, {4}),
      variable("net.probability", Role::state, kProbability, {4, 3})};
  program.variable_bytes = kVariableBytes;
  program.arena_bytes = 128;
  program.functions = {
      update_a(), update_b("b", kMatrix), update_b("hidden", kMomentum), update_c(), classify(), sample()};
  return program;
}

inline void set_variable(Executor& executor, const std::string& name, const std::vector<float>& values) {
  std::ranges::copy(values, executor.variable(executor.variable_index(name)).begin());
}

inline std::vector<float> variable_of(Executor& executor, const std::string& name) {
  const auto values = executor.variable(executor.variable_index(name));
  return {values.begin(), values.end()};
}

/// The matrices turn others without growing them. The four images of a batch are given the classes 0 1 2 1.
inline void set_beginning(Executor& executor) {
  set_variable(executor, "net.dense_2.weight", {0.8f, -0.6f, 0.6f, 0.8f});
  set_variable(executor, "net.m.net.dense_1.weight", {0.6f, -0.8f, 0.8f, 0.6f});
  set_variable(executor, "net.kept", {1, 0, 1, 1});
  set_variable(executor, "net.probability", {1, 0, 0, 0, 0.5f, 0.5f, 0, 0, 1, 0.2f, 0.6f, 0.2f});
}

/// Returns ten training images with labels 0 1 2 0 ... and six test images.
inline Dataset small_dataset() {
  Dataset dataset{"small", {2, 2, 1}, 3, {}, {}};
  for (auto* split : {&dataset.train, &dataset.test}) {
    split->count = split == &dataset.train ? 10 : 6;
    split->images = Pixels::in_memory(static_cast<std::size_t>(4 * split->count));
    for (std::int32_t i = 0; i < split->count; ++i) split->labels.push_back(i % 3);
  }
  return dataset;
}

/// Returns a division with two labelled images of each class.
inline Division small_division(const Dataset& dataset) {
  return divide(dataset, ImageChoice{.count = 2, .seed = 11}, {});
}

/// Returns settings of two updates and epochs of four steps.
inline TrainingSettings small_settings() {
  TrainingSettings settings;
  settings.model_name = "small";
  settings.updates = {{"a", {{"x", true}}, 3}, {"b", {}, 7}};
  settings.epochs = 3, settings.steps_per_epoch = 4;
  settings.seed = 11;
  settings.splits = {"train", "test"};
  settings.classifier = settings.generator = settings.tensorboard = true;
  return settings;
}

}  // namespace sganc::testing
