#include "runtime/spread/graph.h"

#include "runtime/spread/rerank.h"

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

/// The `each` most similar ones of each image, by their features; or each = 0 if it was stopped.
Neighbours similar_images(Executor& executor, const SpreadSettings& settings, const Dataset& dataset,
                          std::span<const std::int32_t> images, std::int64_t each,
                          const SpreadProgress& progress) {
  const auto similarity = executor.function(FunctionRole::similarity, settings.name);
  const auto table =
      features_of(executor, settings, dataset, images, block_of(executor, similarity), progress);
  if (!table) return {};
  const auto rows = executor.input(similarity, "rows"), columns = executor.input(similarity, "columns");
  return find_neighbours(
      *table, each,
      [&](const float* some, const float* others) {
        executor.bind(rows, some);
        executor.bind(columns, others);
        executor.run(similarity);
        return executor.output(similarity, "similarity");
      },
      [&](double done) { return !progress || progress("neighbours", done); });
}

/// The ties of each image; or none if it was stopped.
std::optional<SparseMatrix> ties_of(Executor& executor, const SpreadSettings& settings,
                                    const Dataset& dataset, std::span<const std::int32_t> images,
                                    const SpreadProgress& progress) {
  const auto found =
      similar_images(executor, settings, dataset, images,
                     settings.rerank ? settings.rerank->candidates : settings.neighbours, progress);
  if (found.each == 0) return {};
  if (!settings.rerank) return tie(found, settings.power);
  const auto compared = reranked_images_of(executor, settings, dataset, images, progress);
  if (!compared) return {};
  const auto nearest = rerank(found, *compared, settings.rerank->reach, settings.power, settings.neighbours,
                              [&](double done) { return !progress || progress("rerank", done); });
  if (nearest.each == 0) return {};
  return tie(nearest, 1);
}

}  // namespace

std::optional<ImageGraph> graph_of(Executor& executor, const SpreadSettings& settings, const Dataset& dataset,
                                   const Division& division, const SpreadProgress& progress) {
  ImageGraph graph{.images = images_in_graph(dataset, division), .ties = {}, .labels = {}};
  auto ties = ties_of(executor, settings, dataset, graph.images, progress);
  if (!ties) return {};
  graph.ties = std::move(*ties);

  std::vector<std::int32_t> place(at(dataset.train.count), -1);
  for (std::size_t i = 0; i < graph.images.size(); ++i)
    place[at(graph.images[i])] = static_cast<std::int32_t>(i);
  graph.labels.assign(graph.images.size(), -1);
  for (const auto index : division.labelled)
    if (const auto i = place.at(at(index)); i >= 0) graph.labels[at(i)] = dataset.train.labels[at(index)];
  return graph;
}

}  // namespace sganc
