#include "runtime/data/array_files.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/data/decompress.h"
#include "runtime/data/idx.h"
#include "runtime/data/npy.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// Returns the content of an .npy or IDX file, up to one byte beyond the size that its header declares.
Bytes read_array(const fs::path& path, const std::stop_token& stop = {}) {
  const auto declared = [&](std::span<const std::uint8_t> beginning) {
    return is_npy(beginning) ? npy_size(read_npy_header(beginning, path)) : idx_size(beginning);
  };
  return read_decompressed(path, declared, stop);
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

/// Returns the header of an .npy file whose whole content is given. Throws std::runtime_error if the array is
/// empty or larger than 2 GiB, or if the content is shorter or longer than the header declares. `what` names
/// the elements in errors.
NpyHeader complete_header(const Bytes& content, const fs::path& path, const std::string& what) {
  const auto header = read_npy_header(content, path);
  const auto size = npy_size(header);
  if (std::ranges::count(header.shape, 0) > 0) fail(path, "the array holds no " + what);
  if (size > std::uint64_t{kMostDataBytes})
    fail(path, "its shape " + shape_text(header.shape) + " asks for more than 2 GiB");
  if (content.size() != size)
    fail(path, "expected " + std::to_string(size - header.data_offset) + " bytes of shape " +
                   shape_text(header.shape) + ", " +
                   found_bytes(content.size() - header.data_offset, size - header.data_offset));
  return header;
}

ArrayImages images_of_npy(Bytes content, const fs::path& path) {
  const auto stated = read_npy_header(content, path);
  if (stated.type.size() != 3 || stated.type.substr(1) != "u1")
    fail(path, "images must be of type uint8, found \"" + stated.type + "\"");
  if (stated.shape.size() != 3 && stated.shape.size() != 4)
    fail(path,
         "images must have the shape (count, height, width) or (count, height, width, channels), "
         "found " +
             shape_text(stated.shape));
  if (stated.fortran_order) fail(path, "images must be stored in C order, found Fortran order");
  const auto header = complete_header(content, path, "images");
  content.erase(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(header.data_offset));
  const auto& s = header.shape;
  return {s[0], {s[1], s[2], s.size() == 4 ? s[3] : 1}, std::move(content)};
}

/// Returns the little-endian integer in `bytes`. An unsigned one beyond INT64_MAX becomes INT64_MAX.
std::int64_t integer_of(std::span<const std::uint8_t> bytes, bool is_signed) {
  std::uint64_t value = is_signed && bytes.back() >= 0x80 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return is_signed ? static_cast<std::int64_t>(value)
                   : static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

/// Returns the little-endian number at byte `at`.
template <class Number>
Number number_at(const Bytes& content, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);
  Number number;
  std::memcpy(&number, content.data() + at, sizeof number);
  return number;
}

std::vector<std::int32_t> labels_of_npy(const Bytes& content, const fs::path& path) {
  const auto stated = read_npy_header(content, path);
  const auto width = stated.element_bytes();
  if (width == 0 || (stated.type[1] != 'u' && stated.type[1] != 'i') || (width > 1 && stated.type[0] == '>'))
    fail(path, "labels must be little-endian integers, found \"" + stated.type + "\"");
  if (stated.shape.size() != 1)
    fail(path, "labels must have the shape (count,), found " + shape_text(stated.shape));
  const auto header = complete_header(content, path, "labels");
  std::vector<std::int32_t> labels;
  for (auto at = header.data_offset; at < content.size(); at += width) {
    const auto label = integer_of(std::span(content).subspan(at, width), stated.type[1] == 'i');
    if (label < kUnlabelled || label >= kMostClasses)
      fail(path, "label " + std::to_string(labels.size()) + " is " + std::to_string(label) +
                     ": a label is a class from 0 to " + std::to_string(kMostClasses - 1) +
                     ", or -1 for an image without a label");
    labels.push_back(static_cast<std::int32_t>(label));
  }
  return labels;
}

}  // namespace

ArrayImages read_array_images(const fs::path& path, const std::stop_token& stop) {
  auto content = read_array(path, stop);
  if (is_npy(content)) return images_of_npy(std::move(content), path);
  auto images = parse_idx_images(std::move(content), path);
  return {images.count, {images.height, images.width, 1}, std::move(images.pixels)};
}

std::vector<std::int32_t> read_array_labels(const fs::path& path, std::int64_t images) {
  const auto content = read_array(path);
  auto labels = is_npy(content) ? labels_of_npy(content, path) : parse_idx_labels(content, path);
  if (static_cast<std::int64_t>(labels.size()) != images)
    fail(path, "expected " + std::to_string(images) + " labels, one an image, found " +
                   std::to_string(labels.size()));
  return labels;
}

ArrayPoints read_array_points(const fs::path& path) {
  const auto content = read_array(path);
  const auto stated = read_npy_header(content, path);
  const bool wide = stated.type == "<f8";
  if (!wide && stated.type != "<f4")
    fail(path, "points must be little-endian floats of 32 or 64 bits, found \"" + stated.type + "\"");
  if (stated.shape.size() != 2)
    fail(path, "points must have the shape (count, size), found " + shape_text(stated.shape));
  if (stated.fortran_order) fail(path, "points must be stored in C order, found Fortran order");
  const auto header = complete_header(content, path, "points");
  ArrayPoints points{header.shape[0], header.shape[1], {}};
  const std::size_t width = wide ? 8 : 4;
  for (std::size_t at = header.data_offset; at < content.size(); at += width) {
    points.values.push_back(wide ? static_cast<float>(number_at<double>(content, at))
                                 : number_at<float>(content, at));
    if (!std::isfinite(points.values.back()))
      fail(path, "point " +
                     std::to_string((points.values.size() - 1) / static_cast<std::size_t>(points.size)) +
                     " holds a number that is not finite");
  }
  return points;
}

void write_array(const fs::path& path, std::span<const std::int64_t> shape, std::span<const float> values) {
  const auto bytes = std::as_bytes(values);
  const std::string beginning = npy_beginning(shape);
  const std::string_view parts[] = {beginning, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
  write_file_atomically(path, parts);
}

}  // namespace sganc
