#pragma once
// One document laid on another: what a model file says on top of the one it extends.

#include <string>

#include "compiler/language/document.h"

namespace sganc {

/// Lays `over` on `base`, which stands at the dotted `path`. Tables merge; a table laid on a list changes the
/// elements that its keys name; everything else replaces, and so does a table that names another `kind`.
/// A name that the list does not have is added to `diagnostics`.
void lay_over(DocumentNode& base, const DocumentNode& over, const std::string& path,
              Diagnostics& diagnostics);

/// Where `key` is of one of several alternatives in the table at `path`, takes the others away.
void drop_alternatives(DocumentNode& table, const std::string& path, const std::string& key);

/// The element of a list that `key` names: by its index from 0, by its name, or, of a layer without one, as
/// kind_N. Throws UserError; `list_name` begins its message.
DocumentNode& element_of(DocumentNode& list, const Located<std::string>& key, const std::string& list_name);

}  // namespace sganc
