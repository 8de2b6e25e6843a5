#pragma once
// The sections of a model file and the plain keys of each: what the reader checks and the reference lists.

#include <string>
#include <vector>

#include "compiler/language/keys.h"

namespace sganc {

/// Every section: "" (the file itself), "data", "data.source" (if it is a table), "data.labels",
/// "data.validation", "data.test", "input.image", "input.latent", "input.label", "net", "update", "augment",
/// "augment.elastic", "train", "average", "evaluate", "report". The one key of "input.image" stands for the
/// value of the input itself. The description of a section names its tables, layers and draws, which are not
/// in `keys`.
std::vector<KindKeys> model_sections();

/// The keys of one section. Throws std::logic_error if there is no such section.
std::vector<Key> section_keys(const std::string& name);

/// The keys of "data.labels" that select images; only one of them may stand. "data.validation" and
/// "data.test" have all of them except "all".
const std::vector<std::string>& label_choices();

/// The keys of "data.source" that name files of arrays.
const std::vector<std::string>& array_files();

/// These and the other keys of a source of arrays.
const std::vector<std::string>& array_keys();

/// The keys of the table at a dotted path, in groups that exclude each other: only keys of one group may
/// stand. A key may be in several groups. Empty if the table has no such groups.
std::vector<std::vector<std::string>> alternatives(const std::string& path);

}  // namespace sganc
