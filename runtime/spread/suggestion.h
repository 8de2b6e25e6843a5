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
/// label on node i reaches node j with r_ij. With m_j, what reaches j from all nodes that are labelled or
/// chosen, the label turns u_j into u_j m_j / (m_j + r_ij). The node with the smallest sum of these is
/// chosen, then the next. It is sought among a few nodes i with a large sum over j of r_ij u_j / (m_j + mean
/// m), which is one diffusion for all nodes. So a choice is an uncertain image, many uncertain images are
/// like it, and those before it do not reach them. Ends early if nothing is uncertain.
std::vector<Suggestion> suggest(const SparseMatrix& ties, const SpreadLabels& spread,
                                std::span<const std::int32_t> labels, std::int64_t count, double alpha,
                                std::int64_t rounds);

}  // namespace sganc
