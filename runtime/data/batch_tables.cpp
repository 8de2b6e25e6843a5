#include "runtime/data/batch_tables.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <stdexcept>

namespace sganc {
namespace {

constexpr std::size_t kEntry = 4;                    // bytes
constexpr std::size_t kMostInPlace = 2'147'483'647;  // bytes, which kernels count in 32 bits

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

BatchTables::BatchTables(Executor& executor, Executor::FunctionId function, const Dataset& dataset,
                         const Split& split)
    : executor_(executor),
      function_(function),
      split_(split),
      image_bytes_(
          static_cast<std::size_t>(dataset.image_shape[0] * dataset.image_shape[1] * dataset.image_shape[2])),
      in_place_(split.images.are_in_memory() && split.images.size() <= kMostInPlace) {
  if (has_input(executor, function, "data.image")) {
    const auto id = executor.input(function, "data.image");
    const auto taken = std::span(inputs_of(executor, function)[id.index].extents).subspan(1);
    if (!std::ranges::equal(taken, dataset.image_shape))
      throw std::runtime_error("the images of " + dataset.name + " have the shape " +
                               shape_text(dataset.image_shape) + ", but the model takes " +
                               shape_text(taken));
    if (in_place_) executor.bind(id, split.images.data(), split.count);
  }
  add_table("data.label", split.labels.data());
}

void BatchTables::add_table(const std::string& name, const void* entries) {
  if (!has_input(executor_, function_, name)) return;
  const auto input = executor_.input(function_, name);
  if (in_place_)
    executor_.bind(input, entries, split_.count);
  else
    tables_.push_back({input, static_cast<const std::byte*>(entries), {}});
}

void BatchTables::add_batch(Executor::InputId input, const std::vector<std::int32_t>& indices) {
  if (in_place_)
    executor_.bind(input, indices.data());
  else
    batches_.push_back({input, &indices, {}});
}

void BatchTables::add_spread(const std::string& spread, const std::int32_t* labels,
                             const float* certainties) {
  add_table(spread + ".label", labels);
  add_table(spread + ".certainty", certainties);
}

/// Makes and binds copies with a place for each image of each batch.
void BatchTables::make_room() {
  std::int32_t count = 0;
  for (auto& batch : batches_) {
    for (std::size_t i = 0; i < batch.indices->size(); ++i) batch.places.push_back(count++);
    executor_.bind(batch.input, batch.places.data());
  }
  for (auto& table : tables_) {
    table.copies.resize(static_cast<std::size_t>(count) * kEntry);
    executor_.bind(table.input, table.copies.data(), count);
  }
  pixels_.resize(static_cast<std::size_t>(count) * image_bytes_);
  if (has_input(executor_, function_, "data.image"))
    executor_.bind(executor_.input(function_, "data.image"), pixels_.data(), count);
}

void BatchTables::look_up() {
  if (in_place_) return;
  if (!std::exchange(has_room_, true)) make_room();
  std::size_t place = 0;
  for (const auto& batch : batches_)
    for (const auto index : *batch.indices) {
      const auto image = static_cast<std::size_t>(index);
      split_.images.read(image * image_bytes_,
                         std::span(pixels_).subspan(place * image_bytes_, image_bytes_));
      for (auto& table : tables_)
        std::memcpy(table.copies.data() + place * kEntry, table.entries + image * kEntry, kEntry);
      ++place;
    }
}

}  // namespace sganc
