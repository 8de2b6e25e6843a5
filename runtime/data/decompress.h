#pragma once
// Files of data, plain or gzip-compressed, told apart by what is in them. Memory is taken for what a file can
// hold at most, whatever it declares. Every failure is a std::runtime_error that names the file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace sganc {

/// The most bytes that images, labels or a file of them may take: what 32 bits can index.
inline constexpr std::int64_t kMostDataBytes = (std::int64_t{1} << 31) - 1;

/// How many bytes a content that begins like this says that it has, its header included.
using DeclaredSize = std::function<std::uint64_t(std::span<const std::uint8_t> beginning)>;

/// The beginnings that a DeclaredSize sees have so many bytes, or all that there are.
inline constexpr std::size_t kBeginning = std::size_t{1} << 17;

/// The content. It is read no further than one byte behind what it declares, so that its reader finds it too
/// long; of one that declares more than kMostDataBytes the beginning alone, and one that holds more without a
/// word is an error. Where `stop` asks for it reading ends with an error.
std::vector<std::uint8_t> read_decompressed(const std::filesystem::path& path,
                                            const DeclaredSize& declared = {},
                                            const std::stop_token& stop = {});

/// `found 5`, or `found more` where the content was too long to be read to its end.
std::string found_bytes(std::uint64_t found, std::uint64_t expected);

}  // namespace sganc
