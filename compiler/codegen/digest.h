#pragma once
// SHA-256: names of compiled kernels, and proof that their files are whole.

#include <string>
#include <string_view>

namespace sganc {

inline constexpr std::size_t kDigestBytes = 32;

/// 32 bytes.
std::string sha256(std::string_view bytes);

/// Its first 16 hexadecimal digits.
std::string short_digest(std::string_view bytes);

}  // namespace sganc
