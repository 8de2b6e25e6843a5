#pragma once
// The differences of two models, key by key, with every default filled in.

#include <string>
#include <vector>

#include "compiler/language/model.h"

namespace sganc {

/// A key, named as for --set, and its value as TOML in each model, or "" if a model does not have the key.
struct ModelChange {
  std::string key, was, is;
  bool operator==(const ModelChange&) const = default;
};

/// The changes in the order of the later model. For layers, updates, nets and optimizers that only one model
/// has, only the list of their names is a change.
std::vector<ModelChange> model_changes(const Model& before, const Model& after);

/// "train.epochs was 20, is 40"
std::string to_text(const ModelChange& change);

/// A rate that ends with the training, and therefore changes when the training becomes longer.
struct MovedRate {
  std::string optimizer, key;  // "supervised", "rate"
  std::string text;            // "the cosine rate of optimizer "supervised" ends at step 24, not 12: ..."
};

/// The moved rates of all optimizers after `step` training steps.
std::vector<MovedRate> moved_rates(const Model& before, const Model& after, std::int64_t step);

}  // namespace sganc
