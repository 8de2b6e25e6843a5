#include "runtime/spread/spread.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

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

/// The images of the graph: all that are not held out.
std::vector<std::int32_t> images_in_graph(const Dataset& dataset, const Division& division) {
  const SplitImages images = images_of(dataset, division, "train");
  std::vector<std::int32_t> indices;
  for (std::int64_t i = 0; i < images.count(); ++i) indices.push_back(images.index(i));
  return indices;
}

std::int64_t block_of(const Executor& executor, Executor::FunctionId similarity) {
  return executor.program().functions[similarity.index].inputs.at(0).extents.at(0);
}

}  // namespace

std::optional<VectorTable> features_of(Executor& executor, const SpreadSettings& settings,
                                       const Dataset& dataset, std::span<const std::int32_t> images,
                                       std::int64_t block, const SpreadProgress& progress) {
  const auto function = executor.function(FunctionRole::features, settings.name);
  const auto index = executor.input(function, "batch.index");
  const auto batch = executor.program().functions[function.index].inputs[index.index].extents.at(0);
  executor.bind(executor.input(function, "data.image"), dataset.train.images.data(), dataset.train.count);

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
  executor.bind(index, drawn.data());
  for (std::int64_t first = 0; first < count; first += batch) {
    for (std::int64_t i = 0; i < batch; ++i) drawn[at(i)] = images[at(std::min(first + i, count - 1))];
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

std::string spread_text(const Spread& spread, const Dataset& dataset) {
  std::vector<std::int64_t> of_class(at(dataset.classes));
  for (const auto index : spread.drawn()) ++of_class.at(at(spread.labels()[index]));
  std::int64_t reached = 0;
  for (const auto label : spread.state().label) reached += label >= 0;
  std::string text = "labels reached " + std::to_string(reached) + " images, the " +
                     std::to_string(spread.drawn().size()) + " most certain are drawn, of each class";
  for (const auto count : of_class) text += " " + std::to_string(count);
  return text;
}

Spread::Spread(const SpreadSettings& settings, const Dataset& dataset)
    : settings_(settings),
      classes_(dataset.classes),
      labels_{std::vector<std::int32_t>(at(dataset.train.count)),
              std::vector<float>(at(dataset.train.count))} {}

bool Spread::compute(Executor& executor, const Dataset& dataset, const Division& division,
                     const SpreadProgress& progress) {
  const auto images = images_in_graph(dataset, division);
  const auto similarity = executor.function(FunctionRole::similarity, settings_.name);
  const auto table =
      features_of(executor, settings_, dataset, images, block_of(executor, similarity), progress);
  if (!table) return false;

  const auto rows = executor.input(similarity, "rows"), columns = executor.input(similarity, "columns");
  const auto neighbours = find_neighbours(
      *table, settings_.neighbours,
      [&](const float* some, const float* others) {
        executor.bind(rows, some);
        executor.bind(columns, others);
        executor.run(similarity);
        return executor.output(similarity, "similarity");
      },
      [&](double done) { return !progress || progress("neighbours", done); });
  if (neighbours.each == 0) return false;

  std::vector<std::int32_t> place(at(dataset.train.count), -1), given(images.size(), -1);
  for (std::size_t i = 0; i < images.size(); ++i) place[at(images[i])] = static_cast<std::int32_t>(i);
  for (const auto index : division.labelled)
    if (const auto i = place.at(at(index)); i >= 0) given[at(i)] = dataset.train.labels[at(index)];
  const auto mass =
      diffuse(tie(neighbours, settings_.power), given, classes_, settings_.alpha, settings_.rounds);
  const auto reached = classify(mass, given);
  std::ranges::fill(labels_.label, -1);
  std::ranges::fill(labels_.certainty, 0.F);
  for (std::size_t i = 0; i < images.size(); ++i) {
    labels_.label[at(images[i])] = reached.label[i];
    labels_.certainty[at(images[i])] = reached.certainty[i];
  }
  draw_most_certain();
  return true;
}

void Spread::draw_most_certain() {
  drawn_ = most_certain(labels_, classes_, settings_.keep);
}

void Spread::restore(const SpreadLabels& labels) {
  if (labels.label.size() != labels_.label.size() || labels.certainty.size() != labels_.certainty.size())
    throw std::runtime_error("the labels of \"" + settings_.name + "\" are those of other images");
  if (std::ranges::any_of(labels.label, [&](std::int32_t l) { return l < -1 || l >= classes_; }))
    throw std::runtime_error("the labels of \"" + settings_.name + "\" are those of other classes");
  std::ranges::copy(labels.label, labels_.label.begin());
  std::ranges::copy(labels.certainty, labels_.certainty.begin());
  draw_most_certain();
}

}  // namespace sganc
