#pragma once
// UTF-8, as Unicode defines it.

#include <cstddef>
#include <string_view>

namespace sganc {

/// The number of bytes in the first character of the text, which is not empty. Returns 0 if these bytes are
/// not UTF-8: an overlong encoding, a surrogate, a code point beyond U+10FFFF, or a character that is cut
/// off.
std::size_t character_at(std::string_view text);

/// Whether the text is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace sganc
