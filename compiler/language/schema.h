#pragma once
// The JSON Schema and the reference page of model files, made from the tables that the validator reads.

#include <string>

#include "compiler/language/keys.h"

namespace sganc {

/// The JSON Schema (draft 7) of model files, indented, with a newline at its end.
std::string json_schema(const Vocabulary& vocabulary);

/// The reference page in Markdown: every section, layer, optimizer and function with its keys, their types,
/// limits and defaults.
std::string reference_page(const Vocabulary& vocabulary);

}  // namespace sganc
