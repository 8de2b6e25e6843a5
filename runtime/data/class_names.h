#pragma once
// Lists of names: of classes, of arrays.

#include <string>
#include <vector>

namespace sganc {

/// Sorts different names: as numbers if all are whole numbers (2 before 10), else as texts.
void sort_class_names(std::vector<std::string>& names);

/// "airplane, automobile": the first twenty names, and the number of the others.
std::string listed_names(const std::vector<std::string>& names);

}  // namespace sganc
