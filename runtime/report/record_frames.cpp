#include "runtime/report/record_frames.h"

#include <array>

namespace sganc {
namespace {

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    table[byte] = crc;
  }
  return table;
}

/// The checksum as it stands in a file, where records that contain checksums are checked too.
std::uint32_t masked(std::uint32_t crc) {
  return (crc >> 15 | crc << 17) + 0xa282ead8;
}

std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i));
  return text;
}

std::uint64_t read_little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

bool has_checksum(std::string_view bytes, std::string_view checksum) {
  return read_little_endian(checksum) == masked(crc32c(bytes));
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr auto table = crc_table();
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ crc >> 8;
  return ~crc;
}

std::string framed(std::string_view record) {
  const auto length = little_endian(record.size(), 8);
  return length + little_endian(masked(crc32c(length)), 4) + std::string(record) +
         little_endian(masked(crc32c(record)), 4);
}

std::optional<std::string_view> first_record(std::string_view bytes) {
  if (bytes.size() < kFrameBytes || !has_checksum(bytes.substr(0, 8), bytes.substr(8, 4))) return {};
  const auto length = read_little_endian(bytes.substr(0, 8));
  if (length > bytes.size() - kFrameBytes) return {};
  const auto record = bytes.substr(12, static_cast<std::size_t>(length));
  if (!has_checksum(record, bytes.substr(12 + record.size(), 4))) return {};
  return record;
}

}  // namespace sganc
