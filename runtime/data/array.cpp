#include "runtime/data/array.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "runtime/data/stored_array.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
static_assert(std::endian::native == std::endian::little);

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

Array read_array(const fs::path& path, ArrayOf what) {
  const StoredArray stored = open_array(path, what);
  return stored.rows(0, stored.shape.empty() ? 1 : stored.shape[0]);
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace sganc
