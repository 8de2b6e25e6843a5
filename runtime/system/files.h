#pragma once
// Reads and writes whole files. A reader sees the old bytes or the new ones, never a mix. Every failure is a
// std::runtime_error "PATH: what failed: the system's reason".

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace sganc {

/// The bytes of a regular file.
std::string read_file(const std::filesystem::path& path);

/// Writes a temporary file beside `path`, flushes it to the disk and renames it. A failure leaves the old
/// file. Follows a symbolic link; writes directly to a device or pipe.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The same for bytes in several parts, one after the other.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::string_view> parts);

/// Writes all bytes to a descriptor; `path` names it in errors.
void write_fully(int descriptor, std::string_view bytes, const std::filesystem::path& path);

}  // namespace sganc
