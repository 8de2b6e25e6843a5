#include "runtime/data/array.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "runtime/data/decompress.h"
#include "runtime/data/idx.h"
#include "runtime/data/npy.h"
#include "runtime/data/npz.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

static_assert(std::endian::native == std::endian::little);

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// The content of the file, up to one byte beyond the size that its header declares.
Bytes content_of(const fs::path& path, const std::stop_token& stop) {
  if (const auto member = archive_member(path)) return read_npz(member->archive, member->name, stop);
  if (is_npz(path)) {
    const auto names = npz_names(path);
    fail(path,
         "an archive of " + std::to_string(names.size()) + " arrays" +
             (names.empty() ? std::string()
                            : ": name one of them, as in \"" + (path.filename() / names[0]).string() + "\""));
  }
  const auto declared = [&](std::span<const std::uint8_t> beginning) {
    return is_npy(beginning) ? npy_size(read_npy_header(beginning, path)) : idx_size(beginning);
  };
  return read_decompressed(path, declared, stop);
}

/// The bytes of each element, the most significant one last.
void swap_bytes(Bytes& bytes, std::size_t width) {
  for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(width))
    std::reverse(at, at + static_cast<std::ptrdiff_t>(width));
}

/// Elements whose first index moves fastest, with the last index moving fastest.
Bytes in_c_order(const Bytes& from, const std::vector<std::int64_t>& shape, std::size_t width) {
  Bytes to(from.size());
  std::vector<std::int64_t> index(shape.size());
  std::vector<std::size_t> stride;  // of each index, in elements of `from`
  std::size_t step = 1;
  for (const auto extent : shape)
    stride.push_back(std::exchange(step, step * static_cast<std::size_t>(extent)));
  std::size_t source = 0;
  for (std::size_t at = 0; at < to.size(); at += width) {
    std::memcpy(to.data() + at, from.data() + source * width, width);
    for (std::size_t k = shape.size(); k-- > 0;) {
      source += stride[k];
      if (++index[k] < shape[k]) break;
      source -= stride[k] * static_cast<std::size_t>(std::exchange(index[k], 0));
    }
  }
  return to;
}

/// Refuses types that are neither numbers nor texts.
void require_readable(const NpyHeader& header, const fs::path& path, const std::string& what) {
  if (header.element_bytes() > 0) return;
  if (header.type.find('O') != std::string::npos)
    fail(path, what +
                   " are Python objects, which only Python can read: save them as numbers or texts, "
                   "np.save(file, np.array(a.tolist()))");
  fail(path, what + " must be numbers, found \"" + header.type + "\"");
}

Array array_of_npy(Bytes content, const fs::path& path, const std::string& what) {
  const auto header = read_npy_header(content, path);
  require_readable(header, path, what);
  const auto size = npy_size(header);
  if (std::ranges::count(header.shape, 0) > 0) fail(path, "the array holds no " + what);
  if (size > std::uint64_t{kMostDataBytes})
    fail(path, "its shape " + shape_text(header.shape) + " asks for more than 2 GiB");
  if (content.size() != size)
    fail(path, "expected " + std::to_string(size - header.data_offset) + " bytes of shape " +
                   shape_text(header.shape) + ", " +
                   found_bytes(content.size() - header.data_offset, size - header.data_offset));
  content.erase(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(header.data_offset));
  Array array{header.kind(), header.element_bytes(), header.shape, std::move(content)};
  if (header.type[0] == '>') swap_bytes(array.bytes, array.kind == 'U' ? 4 : array.width);
  if (header.fortran_order && array.shape.size() > 1)
    array.bytes = in_c_order(array.bytes, array.shape, array.width);
  return array;
}

/// Appends a character.
void append_utf8(std::string& text, std::uint32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
    return;
  }
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;  // bytes behind the first
  constexpr std::uint32_t kFirst[] = {0, 0xc0, 0xe0, 0xf0};
  text += static_cast<char>(kFirst[more] | c >> 6 * more);
  for (int k = more - 1; k >= 0; --k) text += static_cast<char>(0x80 | (c >> 6 * k & 0x3f));
}

template <class Number>
double number_at(const std::uint8_t* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return static_cast<double>(number);
}

/// A float of 16 bits.
double half_at(const std::uint8_t* at) {
  const unsigned bits = at[0] | at[1] << 8;
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = bits & 0x8000 ? -1 : 1;
  if (exponent == 31) return fraction ? std::nan("") : sign * HUGE_VAL;
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

}  // namespace

std::int64_t Array::count() const {
  return static_cast<std::int64_t>(bytes.size() / width);
}

double Array::number(std::int64_t i) const {
  const std::uint8_t* at = bytes.data() + static_cast<std::size_t>(i) * width;
  switch (kind) {
    case 'i':
      return width == 1   ? number_at<std::int8_t>(at)
             : width == 2 ? number_at<std::int16_t>(at)
             : width == 4 ? number_at<std::int32_t>(at)
                          : number_at<std::int64_t>(at);
    case 'f':
      return width == 2 ? half_at(at) : width == 4 ? number_at<float>(at) : number_at<double>(at);
    default:
      return width == 1   ? number_at<std::uint8_t>(at)
             : width == 2 ? number_at<std::uint16_t>(at)
             : width == 4 ? number_at<std::uint32_t>(at)
                          : number_at<std::uint64_t>(at);
  }
}

std::string Array::text(std::int64_t i) const {
  const std::uint8_t* at = bytes.data() + static_cast<std::size_t>(i) * width;
  std::string text;
  if (kind == 'S') {
    text.assign(reinterpret_cast<const char*>(at), width);
  } else {
    for (std::size_t k = 0; k + 4 <= width; k += 4) {
      std::uint32_t c;
      std::memcpy(&c, at + k, 4);
      append_utf8(text, c);
    }
  }
  while (!text.empty() && text.back() == '\0') text.pop_back();  // texts are filled up with zeros
  return text;
}

Array read_array(const fs::path& path, ArrayOf what, const std::stop_token& stop) {
  constexpr const char* kNames[] = {"images", "labels", "points"};
  auto content = content_of(path, stop);
  if (is_npy(content) || what == ArrayOf::points)
    return array_of_npy(std::move(content), path, kNames[static_cast<int>(what)]);
  if (what == ArrayOf::labels) {
    const auto labels = parse_idx_labels(content, path);
    return {'u', 1, {static_cast<std::int64_t>(labels.size())}, Bytes(labels.begin(), labels.end())};
  }
  auto images = parse_idx_images(std::move(content), path);
  return {'u', 1, {images.count, images.height, images.width}, std::move(images.pixels)};
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace sganc
