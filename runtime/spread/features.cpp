#include "runtime/spread/features.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "runtime/data/batch_tables.h"

namespace sganc {
namespace {

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// The numbers of one net within each vector of the table.
struct Columns {
  std::int64_t first, count;
};

/// Brings each number to mean 0 and standard deviation 1 over all vectors. A number that never changes
/// becomes 0.
void standardize(VectorTable& table, const Columns& columns) {
  std::vector<double> sum(at(columns.count)), squares(at(columns.count));
  for (std::int64_t i = 0; i < table.count; ++i)
    for (std::int64_t j = 0; j < columns.count; ++j)
      sum[at(j)] += static_cast<double>(table.row(i)[at(columns.first + j)]);
  const auto n = static_cast<double>(table.count);
  for (std::int64_t i = 0; i < table.count; ++i)
    for (std::int64_t j = 0; j < columns.count; ++j) {
      const double off = static_cast<double>(table.row(i)[at(columns.first + j)]) - sum[at(j)] / n;
      squares[at(j)] += off * off;
    }
#pragma omp parallel for
  for (std::int64_t i = 0; i < table.count; ++i)
    for (std::int64_t j = 0; j < columns.count; ++j) {
      float& x = table.row(i)[at(columns.first + j)];
      const double deviation = std::sqrt(squares[at(j)] / n);
      x = deviation > 0 ? static_cast<float>((static_cast<double>(x) - sum[at(j)] / n) / deviation) : 0.F;
    }
}

/// Brings the numbers of each vector to this Euclidean length. A vector of zeros stays as it is.
void normalize(VectorTable& table, const Columns& columns, double length) {
#pragma omp parallel for
  for (std::int64_t i = 0; i < table.count; ++i) {
    const auto x = table.row(i).subspan(at(columns.first), at(columns.count));
    const double squares = std::accumulate(x.begin(), x.end(), 0.0, [](double s, float v) {
      return s + static_cast<double>(v) * static_cast<double>(v);
    });
    if (squares > 0)
      for (float& v : x) v = static_cast<float>(static_cast<double>(v) * length / std::sqrt(squares));
  }
}

/// The outputs of a function of a batch of images, such as features or what rerank compares.
class Batches {
 public:
  Batches(Executor& executor, const std::string& name, const Dataset& dataset)
      : executor_(executor),
        function_(executor.function(FunctionRole::features, name)),
        tables_(executor, function_, dataset, dataset.train) {
    const auto index = executor.input(function_, "batch.index");
    drawn_.resize(at(executor.program().functions[function_.index].inputs[index.index].extents.at(0)));
    tables_.add_batch(index, drawn_);
  }

  std::int64_t size() const { return std::ssize(drawn_); }
  std::span<const float> output(const std::string& name) const { return executor_.output(function_, name); }
  const std::vector<std::int64_t>& extents(const std::string& name) const {
    const auto& outputs = executor_.program().functions[function_.index].outputs;
    return std::ranges::find(outputs, name, &NamedBuffer::name)->buffer.extents;
  }

  /// Computes the outputs of all images, one batch after the other, and calls `take` for each with the place
  /// of its first image and the number of its images. Returns false if `progress` does.
  bool compute(std::span<const std::int32_t> images, const SpreadProgress& progress,
               const std::function<void(std::int64_t first, std::int64_t count)>& take) {
    const std::int64_t count = std::ssize(images);
    for (std::int64_t first = 0; first < count; first += size()) {
      for (std::int64_t i = 0; i < size(); ++i) drawn_[at(i)] = images[at(std::min(first + i, count - 1))];
      tables_.look_up();
      executor_.run(function_);
      take(first, std::min(size(), count - first));
      if (progress && !progress("features", static_cast<double>(first) / static_cast<double>(count)))
        return false;
    }
    return true;
  }

 private:
  Executor& executor_;
  Executor::FunctionId function_;
  BatchTables tables_;
  std::vector<std::int32_t> drawn_;
};

void require_finite(std::span<const float> values, const std::string& subject, const std::string& spread) {
  if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
    throw std::runtime_error(subject + " that are not finite to \"" + spread + "\"");
}

}  // namespace

std::optional<VectorTable> features_of(Executor& executor, const SpreadSettings& settings,
                                       const Dataset& dataset, std::span<const std::int32_t> images,
                                       std::int64_t block, const SpreadProgress& progress) {
  Batches batches(executor, settings.name, dataset);
  std::vector<Columns> columns;
  std::int64_t length = 0;
  double parts = 0;
  for (const auto& feature : settings.features) {
    const std::int64_t numbers = std::ssize(batches.output(feature.net)) / batches.size();
    columns.push_back({length, numbers});
    length += numbers;
    parts += feature.part;
  }
  VectorTable table(std::ssize(images), length, block);
  const bool all = batches.compute(images, progress, [&](std::int64_t first, std::int64_t count) {
    for (std::size_t f = 0; f < columns.size(); ++f) {
      const auto& net = settings.features[f].net;
      const auto values = batches.output(net);
      require_finite(values, "the net \"" + net + "\" gives features", settings.name);
      for (std::int64_t i = 0; i < count; ++i)
        std::ranges::copy(values.subspan(at(i * columns[f].count), at(columns[f].count)),
                          table.row(first + i).begin() + columns[f].first);
    }
  });
  if (!all) return {};
  for (std::size_t f = 0; f < columns.size(); ++f) {
    if (settings.features[f].standardize) standardize(table, columns[f]);
    normalize(table, columns[f], std::sqrt(settings.features[f].part / parts));
  }
  return table;
}

std::optional<ImageTable> reranked_images_of(Executor& executor, const SpreadSettings& settings,
                                             const Dataset& dataset, std::span<const std::int32_t> images,
                                             const SpreadProgress& progress) {
  Batches batches(executor, settings.name + ".rerank", dataset);
  const auto& shape = batches.extents("image");
  const std::int64_t numbers = shape.at(1) * shape.at(2) * shape.at(3);
  ImageTable table{std::ssize(images), shape.at(1), shape.at(2), shape.at(3), {}};
  table.values.resize(at(table.count * numbers));
  const bool all = batches.compute(images, progress, [&](std::int64_t first, std::int64_t count) {
    const auto values = batches.output("image").first(at(count * numbers));
    require_finite(values, "rerank has images", settings.name);
    std::ranges::copy(values, table.values.begin() + first * numbers);
  });
  if (!all) return {};
  return table;
}

}  // namespace sganc
