#include "runtime/train/evaluate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "runtime/data/batch_tables.h"
#include "runtime/ranks/ranks.h"
#include "runtime/system/share.h"

namespace sganc {
namespace {

/// Adds the first rows of a batch to the evaluation, one row for each of `labels`. An image gets the most
/// probable of the data's classes. Further classes among the `known` ones of the classifier are ignored.
void add_batch(Evaluation& evaluation, const Executor& executor, Executor::FunctionId classify,
               std::span<const std::int32_t> labels, std::size_t known) {
  const auto probability = executor.output(classify, "probability");
  const auto loss = executor.output(classify, "loss");
  const auto classes = static_cast<std::size_t>(evaluation.classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);
    const auto row = probability.subspan(i * known, classes);
    const auto predicted = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    if (predicted == label) ++evaluation.record.correct;
    evaluation.record.loss += static_cast<double>(loss[i]);
    ++evaluation.confusion[label * classes + predicted];
  }
}

/// Adds what the other ranks have counted.
void add_ranks(Evaluation& evaluation, Ranks& ranks) {
  if (ranks.alone()) return;
  std::vector<double> counts(evaluation.confusion.begin(), evaluation.confusion.end());
  counts.push_back(static_cast<double>(evaluation.record.correct));
  counts.push_back(evaluation.record.loss);
  ranks.sum(counts);
  evaluation.record.loss = counts.back();
  evaluation.record.correct = static_cast<std::int64_t>(counts[counts.size() - 2]);
  std::ranges::transform(counts.begin(), counts.end() - 2, evaluation.confusion.begin(),
                         [](double count) { return static_cast<std::int64_t>(count); });
}

}  // namespace

std::optional<Evaluation> evaluate(Executor& executor, const Dataset& dataset, const Division& division,
                                   const std::string& split, const EvaluationProgress& progress,
                                   std::vector<float>* probabilities) {
  const auto indices = labelled_of(dataset, division, split);
  const SplitImages images{split == "test" ? dataset.test : dataset.train, indices};
  const auto classify = executor.function(FunctionRole::classify);
  const auto index = executor.input(classify, "batch.index");
  const FunctionProgram& function = executor.program().functions[classify.index];
  const auto batch = function.inputs[index.index].extents.at(0);
  BatchTables tables(executor, classify, dataset, images.stored);

  Evaluation evaluation;
  evaluation.record.split = split;
  evaluation.record.examples = images.count();
  evaluation.classes = dataset.classes;
  const auto known = static_cast<std::int64_t>(executor.output(classify, "probability").size()) / batch;
  evaluation.confusion.resize(static_cast<std::size_t>(evaluation.classes * evaluation.classes));
  if (evaluation.classes > known)
    throw std::runtime_error("the classifier knows " + std::to_string(known) + " classes, but " +
                             dataset.name + " has " + std::to_string(dataset.classes));

  Ranks& ranks = executor.ranks();
  const Share blocks = share_of((images.count() + batch - 1) / batch, ranks.rank(), ranks.count());
  const std::int64_t end = std::min(images.count(), (blocks.first + blocks.count) * batch);
  std::vector<float> rows(probabilities ? static_cast<std::size_t>(images.count() * known) : 0);
  std::vector<std::int32_t> drawn(static_cast<std::size_t>(batch)), labels;
  tables.add_batch(index, drawn);
  bool stopped = false;
  for (std::int64_t first = blocks.first * batch; first < end && !stopped; first += batch) {
    // The last batch is filled with its last image, whose repetitions are not counted.
    for (std::int64_t i = 0; i < batch; ++i)
      drawn[static_cast<std::size_t>(i)] = images.index(std::min(first + i, images.count() - 1));
    tables.look_up();
    executor.run(classify);
    const auto count = std::min(batch, images.count() - first);
    labels.clear();
    for (const auto i : std::span(drawn).first(static_cast<std::size_t>(count)))
      labels.push_back(images.stored.labels[static_cast<std::size_t>(i)]);
    add_batch(evaluation, executor, classify, labels, static_cast<std::size_t>(known));
    if (probabilities)
      std::ranges::copy(
          executor.output(classify, "probability").first(static_cast<std::size_t>(count * known)),
          rows.begin() + first * known);
    const auto done = (first + count - blocks.first * batch) * ranks.count();
    stopped = progress && !progress(std::min(done, images.count()), images.count());
  }
  if (ranks.highest(stopped) > 0) return std::nullopt;
  add_ranks(evaluation, ranks);
  if (probabilities) {
    ranks.sum(rows);
    probabilities->insert(probabilities->end(), rows.begin(), rows.end());
  }

  const auto examples = static_cast<double>(images.count());
  evaluation.record.accuracy = static_cast<double>(evaluation.record.correct) / examples;
  evaluation.record.loss /= examples;
  if (!std::isfinite(evaluation.record.loss))
    throw CommonFailure("the classifier's loss on the split \"" + split + "\" is not finite");
  return evaluation;
}

std::string evaluation_text(const EvalRecord& record) {
  char text[160];
  std::snprintf(text, sizeof text, " accuracy %.2f %% (%lld of %lld), loss %.3g", 100 * record.accuracy,
                static_cast<long long>(record.correct), static_cast<long long>(record.examples), record.loss);
  return record.split + text;
}

}  // namespace sganc
