#pragma once
// Overrides of a model file from the command line: --set train.epochs=50.

#include <string>
#include <vector>

#include "compiler/language/document.h"

namespace sganc {

/// Applies each KEY=VALUE to the document. KEY is a dotted path; an element of a list is named by its index
/// from 0 or by its name (a layer without one: kind_N). VALUE is TOML; a word that is not, is a string. What
/// an override sets has its place in a file "--set", so later errors point there. A wrong path is added to
/// `diagnostics`.
void apply_overrides(DocumentNode& root, const std::vector<std::string>& overrides, Diagnostics& diagnostics);

}  // namespace sganc
