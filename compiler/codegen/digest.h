#pragma once
// SHA-256, for the names of compiled kernels and to check that their files are complete.

#include <string>
#include <string_view>

namespace sganc {

inline constexpr std::size_t kDigestBytes = 32;

/// 32 bytes.
std::string sha256(std::string_view bytes);

/// Its first 16 hexadecimal digits.
std::string short_digest(std::string_view bytes);

}  // namespace sganc
