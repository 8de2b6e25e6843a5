#pragma once
// Writes texts and numbers in a picture.

#include <string>

namespace sganc {

/// A text as the content of an element or attribute: markup characters are escaped, control characters
/// removed.
std::string xml_text(const std::string& text);

/// At most six digits.
std::string svg_number(double value);

}  // namespace sganc
