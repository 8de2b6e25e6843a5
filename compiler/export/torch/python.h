#pragma once
// Values as Python writes them.

#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

/// The shortest text that reads back as the same number.
std::string python(double number);
/// 3, or (3, 4) for two that differ.
std::string python_pair(const std::vector<std::int64_t>& two);
std::string python_tuple(const std::vector<std::int64_t>& numbers);
/// True or False.
std::string python_flag(bool flag);
/// A text in quotes.
std::string python_text(const std::string& text);
/// Whether Python keeps the word for itself.
bool is_python_keyword(const std::string& word);
/// trunk_2 as a name of a class: Trunk2.
std::string python_class(const std::string& name);

}  // namespace sganc
