#pragma once
// Shares the work of a module among ranks: the processes that train together, each with its share of every
// batch. After Xu et al. 2021 (GSPMD).

#include "compiler/graph/module.h"
#include "compiler/language/model.h"

namespace sganc {

/// The module as rank `rank` of `ranks`, counted from 0, computes it. The functions of updates take this
/// rank's share of each batch that they draw, and sum over the ranks what they need of the others. All their
/// results are the same on every rank, and those of one process up to rounding. All ranks send the same
/// messages in the same order. The other functions, and everything for one rank, stay as they are. Throws
/// std::logic_error if the module is shared already.
Module shard(const Module& module, int rank, int ranks);

/// Adds a mistake for each batch that an update draws of fewer examples than there are ranks.
void require_shares(const Model& model, int ranks, Diagnostics& diagnostics);

}  // namespace sganc
