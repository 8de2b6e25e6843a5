#pragma once
// Writes texts and numbers in XML, HTML and pictures.

#include <string>
#include <string_view>

namespace sganc {

/// A text as the content of an element or attribute: markup characters are escaped, control characters
/// removed, and bytes that are not UTF-8 become U+FFFD.
std::string xml_text(std::string_view text);

/// At most six digits.
std::string svg_number(double value);

}  // namespace sganc
