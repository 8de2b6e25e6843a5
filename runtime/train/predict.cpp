#include "runtime/train/predict.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "runtime/data/batch_tables.h"

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

ImageBatches::ImageBatches(Executor& executor, FunctionRole role) : executor_(executor) {
  const auto& functions = executor.program().functions;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (functions[i].role != role) continue;
    Function function{.id = {i}};
    if (has_input(executor, {i}, "batch.index")) function.indices = executor.input({i}, "batch.index");
    function.images = executor.input({i}, function.indices ? "data.image" : "image");
    const auto& batched = function.indices.value_or(function.images);
    function.batch = functions[i].inputs[batched.index].extents.at(0);
    functions_.push_back(function);
  }
  if (functions_.empty()) throw std::logic_error("the program has no function of images of that role");
  std::ranges::stable_sort(functions_, std::greater(), &Function::batch);
  indices_.resize(static_cast<std::size_t>(batch()));
}

/// The function for so many images that are left: the largest that they fill, or else a larger one, of which
/// they fill a part that is worth it.
const ImageBatches::Function& ImageBatches::function_for(std::int64_t left) const {
  constexpr std::int64_t kWorth = 8;  // a large batch takes the time of fewer single images, but not of few
  const auto serves = [&](const Function& f) { return left >= f.batch || left * kWorth >= f.batch; };
  const auto found = std::ranges::find_if(functions_, serves);
  return found == functions_.end() ? functions_.back() : *found;
}

void ImageBatches::bind(const Function& function, std::span<const std::uint8_t> pixels, std::int64_t count,
                        std::int64_t first) {
  if (function.indices) {
    for (std::int64_t i = 0; i < function.batch; ++i)
      indices_[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(std::min(first + i, count - 1));
    executor_.bind(*function.indices, indices_.data());
    executor_.bind(function.images, pixels.data(), count);
    return;
  }
  const auto image = pixels.size() / static_cast<std::size_t>(count);
  const auto given = pixels.subspan(static_cast<std::size_t>(first) * image);
  const auto wanted = static_cast<std::size_t>(function.batch) * image;
  const std::uint8_t* data = given.data();
  if (given.size() < wanted) {
    filled_.assign(given.begin(), given.end());
    while (filled_.size() < wanted)
      filled_.insert(filled_.end(), given.end() - static_cast<std::ptrdiff_t>(image), given.end());
    data = filled_.data();
  }
  executor_.bind(function.images, data);
}

void ImageBatches::run(std::span<const std::uint8_t> pixels, std::int64_t count,
                       const std::function<void(Executor::FunctionId function, std::int64_t rows)>& use) {
  for (std::int64_t first = 0; first < count;) {
    const Function& function = function_for(count - first);
    bind(function, pixels, count, first);
    executor_.run(function.id);
    const auto rows = std::min(function.batch, count - first);
    use(function.id, rows);
    first += rows;
  }
}

LayerReader::LayerReader(Executor& executor)
    : executor_(executor),
      batches_(executor, FunctionRole::features),
      shape_(executor.program().functions[batches_.function().index].outputs.at(0).buffer.extents) {
  shape_.erase(shape_.begin());
}

void LayerReader::read(std::span<const std::uint8_t> pixels, std::int64_t count, std::vector<float>& values) {
  const auto row = std::accumulate(shape_.begin(), shape_.end(), std::int64_t{1}, std::multiplies());
  batches_.run(pixels, count, [&](Executor::FunctionId function, std::int64_t rows) {
    add(values, executor_.output(function, "features"), rows, row);
  });
}

Predictor::Predictor(Executor& executor)
    : executor_(executor),
      batches_(executor, FunctionRole::predict),
      classes_(static_cast<std::int64_t>(executor.output(batches_.function(), "probability").size()) /
               batch()) {
  const FunctionProgram& function = executor.program().functions[batches_.function().index];
  has_logits_ = has_output(function, "logits");
  has_real_ = has_output(function, "real");
}

Predictions Predictor::operator()(std::span<const std::uint8_t> pixels, std::int64_t count) {
  Predictions made{count, classes_, {}, {}, {}};
  batches_.run(pixels, count, [&](Executor::FunctionId function, std::int64_t rows) {
    add(made.probability, executor_.output(function, "probability"), rows, classes_);
    if (has_logits_) add(made.logits, executor_.output(function, "logits"), rows, classes_);
    if (has_real_) add(made.real, executor_.output(function, "real"), rows, 1);
  });
  if (!std::ranges::all_of(made.probability, [](float p) { return std::isfinite(p); }))
    throw std::runtime_error("the classifier's probabilities are not finite");
  return made;
}

}  // namespace sganc
