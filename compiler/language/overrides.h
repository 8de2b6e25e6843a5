#pragma once
// Overrides of a model file from the command line: --set train.epochs=50.

#include <string>
#include <vector>

#include "compiler/language/document.h"

namespace sganc {

/// Applies each KEY=VALUE to the document. KEY is a dotted path; it names an element of a list by its index
/// from 0 or by its name (KIND_N for a layer without a name). VALUE is TOML; a word that is not TOML is a
/// string. A value that is set this way has its place in a file "--set", where later errors point. A wrong
/// path goes to `diagnostics`.
void apply_overrides(DocumentNode& root, const std::vector<std::string>& overrides, Diagnostics& diagnostics);

}  // namespace sganc
