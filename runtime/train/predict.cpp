#include "runtime/train/predict.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sganc {
namespace {

bool has_output(const FunctionProgram& function, const std::string& name) {
  return std::ranges::find(function.outputs, name, &NamedBuffer::name) != function.outputs.end();
}

/// Appends the first `rows` rows of `made`, each of `row` numbers, to the values.
void add(std::vector<float>& values, std::span<const float> made, std::int64_t rows, std::int64_t row) {
  const auto taken = made.first(static_cast<std::size_t>(rows * row));
  values.insert(values.end(), taken.begin(), taken.end());
}

}  // namespace

ImageBatches::ImageBatches(Executor& executor, Executor::FunctionId function)
    : executor_(executor), function_(function) {
  const auto index = executor.input(function, "batch.index");
  indices_.resize(static_cast<std::size_t>(
      executor.program().functions[function.index].inputs[index.index].extents.at(0)));
  executor.bind(index, indices_.data());
}

void ImageBatches::run(std::span<const std::uint8_t> pixels, std::int64_t count,
                       const std::function<void(std::int64_t rows)>& use) {
  executor_.bind(executor_.input(function_, "data.image"), pixels.data(), count);
  for (std::int64_t first = 0; first < count; first += batch()) {
    for (std::int64_t i = 0; i < batch(); ++i)
      indices_[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(std::min(first + i, count - 1));
    executor_.run(function_);
    use(std::min(batch(), count - first));
  }
}

LayerReader::LayerReader(Executor& executor)
    : executor_(executor),
      features_(executor.function(FunctionRole::features)),
      batches_(executor, features_),
      shape_(executor.program().functions[features_.index].outputs.at(0).buffer.extents) {
  shape_.erase(shape_.begin());
}

void LayerReader::read(std::span<const std::uint8_t> pixels, std::int64_t count, std::vector<float>& values) {
  batches_.run(pixels, count, [&](std::int64_t rows) {
    const auto made = executor_.output(features_, "features");
    add(values, made, rows, static_cast<std::int64_t>(made.size()) / batch());
  });
}

Predictor::Predictor(Executor& executor)
    : executor_(executor),
      predict_(executor.function(FunctionRole::predict)),
      batches_(executor, predict_),
      classes_(static_cast<std::int64_t>(executor.output(predict_, "probability").size()) / batch()) {
  const FunctionProgram& function = executor.program().functions[predict_.index];
  has_logits_ = has_output(function, "logits");
  has_real_ = has_output(function, "real");
}

Predictions Predictor::operator()(std::span<const std::uint8_t> pixels, std::int64_t count) {
  Predictions made{count, classes_, {}, {}, {}};
  batches_.run(pixels, count, [&](std::int64_t rows) {
    add(made.probability, executor_.output(predict_, "probability"), rows, classes_);
    if (has_logits_) add(made.logits, executor_.output(predict_, "logits"), rows, classes_);
    if (has_real_) add(made.real, executor_.output(predict_, "real"), rows, 1);
  });
  if (!std::ranges::all_of(made.probability, [](float p) { return std::isfinite(p); }))
    throw std::runtime_error("the classifier's probabilities are not finite");
  return made;
}

}  // namespace sganc
