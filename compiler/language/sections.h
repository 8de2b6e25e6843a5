#pragma once
// The sections of a model file and the plain keys of each: what the reader checks and the reference lists.

#include <string>
#include <vector>

#include "compiler/language/keys.h"

namespace sganc {

/// Every section: "" (the file itself), "data", "data.source" (where it is a table), "data.labels",
/// "data.validation", "data.test", "input.image", "input.latent", "net", "update", "augment",
/// "augment.elastic", "train", "average", "evaluate".
/// "input.image" has one key, whose value is the input's own. What is no plain key (tables, layers, draws) is
/// named in the section's description.
std::vector<KindKeys> model_sections();

/// The keys of one section; std::logic_error where there is no such section.
std::vector<Key> section_keys(const std::string& name);

/// The keys of "data.labels" of which one says which images; "data.validation" and "data.test" have all of
/// them but "all".
const std::vector<std::string>& label_choices();

/// The keys of "data.source" that name files of arrays.
const std::vector<std::string>& array_files();

/// Groups of keys of the table at a dotted path: those of one group may stand. None where all may.
std::vector<std::vector<std::string>> alternatives(const std::string& path);

}  // namespace sganc
