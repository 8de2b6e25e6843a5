#pragma once
// Arrays of numbers or texts as files hold them: .npy, an array of an .npz archive, or IDX; .npy and IDX
// plain or gzip-compressed. The content decides the format. Every failure is a std::runtime_error that names
// the file and, where NumPy can mend it, ends with the line that does.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sganc {

/// Elements in C order and in the byte order of this machine.
struct Array {
  /// NumPy's kinds: b (a byte, 0 or 1), u, i, f, U (texts of 4-byte characters), S (texts of bytes).
  char kind = 'u';
  std::size_t width = 1;  // bytes of an element
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes;

  std::int64_t count() const;  // of elements
  /// Element i of an array of numbers. Whole numbers beyond 2^53 are rounded.
  double number(std::int64_t i) const;
  /// Element i of an array of texts, as UTF-8.
  std::string text(std::int64_t i) const;
  bool is_text() const { return kind == 'U' || kind == 'S'; }
};

/// What an array is to hold: named in errors, and for IDX files the kind of file.
enum class ArrayOf { images, labels, points };

/// Reads a whole array of labels or points. `path` is a file, or ARCHIVE.npz/NAME. Throws for an empty array,
/// one larger than 2 GiB, and one of objects or records.
Array read_array(const std::filesystem::path& path, ArrayOf what);

/// "(2, 28, 28)"
std::string shape_text(std::span<const std::int64_t> shape);

}  // namespace sganc
