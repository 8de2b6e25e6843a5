#pragma once
// Spreads labels over a graph of neighbours: "Learning with local and global consistency", Zhou, Bousquet,
// Lal, Weston, Schoelkopf 2004; with the graph of Iscen, Tolias, Avrithis, Chum 2019, "Label propagation for
// deep semi-supervised learning".

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/spread/neighbours.h"

namespace sganc {

/// A symmetric sparse matrix in rows: the entries of row i stand at [begin[i], begin[i + 1]), by column.
struct SparseMatrix {
  std::vector<std::int64_t> begin;
  std::vector<std::int32_t> column;
  std::vector<float> value;
};

/// D^-1/2 (W + W') D^-1/2, where w_ij = max(0, similarity)^power for the neighbours j of i, and D holds the
/// sums of the rows of W + W'. Iscen et al. 2019, equations 9 and 10, and section 3.2.
SparseMatrix tie(const Neighbours& neighbours, double power);

/// Z after `rounds` of Z <- alpha S Z + (1 - alpha) Y, from Z = Y. `given` is Y, {images, columns},
/// row-major, as is Z. Zhou et al. 2004, section 2, step 3.
std::vector<float> diffuse(const SparseMatrix& ties, std::vector<float> given, std::int64_t columns,
                           double alpha, std::int64_t rounds);

/// What each image has of each class: {images, classes}, row-major.
struct ClassMass {
  std::int64_t classes = 0;
  std::vector<float> values;
};

/// The same from labels: `labels` has a class for each image, or -1; y_ic is 1 / n_c for the n_c images i of
/// class c.
ClassMass diffuse(const SparseMatrix& ties, std::span<const std::int32_t> labels, std::int64_t classes,
                  double alpha, std::int64_t rounds);

/// The same from labels of any certainty: y_ic is the certainty of image i, divided by the sum of the
/// certainties of all images of class c.
ClassMass diffuse(const SparseMatrix& ties, std::span<const std::int32_t> labels,
                  std::span<const float> certainty, std::int64_t classes, double alpha, std::int64_t rounds);

/// The class of each image, and how certain it is.
struct SpreadLabels {
  std::vector<std::int32_t> label;  // -1 if nothing reached the image
  /// The difference of the two largest parts of the image's mass; 1 for images of `labels`.
  std::vector<float> certainty;
  bool operator==(const SpreadLabels&) const = default;
};

/// The class with the most mass, the first of equal ones. Images of `labels` keep their own.
SpreadLabels classify(const ClassMass& mass, std::span<const std::int32_t> labels);

/// Returns the indices of the most certain images: the part `part` of each class, rounded upwards. Of equally
/// certain images it takes the first. The indices are in ascending order.
std::vector<std::int32_t> most_certain(const SpreadLabels& labels, std::int64_t classes, double part);

}  // namespace sganc
