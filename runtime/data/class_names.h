#pragma once
// The order of classes that have names.

#include <string>
#include <vector>

namespace sganc {

/// Sorts different names: as numbers if all are whole numbers (2 before 10), else as texts.
void sort_class_names(std::vector<std::string>& names);

}  // namespace sganc
