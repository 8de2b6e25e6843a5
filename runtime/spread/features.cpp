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

}  // namespace

std::optional<VectorTable> features_of(Executor& executor, const SpreadSettings& settings,
                                       const Dataset& dataset, std::span<const std::int32_t> images,
                                       std::int64_t block, const SpreadProgress& progress) {
  const auto function = executor.function(FunctionRole::features, settings.name);
  const auto index = executor.input(function, "batch.index");
  const auto batch = executor.program().functions[function.index].inputs[index.index].extents.at(0);
  BatchTables tables(executor, function, dataset, dataset.train);

  std::vector<Columns> columns;
  std::int64_t length = 0;
  double parts = 0;
  for (const auto& feature : settings.features) {
    const auto numbers = static_cast<std::int64_t>(executor.output(function, feature.net).size()) / batch;
    columns.push_back({length, numbers});
    length += numbers;
    parts += feature.part;
  }
  const auto count = static_cast<std::int64_t>(images.size());
  VectorTable table(count, length, block);
  std::vector<std::int32_t> drawn(at(batch));
  tables.add_batch(index, drawn);
  for (std::int64_t first = 0; first < count; first += batch) {
    for (std::int64_t i = 0; i < batch; ++i) drawn[at(i)] = images[at(std::min(first + i, count - 1))];
    tables.look_up();
    executor.run(function);
    for (std::size_t f = 0; f < columns.size(); ++f) {
      const auto values = executor.output(function, settings.features[f].net);
      if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
        throw std::runtime_error("the net \"" + settings.features[f].net +
                                 "\" gives features that are not finite to \"" + settings.name + "\"");
      for (std::int64_t i = 0; i < std::min(batch, count - first); ++i)
        std::ranges::copy(values.subspan(at(i * columns[f].count), at(columns[f].count)),
                          table.row(first + i).begin() + columns[f].first);
    }
    if (progress && !progress("features", static_cast<double>(first) / static_cast<double>(count))) return {};
  }
  for (std::size_t f = 0; f < columns.size(); ++f) {
    if (settings.features[f].standardize) standardize(table, columns[f]);
    normalize(table, columns[f], std::sqrt(settings.features[f].part / parts));
  }
  return table;
}

}  // namespace sganc
