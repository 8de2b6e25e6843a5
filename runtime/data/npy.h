#pragma once
// The .npy format of NumPy's arrays: a header with type and shape as a Python literal, then the elements.
// Every failure is a std::runtime_error that names the file.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sganc {

struct NpyHeader {
  std::string type;  // NumPy's name of the type: |u1, <i8
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
  std::uint64_t data_offset = 0;  // bytes from the beginning of the file

  char kind() const { return type.size() > 1 ? type[1] : '\0'; }  // u of |u1; see Array
  std::uint64_t element_bytes() const;  // 1 for |u1; 0 if the type is neither a number nor a text
};

/// Whether this is the beginning of an .npy file.
bool is_npy(std::span<const std::uint8_t> beginning);

/// Reads the header from the beginning of a file. `path` names it in errors.
NpyHeader read_npy_header(std::span<const std::uint8_t> beginning, const std::filesystem::path& path);

/// The header for an array of 32-bit floats in C order, padded to a multiple of 64 bytes.
std::string npy_beginning(std::span<const std::int64_t> shape);

/// The most bytes that an array may declare: 1 TiB.
inline constexpr std::uint64_t kMostArrayBytes = std::uint64_t{1} << 40;

/// The size of header and elements in bytes, but at most kMostArrayBytes + 1.
std::uint64_t npy_size(const NpyHeader& header);

}  // namespace sganc
