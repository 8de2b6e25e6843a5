#pragma once
// Whole files, read and written. A reader of a written file sees the old bytes or the new ones, never a part.
// Every failure is a std::runtime_error "PATH: what failed: the system's reason".

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace sganc {

/// The bytes of a regular file.
std::string read_file(const std::filesystem::path& path);

/// Writes a temporary file beside `path`, flushes it to the disk and renames it; a failure leaves what was
/// there. A symbolic link is followed; a device or pipe is written to directly.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The same for bytes in several parts, one after the other.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::string_view> parts);

/// Writes all bytes to a descriptor; `path` names it in errors.
void write_fully(int descriptor, std::string_view bytes, const std::filesystem::path& path);

}  // namespace sganc
