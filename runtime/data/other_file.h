#pragma once
// Files that hold images or numbers, but are no arrays.

#include <string>
#include <string_view>

namespace sganc {

/// Says of a file that begins so that it is no array, what it is, if that is known, and how to make an array
/// of it.
std::string no_array_text(std::string_view beginning);

}  // namespace sganc
