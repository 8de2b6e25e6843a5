#pragma once
// .npy, the format of NumPy's arrays: a header that says type and shape as a Python literal, then the
// elements. Every failure is a std::runtime_error that names the file.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sganc {

struct NpyHeader {
  std::string type;  // NumPy's word, quotes aside: "|u1", "<i8"
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
  std::uint64_t data_offset = 0;  // bytes from the beginning of the file

  std::uint64_t element_bytes() const;  // 1 of "|u1"; 0 where the type is no plain number
};

/// Whether a content that begins like this is an .npy file.
bool is_npy(std::span<const std::uint8_t> beginning);

/// The header of a content, or of its beginning. `path` names it in errors.
NpyHeader read_npy_header(std::span<const std::uint8_t> beginning, const std::filesystem::path& path);

/// What stands before the elements of an array of 32-bit floats in C order: its header, filled up to a
/// multiple of 64 bytes.
std::string npy_beginning(std::span<const std::int64_t> shape);

/// The bytes that header and elements take; kMostDataBytes + 1 where that is more.
std::uint64_t npy_size(const NpyHeader& header);

}  // namespace sganc
