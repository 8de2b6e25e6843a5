#include "runtime/data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>

namespace sganc {
namespace {

constexpr std::uint32_t kImageMagic = 0x803, kLabelMagic = 0x801;
constexpr std::size_t kMostBytes = std::size_t{1} << 31;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

std::uint32_t big_endian(std::span<const std::uint8_t> bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

std::string hexadecimal(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", value);
  return text;
}

/// About how many bytes the file holds once decompressed: its length, or what the end of a gzip file says, as
/// far as that can be true.
std::size_t expected_size(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto length = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  unsigned char start[2] = {}, end[4] = {};
  if (length >= 18) {
    file.seekg(0).read(reinterpret_cast<char*>(start), 2);
    file.seekg(-4, std::ios::end).read(reinterpret_cast<char*>(end), 4);
  }
  if (start[0] != 0x1f || start[1] != 0x8b) return std::min<std::uint64_t>(length, kMostBytes);
  constexpr std::uint64_t kMostCompression = 1032;  // deflate's
  const std::uint64_t claimed = end[0] | end[1] << 8 | end[2] << 16 | std::uint64_t{end[3]} << 24;
  return std::min<std::uint64_t>({claimed, length * kMostCompression, kMostBytes});
}

/// Checks magic number and length; returns the extents.
std::vector<std::int64_t> read_header(std::span<const std::uint8_t> content, std::uint32_t magic,
                                      const std::string& what, const std::filesystem::path& path) {
  const std::size_t rank = magic & 0xff;
  const std::size_t header = 4 + 4 * rank;
  const auto is_short = [&] { fail(path, "not an IDX file of " + what + ": it ends within its header"); };
  if (content.size() < 4) is_short();
  if (big_endian(content, 0) != magic)
    fail(path, "not an IDX file of " + what + ": it begins with " + hexadecimal(big_endian(content, 0)) +
                   ", expected " + hexadecimal(magic));
  if (content.size() < header) is_short();

  std::vector<std::int64_t> extents;
  // A file's length bounds the product: it cannot overflow before it is found to be too large.
  std::uint64_t expected = 1;
  bool too_large = false;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::uint64_t extent = big_endian(content, 4 + 4 * i);
    if (extent == 0) fail(path, "the IDX file holds no " + what);
    extents.push_back(static_cast<std::int64_t>(extent));
    expected *= extent;
    too_large = too_large || expected > kMostBytes;
    expected = std::min<std::uint64_t>(expected, kMostBytes);
  }
  if (too_large) fail(path, "the IDX header asks for more than 2 GiB");
  if (content.size() - header != expected)
    fail(path, "expected " + std::to_string(expected) + " bytes after the IDX header, found " +
                   std::to_string(content.size() - header));
  return extents;
}

}  // namespace

std::vector<std::uint8_t> read_decompressed(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) fail(path, "cannot be read: No such file or directory");
  if (std::filesystem::is_directory(status)) fail(path, "cannot be read: Is a directory");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(::gzopen(path.c_str(), "rb"), ::gzclose_r);
  if (!file) fail(path, "cannot be read: " + std::generic_category().message(errno));
  ::gzbuffer(file.get(), 1 << 18);

  std::vector<std::uint8_t> content(std::max<std::size_t>(expected_size(path) + 1, 4096));
  std::size_t filled = 0;
  for (;;) {
    if (filled == content.size()) content.resize(std::min(2 * filled, kMostBytes + 1));
    const auto room = static_cast<unsigned>(std::min<std::size_t>(content.size() - filled, 1 << 28));
    const int count = ::gzread(file.get(), content.data() + filled, room);
    if (count < 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > kMostBytes) fail(path, "holds more than 2 GiB");
    if (count == 0) break;
  }
  int code = Z_OK;
  const char* reason = ::gzerror(file.get(), &code);
  if (code == Z_BUF_ERROR) fail(path, "the compressed file is cut off");
  if (code == Z_ERRNO) fail(path, "cannot be read: " + std::generic_category().message(errno));
  if (code != Z_OK && code != Z_STREAM_END) {
    // zlib puts the path before its reason.
    const std::string text = reason, prefix = path.string() + ": ";
    fail(path,
         "the compressed file is damaged: " + (text.starts_with(prefix) ? text.substr(prefix.size()) : text));
  }
  content.resize(filled);
  return content;
}

IdxImages parse_idx_images(std::vector<std::uint8_t> content, const std::filesystem::path& path) {
  const auto extents = read_header(content, kImageMagic, "images", path);
  content.erase(content.begin(), content.begin() + 16);
  return {extents[0], extents[1], extents[2], std::move(content)};
}

std::vector<std::int32_t> parse_idx_labels(const std::vector<std::uint8_t>& content,
                                           const std::filesystem::path& path) {
  read_header(content, kLabelMagic, "labels", path);
  return {content.begin() + 8, content.end()};
}

IdxImages read_idx_images(const std::filesystem::path& path) {
  return parse_idx_images(read_decompressed(path), path);
}

std::vector<std::int32_t> read_idx_labels(const std::filesystem::path& path) {
  return parse_idx_labels(read_decompressed(path), path);
}

}  // namespace sganc
