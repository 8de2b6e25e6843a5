#include "compiler/driver/synthetic_data.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "compiler/layers/build.h"
#include "runtime/data/batch_tables.h"
#include "runtime/execute/random.h"

namespace sganc {
namespace {

constexpr std::int64_t kMostImages = 1000, kMostBytes = 32'000'000, kClasses = 10;

}  // namespace

SyntheticData::SyntheticData(const Model& model) {
  std::int64_t bytes = 0, batch = kEvaluationBatch;
  if (const auto* image = model.image()) {
    bytes = std::accumulate(image->shape.begin(), image->shape.end(), std::int64_t{1}, std::multiplies<>());
    count_ = std::clamp<std::int64_t>(kMostBytes / bytes, 1, kMostImages);
    bytes *= count_;
  }
  images_.reserve(static_cast<std::size_t>(bytes));
  for (const auto& update : model.updates)
    for (const auto& draw : update.draws) batch = std::max(batch, draw.count.value);
  for (const auto& spread : model.spreads) spreads_.push_back("spread." + spread.name);
  const RandomKey random{7, 0};
  for (std::int64_t i = 0; i < bytes; ++i)
    images_.push_back(
        static_cast<std::uint8_t>(random_bits(random, kRuntimeStreams, static_cast<std::uint32_t>(i))));
  std::int64_t classes = kClasses;
  for (const auto& input : model.inputs)
    if (input.kind == DeclaredInput::Kind::label) classes = input.shape[0];
  for (std::int64_t i = 0; i < count_; ++i) labels_.push_back(static_cast<std::int32_t>(i % classes));
  certainties_.assign(labels_.size(), 0.5F);
  for (std::int64_t i = 0; i < batch; ++i) indices_.push_back(static_cast<std::int32_t>(i * 37 % count_));
}

void SyntheticData::bind(Executor& executor, Executor::FunctionId function) {
  for (const auto& input : executor.program().functions[function.index].inputs) {
    const auto id = executor.input(function, input.name);
    if (input.name == "data.image")
      executor.bind(id, images_.data(), count_);
    else if (input.name == "data.label")
      executor.bind(id, labels_.data(), count_);
    else if (input.name == "random.key")
      executor.bind(id, key_.data());
    else if (input.dtype == DType::i32 && input.extents[0] != kUnknownExtent)
      executor.bind(id, indices_.data());
  }
  for (const auto& spread : spreads_)
    for (const auto& [name, entries] :
         {std::pair<std::string, const void*>{spread + ".label", labels_.data()},
          {spread + ".certainty", certainties_.data()}})
      if (has_input(executor, function, name)) executor.bind(executor.input(function, name), entries, count_);
}

void SyntheticData::next_step() {
  key_ = RandomKey{0, static_cast<std::uint64_t>(++key_[2])}.words();
}

}  // namespace sganc
