#pragma once
// Lists of names: of classes, of arrays.

#include <string>
#include <string_view>
#include <vector>

namespace sganc {

/// Sorts different names: as numbers if all are numbers (2 before 10), else as texts.
void sort_class_names(std::vector<std::string>& names);

/// The text with its Latin letters in small ones.
std::string in_small_letters(std::string text);

/// Whether the name of a class sounds as if its images had no label: "unlabeled_images", "No label",
/// "unknown", "none".
bool sounds_unlabelled(std::string_view name);

/// "airplane, automobile": the first twenty names, and the number of the others.
std::string listed_names(const std::vector<std::string>& names);

}  // namespace sganc
