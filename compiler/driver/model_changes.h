#pragma once
// What two models say differently, key by key, once every default is filled in.

#include <string>
#include <vector>

#include "compiler/language/model.h"

namespace sganc {

/// A key as --set names it, and its value as TOML in each model; "" where one does not have the key.
struct ModelChange {
  std::string key, was, is;
  bool operator==(const ModelChange&) const = default;
};

/// In the order of the later model. Layers, updates, nets and optimizers that only one of them has are told
/// as a change of the list of their names alone.
std::vector<ModelChange> model_changes(const Model& before, const Model& after);

/// "train.epochs was 20, is 40"
std::string to_text(const ModelChange& change);

/// A rate that ends with the training, and so ends elsewhere when the training becomes longer.
struct MovedRate {
  std::string optimizer, key;  // "supervised", "rate"
  std::string text;            // "the cosine rate of optimizer "supervised" ends at step 24, not 12: ..."
};

/// Those of all optimizers, as they are after so many steps of training.
std::vector<MovedRate> moved_rates(const Model& before, const Model& after, std::int64_t step);

}  // namespace sganc
