#pragma once
// The settings of a model that differ from their defaults, apart from its nets.

#include <vector>

#include "compiler/inspect/summary.h"
#include "compiler/language/model.h"

namespace sganc {

/// Each with its name as for --set, in the order of a model file. `optimizers` come from the model's summary.
/// Tables that say which images are meant (data.source, data.labels and its like) are left out.
std::vector<Setting> changed_settings(const Model& model, const std::vector<OptimizerSummary>& optimizers);

}  // namespace sganc
