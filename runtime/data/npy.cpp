#include "runtime/data/npy.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>

#include "runtime/data/decompress.h"

namespace sganc {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostHeader = kBeginning - 16;
constexpr std::uint64_t kMostCharacters = 1 << 16;  // of a text

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": not a readable .npy file: " + what);
}

/// Reads the Python literal {'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderText {
 public:
  HeaderText(std::string_view text, const std::filesystem::path& path) : rest_(text), path_(path) {}

  NpyHeader read() {
    NpyHeader header;
    bool descr = false, order = false, shape = false;
    expect('{');
    while (!take('}')) {
      const auto key = string();
      expect(':');
      if (key == "descr") {
        descr = true;
        header.type = string();
      } else if (key == "fortran_order") {
        order = true;
        header.fortran_order = boolean();
      } else if (key == "shape") {
        shape = true;
        header.shape = tuple();
      } else {
        refuse();
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (!descr || !order || !shape) refuse();
    return header;
  }

 private:
  [[noreturn]] void refuse() const { fail(path_, "its header is not that of an array of numbers"); }

  bool take(char c) {
    const auto at = rest_.find_first_not_of(" \t\n");
    if (at == std::string_view::npos || rest_[at] != c) return false;
    rest_.remove_prefix(at + 1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) refuse();
  }

  std::string string() {
    const char quote = take('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const auto end = rest_.find(quote);
    if (end == std::string_view::npos || end > 32) refuse();
    const std::string text(rest_.substr(0, end));
    if (std::ranges::any_of(text, [](char c) { return c < ' ' || c > '~'; })) refuse();
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool boolean() {
    for (const std::string_view word : {"True", "False"}) {
      const auto at = std::min(rest_.find_first_not_of(' '), rest_.size());
      if (!rest_.substr(at).starts_with(word)) continue;
      rest_.remove_prefix(at + word.size());
      return word == "True";
    }
    refuse();
  }

  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> extents;
    expect('(');
    while (!take(')')) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
      std::int64_t extent = -1;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (error != std::errc() || extent < 0 || extents.size() == 8) refuse();
      extents.push_back(extent);
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      take('L');  // Python 2 wrote long numbers as 3L
      if (take(',')) continue;
      expect(')');
      break;
    }
    return extents;
  }

  std::string_view rest_;
  const std::filesystem::path& path_;
};

}  // namespace

std::uint64_t NpyHeader::element_bytes() const {
  if (type.size() < 3 || std::string_view("<>|=").find(type[0]) == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(type.data() + 2, type.data() + type.size(), number);
  if (error != std::errc() || end != type.data() + type.size() || number == 0) return 0;
  switch (kind()) {
    case 'b':
      return number == 1 ? 1 : 0;
    case 'u':
    case 'i':
      return number == 1 || number == 2 || number == 4 || number == 8 ? number : 0;
    case 'f':
      return number == 2 || number == 4 || number == 8 ? number : 0;
    case 'U':
      return number <= kMostCharacters ? 4 * number : 0;
    case 'S':
      return number <= kMostCharacters ? number : 0;
    default:
      return 0;
  }
}

bool is_npy(std::span<const std::uint8_t> beginning) {
  return beginning.size() >= kMagic.size() &&
         std::equal(kMagic.begin(), kMagic.end(), beginning.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

NpyHeader read_npy_header(std::span<const std::uint8_t> beginning, const std::filesystem::path& path) {
  const auto is_short = [&] { fail(path, "it ends within its header"); };
  if (!is_npy(beginning)) fail(path, "it does not begin with \"\\x93NUMPY\"");
  if (beginning.size() < 12) is_short();
  const unsigned version = beginning[6];
  if (version < 1 || version > 3) fail(path, "its version " + std::to_string(version) + " is not known");
  const std::size_t start = version == 1 ? 10 : 12;
  std::uint64_t length = 0;
  for (std::size_t i = start; i-- > 8;) length = length << 8 | beginning[i];
  if (length > kMostHeader) fail(path, "its header of " + std::to_string(length) + " bytes is too long");
  if (beginning.size() - start < length) is_short();
  const auto text = beginning.subspan(start, length);
  NpyHeader header = HeaderText({reinterpret_cast<const char*>(text.data()), text.size()}, path).read();
  header.data_offset = start + length;
  return header;
}

std::string npy_beginning(std::span<const std::int64_t> shape) {
  std::string tuple;
  for (const auto extent : shape) tuple += std::to_string(extent) + ", ";
  if (shape.size() > 1) tuple.resize(tuple.size() - 2);
  if (shape.size() == 1) tuple.pop_back();
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + tuple + "), }";
  text.resize((10 + text.size() + 1 + 63) / 64 * 64 - 11, ' ');
  text += '\n';
  return std::string(kMagic) + std::string("\x01\x00", 2) + static_cast<char>(text.size() & 255) +
         static_cast<char>(text.size() >> 8) + text;
}

std::uint64_t npy_size(const NpyHeader& header) {
  constexpr std::uint64_t kTooMany = kMostArrayBytes + 1;
  if (std::ranges::count(header.shape, 0) > 0) return header.data_offset;
  std::uint64_t bytes = header.element_bytes();
  for (const auto extent : header.shape) {
    const auto factor = static_cast<std::uint64_t>(extent);
    bytes = factor > kTooMany / std::max<std::uint64_t>(bytes, 1) ? kTooMany : bytes * factor;
  }
  return std::min(kTooMany, bytes + header.data_offset);
}

}  // namespace sganc
