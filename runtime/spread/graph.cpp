#include "runtime/spread/graph.h"

namespace sganc {
namespace {

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// The images that are not held out.
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

std::optional<ImageGraph> graph_of(Executor& executor, const SpreadSettings& settings, const Dataset& dataset,
                                   const Division& division, const SpreadProgress& progress) {
  ImageGraph graph{.images = images_in_graph(dataset, division), .ties = {}, .labels = {}};
  const auto similarity = executor.function(FunctionRole::similarity, settings.name);
  const auto table =
      features_of(executor, settings, dataset, graph.images, block_of(executor, similarity), progress);
  if (!table) return {};

  const auto rows = executor.input(similarity, "rows"), columns = executor.input(similarity, "columns");
  const auto neighbours = find_neighbours(
      *table, settings.neighbours,
      [&](const float* some, const float* others) {
        executor.bind(rows, some);
        executor.bind(columns, others);
        executor.run(similarity);
        return executor.output(similarity, "similarity");
      },
      [&](double done) { return !progress || progress("neighbours", done); });
  if (neighbours.each == 0) return {};
  graph.ties = tie(neighbours, settings.power);

  std::vector<std::int32_t> place(at(dataset.train.count), -1);
  for (std::size_t i = 0; i < graph.images.size(); ++i)
    place[at(graph.images[i])] = static_cast<std::int32_t>(i);
  graph.labels.assign(graph.images.size(), -1);
  for (const auto index : division.labelled)
    if (const auto i = place.at(at(index)); i >= 0) graph.labels[at(i)] = dataset.train.labels[at(index)];
  return graph;
}

}  // namespace sganc
