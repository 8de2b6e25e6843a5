#include "runtime/data/idx.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "runtime/data/decompress.h"

namespace sganc {
namespace {

constexpr std::uint32_t kImageMagic = 0x803, kLabelMagic = 0x801;
constexpr std::uint64_t kMostBytes = kMostDataBytes;

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

/// Checks the magic number. Returns the extents.
std::vector<std::int64_t> read_extents(std::span<const std::uint8_t> content, std::uint32_t magic,
                                       const std::string& what, const std::filesystem::path& path) {
  const std::size_t rank = magic & 0xff;
  const auto is_short = [&] { fail(path, "not an IDX file of " + what + ": it ends within its header"); };
  if (content.size() < 4) is_short();
  if (big_endian(content, 0) != magic)
    fail(path, "not an IDX file of " + what + ": it begins with " + hexadecimal(big_endian(content, 0)) +
                   ", expected " + hexadecimal(magic));
  if (content.size() < 4 + 4 * rank) is_short();
  std::vector<std::int64_t> extents;
  for (std::size_t i = 0; i < rank; ++i) {
    extents.push_back(big_endian(content, 4 + 4 * i));
    if (extents.back() == 0) fail(path, "the IDX file holds no " + what);
  }
  return extents;
}

/// The same, and checks the length.
std::vector<std::int64_t> read_header(std::span<const std::uint8_t> content, std::uint32_t magic,
                                      const std::string& what, const std::filesystem::path& path) {
  auto extents = read_extents(content, magic, what, path);
  const std::size_t header = 4 + 4 * extents.size();
  // The product is capped at kMostBytes, so that it cannot overflow.
  std::uint64_t expected = 1;
  bool too_large = false;
  for (const auto extent : extents) {
    expected *= static_cast<std::uint64_t>(extent);
    too_large = too_large || expected > kMostBytes;
    expected = std::min<std::uint64_t>(expected, kMostBytes);
  }
  if (too_large) fail(path, "the IDX header asks for more than 2 GiB");
  if (content.size() - header != expected)
    fail(path, "expected " + std::to_string(expected) + " bytes after the IDX header, " +
                   found_bytes(content.size() - header, expected));
  return extents;
}

}  // namespace

std::uint64_t idx_size(std::span<const std::uint8_t> beginning) {
  const auto magic = beginning.size() < 4 ? 0 : big_endian(beginning, 0);
  const std::size_t header = 4 + 4 * std::size_t{magic & 0xff};
  if ((magic != kImageMagic && magic != kLabelMagic) || beginning.size() < header) return 16;
  std::uint64_t bytes = 1;
  for (std::size_t at = 4; at < header; at += 4)
    bytes = std::min(bytes * big_endian(beginning, at), kMostBytes + 1);
  return std::min(bytes + header, kMostBytes + 1);
}

std::vector<std::int64_t> idx_image_extents(std::span<const std::uint8_t> beginning,
                                            const std::filesystem::path& path) {
  return read_extents(beginning, kImageMagic, "images", path);
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
  return parse_idx_images(read_decompressed(path, idx_size), path);
}

std::vector<std::int32_t> read_idx_labels(const std::filesystem::path& path) {
  return parse_idx_labels(read_decompressed(path, idx_size), path);
}

}  // namespace sganc
