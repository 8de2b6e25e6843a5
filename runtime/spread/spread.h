#pragma once
// Spreads labels from the labelled images to all training images: features, neighbours, diffusion.

#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/spread/diffusion.h"
#include "runtime/spread/features.h"
#include "runtime/spread/settings.h"

namespace sganc {

/// The labels of one spread, for updates to draw: indices, classes and certainties stay in place as long as
/// the object.
class Spread {
 public:
  /// `settings` must outlive the object. Nothing is spread yet: labels are 0, certainties 0, no image is
  /// drawn.
  Spread(const SpreadSettings& settings, const Dataset& dataset);

  const SpreadSettings& settings() const { return settings_; }
  /// The indices of the images that updates draw.
  const std::vector<std::int32_t>& drawn() const { return drawn_; }
  /// A label and a certainty for each training image.
  const std::int32_t* labels() const { return labels_.label.data(); }
  const float* certainties() const { return labels_.certainty.data(); }

  /// Spreads the labels of `division.labelled`, and those of `begin` if it is not null, over all training
  /// images that are not held out, by the features that the present weights give. Returns false, and changes
  /// nothing, if it was stopped. Throws std::runtime_error for features that are not finite.
  bool compute(Executor& executor, const Dataset& dataset, const Division& division, const Spread* begin,
               const SpreadProgress& progress);

  /// Whether labels have been spread.
  bool is_there() const { return !drawn_.empty(); }
  /// The labels, which a resume needs. `restore` takes them back, and throws std::runtime_error for labels of
  /// other images or classes.
  const SpreadLabels& state() const { return labels_; }
  void restore(const SpreadLabels& labels);

 private:
  void draw_most_certain();

  const SpreadSettings& settings_;
  std::int64_t classes_;
  SpreadLabels labels_;  // -1 for an image outside of the graph
  std::vector<std::int32_t> drawn_;
};

/// "labels reached 60000 images, the 30000 most certain are drawn, of each class 3000 2990 ...". If the data
/// set has labels that no update sees, it goes on: ", 2.07 % wrong by the labels that no update sees, 0.27 %
/// of the drawn ones".
std::string spread_text(const Spread& spread, const Dataset& dataset, const Division& division);

}  // namespace sganc
