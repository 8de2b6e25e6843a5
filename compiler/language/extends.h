#pragma once
// A model file on top of those that it extends: extends = "base.toml".

#include <memory>

#include "compiler/language/document.h"

namespace sganc {

/// Parses `file`; where it says `extends`, lays it on that file, which lies relative to it, and so on. Every
/// value keeps its place in the file that says it. Throws UserError for bad syntax, a file that cannot be
/// read, and a chain that leads back to where it was.
DocumentNode parse_with_bases(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace sganc
