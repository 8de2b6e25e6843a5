#pragma once
// Chooses the images whose label would help most, by the graph on which labels spread.

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/spread/diffusion.h"

namespace sganc {

struct Suggestion {
  std::int32_t node = 0;
  /// The part of the graph's uncertainty, from 0 to 1, that goes away with this label.
  double settles = 0;
};

/// Chooses up to `count` nodes to label, the most helpful first. `spread` has the labels and certainties that
/// the nodes have now, and `labels` the class of each labelled node, else -1. Node j is uncertain by
/// u_j = 1 - certainty_j, labelled nodes by 0. With R = (1 - alpha) sum_t (alpha S)^t, up to `rounds`, a
/// label on node i reaches node j with r_ij, so it reaches (R u)_i of the uncertainty. The node where this is
/// largest is chosen. With m_j, what reaches j from all nodes that are labelled or chosen, u_j becomes u_j
/// m_j / (m_j + r_ij). Each choice therefore is an uncertain image among many such images, away from those
/// before it. Ends early if nothing is uncertain.
std::vector<Suggestion> suggest(const SparseMatrix& ties, const SpreadLabels& spread,
                                std::span<const std::int32_t> labels, std::int64_t count, double alpha,
                                std::int64_t rounds);

}  // namespace sganc
