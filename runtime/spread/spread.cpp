#include "runtime/spread/spread.h"

#include <algorithm>
#include <stdexcept>

#include "runtime/spread/graph.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// Labels that were spread, beside those that the data set has and no update sees.
struct Comparison {
  std::int64_t compared = 0, wrong = 0;

  void add(std::int32_t spread, std::int32_t known) { ++compared, wrong += spread != known; }
  std::string text() const {
    return percent_text(static_cast<double>(wrong) / static_cast<double>(compared));
  }
};

/// Empty if no label can be compared.
std::string comparison_text(const Spread& spread, const Dataset& dataset, const Division& division) {
  std::vector<std::int32_t> known = dataset.train.labels;
  for (const auto index : division.labelled) known[at(index)] = kUnlabelled;
  Comparison all, drawn;
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i] != kUnlabelled && spread.labels()[i] >= 0) all.add(spread.labels()[i], known[i]);
  for (const auto index : spread.drawn())
    if (known[at(index)] != kUnlabelled) drawn.add(spread.labels()[index], known[at(index)]);
  if (drawn.compared == 0) return {};
  return ", " + all.text() + " wrong by the labels that no update sees, " + drawn.text() +
         " of the drawn ones";
}

}  // namespace

std::string spread_text(const Spread& spread, const Dataset& dataset, const Division& division) {
  std::vector<std::int64_t> of_class(at(dataset.classes));
  for (const auto index : spread.drawn()) ++of_class.at(at(spread.labels()[index]));
  std::int64_t reached = 0;
  for (const auto label : spread.state().label) reached += label >= 0;
  std::string text = "labels reached " + std::to_string(reached) + " images, the " +
                     std::to_string(spread.drawn().size()) + " most certain are drawn, of each class";
  for (const auto count : of_class) text += " " + std::to_string(count);
  return text + comparison_text(spread, dataset, division);
}

Spread::Spread(const SpreadSettings& settings, const Dataset& dataset)
    : settings_(settings),
      classes_(dataset.classes),
      labels_{std::vector<std::int32_t>(at(dataset.train.count)),
              std::vector<float>(at(dataset.train.count))} {}

bool Spread::compute(Executor& executor, const Dataset& dataset, const Division& division,
                     const Spread* begin, const SpreadProgress& progress) {
  const auto graph = graph_of(executor, settings_, dataset, division, progress);
  if (!graph) return false;
  auto labels = graph->labels;
  std::vector<float> certainty(labels.size(), 1.F);
  for (std::size_t i = 0; begin && i < labels.size(); ++i)
    if (const auto image = at(graph->images[i]); labels[i] < 0) {
      labels[i] = begin->labels()[image];
      certainty[i] = begin->certainties()[image];
    }
  const auto reached = classify(
      diffuse(graph->ties, labels, certainty, classes_, settings_.alpha, settings_.rounds), graph->labels);
  std::ranges::fill(labels_.label, -1);
  std::ranges::fill(labels_.certainty, 0.F);
  for (std::size_t i = 0; i < graph->images.size(); ++i) {
    labels_.label[at(graph->images[i])] = reached.label[i];
    labels_.certainty[at(graph->images[i])] = reached.certainty[i];
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
