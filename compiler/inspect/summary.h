#pragma once
// Facts about a model, for tables and pictures: shapes, parameters and costs from its graph, and the
// relations of nets and updates.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/graph/type.h"
#include "compiler/language/model.h"

namespace sganc {

/// A key that differs from its default: filters 128.
struct Setting {
  std::string name, text;
  KeyValue value;
};

struct InputSummary {
  std::string name;
  Shape shape;  // without the batch, like all shapes here
};

struct LayerSummary {
  std::string name, kind;
  std::vector<Setting> settings;
  std::vector<std::string> from;  // its inputs: names of model inputs, or NET.LAYER
  Shape output;
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;  // of its products, forward, for one example
};

struct NetSummary {
  std::string name;
  std::vector<std::string> of;  // the inputs and nets that it is a function of
  std::vector<Shape> inputs;    // the shape of each of them
  std::vector<LayerSummary> layers;
  std::vector<std::string> shared_by;   // nets that depend on it, directly or through others
  std::vector<std::string> trained_by;  // updates
  std::int64_t parameters = 0, multiply_adds = 0;

  const Shape& output() const { return layers.back().output; }
  /// The shape of an input or net in `of`.
  const Shape& input(const std::string& name) const {
    return inputs[static_cast<std::size_t>(std::ranges::find(of, name) - of.begin())];
  }
};

/// A net on which no other net depends, with all that it depends on: "critic(logits(trunk(image)))".
struct CompositionSummary {
  std::string text;
  std::int64_t parameters = 0, multiply_adds = 0;
};

struct OptimizerSummary {
  std::string name, kind;
  std::vector<Setting> settings;
  std::int64_t state_values = 0;
};

struct UpdateSummary {
  std::string name;
  std::vector<std::pair<std::string, std::string>> draw;  // x: labeled 50
  std::string minimize, manner;
  std::vector<std::string> train;  // nets
  std::string optimizer;
  double flop = 0;  // of the products of one step, forward and backward; the mean over many steps
};

/// A net that updates apply to the output of another: trunk, fed by generator in critic(generator(z)).
struct FeedSummary {
  std::string from, to;
  std::string input;  // the input of `to` that it replaces
  std::vector<std::string> updates;
};

struct ModelSummary {
  std::string name;
  std::vector<InputSummary> inputs;
  std::vector<NetSummary> nets;  // each after the nets that it is a function of
  std::vector<CompositionSummary> compositions;
  std::vector<OptimizerSummary> optimizers;
  std::vector<UpdateSummary> updates;
  std::vector<FeedSummary> feeds;
  std::int64_t parameters = 0;

  const NetSummary* net(const std::string& name) const;
};

/// Builds the model's graph and reads the facts from it. If there are mistakes, adds them to `diagnostics`
/// and returns an empty summary.
ModelSummary summarize(const Model& model, Diagnostics& diagnostics);

std::string draws_text(const UpdateSummary& update);              // x = labeled 50, z = latent 50
std::string settings_text(const std::vector<Setting>& settings);  // filters 128, kernel 3

/// Tables: every net's layers, the nets, the compositions, the optimizers, the updates.
std::string to_text(const ModelSummary& summary);

/// The same facts as one JSON object, and a newline.
std::string to_json(const ModelSummary& summary);

}  // namespace sganc
