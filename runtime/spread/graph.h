#pragma once
// The graph of the training images: each is tied to its most similar ones.

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/spread/diffusion.h"
#include "runtime/spread/features.h"

namespace sganc {

struct ImageGraph {
  std::vector<std::int32_t> images;  // the training images that are its nodes: those not held out, ascending
  SparseMatrix ties;
  std::vector<std::int32_t> labels;  // of each node: its class if it is labelled, else -1
};

/// The graph of all training images that are not held out, by the features that the present weights give.
/// Returns nothing if it was stopped. Throws std::runtime_error for features that are not finite.
std::optional<ImageGraph> graph_of(Executor& executor, const SpreadSettings& settings, const Dataset& dataset,
                                   const Division& division, const SpreadProgress& progress = {});

}  // namespace sganc
