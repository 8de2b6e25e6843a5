#pragma once
// Merges two documents: a model file and the file that it extends.

#include <string>

#include "compiler/language/document.h"

namespace sganc {

/// Applies `over` to `base`, the value at the dotted `path`. Two tables merge, unless `over` has another
/// `kind`. If `base` is a list and `over` a table, its keys name the elements to change; a name that the list
/// lacks goes to `diagnostics`. In all other cases `over` replaces `base`.
void lay_over(DocumentNode& base, const DocumentNode& over, const std::string& path,
              Diagnostics& diagnostics);

/// Removes the keys of the table at `path` that cannot stand beside `key`: see alternatives().
void drop_alternatives(DocumentNode& table, const std::string& path, const std::string& key);

/// The element of a list that `key` names: by its index from 0, by its name, or as KIND_N for a layer without
/// a name. Throws UserError if there is none; `list_name` begins the message.
DocumentNode& element_of(DocumentNode& list, const Located<std::string>& key, const std::string& list_name);

}  // namespace sganc
