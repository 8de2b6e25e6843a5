#pragma once
// Reads a model file together with the files that it extends: extends = "base.toml".

#include <memory>

#include "compiler/language/document.h"

namespace sganc {

/// Parses `file`. If it has the key `extends`, parses the file that the key names, relative to the folder of
/// `file`, in the same way, and applies `file` to the result. Every value keeps its place in the file that
/// has it. Throws UserError for bad syntax, a file that cannot be read, and a file that extends itself,
/// directly or through others.
DocumentNode parse_with_bases(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace sganc
