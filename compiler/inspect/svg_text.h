#pragma once
// How texts and numbers are written in a picture.

#include <string>

namespace sganc {

/// The content of an element or attribute: what XML reads as markup in its place, no control characters.
std::string xml_text(const std::string& text);

/// Six digits at most.
std::string svg_number(double value);

}  // namespace sganc
