#include "runtime/train/bind_data.h"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

namespace sganc {
namespace {

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

const std::vector<Input>& inputs_of(const Executor& executor, Executor::FunctionId function) {
  return executor.program().functions.at(function.index).inputs;
}

}  // namespace

bool has_input(const Executor& executor, Executor::FunctionId function, const std::string& name) {
  return std::ranges::find(inputs_of(executor, function), name, &Input::name) !=
         inputs_of(executor, function).end();
}

void bind_data(Executor& executor, Executor::FunctionId function, const Dataset& dataset,
               const Split& split) {
  if (has_input(executor, function, "data.image")) {
    const auto id = executor.input(function, "data.image");
    const auto taken = std::span(inputs_of(executor, function)[id.index].extents).subspan(1);
    if (!std::ranges::equal(taken, dataset.image_shape))
      throw std::runtime_error("the images of " + dataset.name + " have the shape " +
                               shape_text(dataset.image_shape) + ", but the model takes " +
                               shape_text(taken));
    executor.bind(id, split.images.data(), split.count);
  }
  if (has_input(executor, function, "data.label"))
    executor.bind(executor.input(function, "data.label"), split.labels.data(), split.count);
}

void bind_spread(Executor& executor, Executor::FunctionId function, const std::string& spread,
                 const std::int32_t* labels, const float* certainties, std::int64_t count) {
  const auto bind = [&](const std::string& name, const void* entries) {
    if (has_input(executor, function, name)) executor.bind(executor.input(function, name), entries, count);
  };
  bind(spread + ".label", labels);
  bind(spread + ".certainty", certainties);
}

}  // namespace sganc
