#pragma once
// The facts of a model, for tables and pictures: shapes, parameters and costs as its graph has them, and how
// nets and updates hang together.

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
  std::vector<std::string> from;  // inputs, or NET.LAYER: what it reads
  Shape output;
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;  // of its products, forward, for one example
};

struct NetSummary {
  std::string name;
  std::vector<std::string> of;  // inputs and nets,
  std::vector<Shape> inputs;    // and what each of them gives
  std::vector<LayerSummary> layers;
  std::vector<std::string> shared_by;   // nets that are built on it, directly or not
  std::vector<std::string> trained_by;  // updates
  std::int64_t parameters = 0, multiply_adds = 0;

  const Shape& output() const { return layers.back().output; }
  /// What it takes of an input or net that it is `of`.
  const Shape& input(const std::string& name) const {
    return inputs[static_cast<std::size_t>(std::ranges::find(of, name) - of.begin())];
  }
};

/// A net that no other is a function of, with all that it is built on: "critic(logits(trunk(image)))".
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
  std::string input;  // of `to`, in whose place it is
  std::vector<std::string> updates;
};

struct ModelSummary {
  std::string name;
  std::vector<InputSummary> inputs;
  std::vector<NetSummary> nets;  // each after what it is a function of
  std::vector<CompositionSummary> compositions;
  std::vector<OptimizerSummary> optimizers;
  std::vector<UpdateSummary> updates;
  std::vector<FeedSummary> feeds;
  std::int64_t parameters = 0;

  const NetSummary* net(const std::string& name) const;
};

/// Builds the model's graph and reads the facts from it. Mistakes are added to `diagnostics`; where there is
/// any, the result is empty.
ModelSummary summarize(const Model& model, Diagnostics& diagnostics);

std::string draws_text(const UpdateSummary& update);              // x = labeled 50, z = latent 50
std::string settings_text(const std::vector<Setting>& settings);  // filters 128, kernel 3

/// Tables: every net's layers, the nets, the compositions, the optimizers, the updates.
std::string to_text(const ModelSummary& summary);

/// The same facts as one JSON object, and a newline.
std::string to_json(const ModelSummary& summary);

}  // namespace sganc
