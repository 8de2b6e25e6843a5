#pragma once
// The frames around the records of an event file: the length of a record and the checksums of both. A reader
// notices a record that is damaged or incomplete.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sganc {

/// CRC-32C (Castagnoli's polynomial).
std::uint32_t crc32c(std::string_view bytes);

/// A record in its frame: 8 bytes of length, their checksum, the record, its checksum.
std::string framed(std::string_view record);

/// The first record of the bytes, or nothing if it is damaged or incomplete.
std::optional<std::string_view> first_record(std::string_view bytes);

/// The bytes that the frame adds to a record.
inline constexpr std::size_t kFrameBytes = 16;

}  // namespace sganc
