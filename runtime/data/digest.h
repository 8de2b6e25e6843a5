#pragma once
// SHA-256, as 64 lower-case hexadecimal digits.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace sganc {

std::string sha256_hex(std::span<const std::uint8_t> bytes);

/// Of a file's bytes as they are. Throws std::runtime_error where it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace sganc
