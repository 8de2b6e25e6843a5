#pragma once
// Reads data files, plain or gzip-compressed; the content decides which. Never allocates more memory than the
// file can hold, whatever the header of the file declares. Every failure is a std::runtime_error that names
// the file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace sganc {

/// The most bytes of labels, of a known data set's images, or of a file of them.
inline constexpr std::int64_t kMostDataBytes = (std::int64_t{1} << 31) - 1;

/// Returns the size in bytes that a content declares in its beginning, header included.
using DeclaredSize = std::function<std::uint64_t(std::span<const std::uint8_t> beginning)>;

/// A DeclaredSize gets this many bytes of the beginning, or fewer if the content is shorter.
inline constexpr std::size_t kBeginning = std::size_t{1} << 17;

/// The most bytes that deflate can make of one.
inline constexpr std::uint64_t kMostCompression = 1032;

/// A content, plain or decompressed, that is read from its beginning on.
struct Content {
  /// Returns how many bytes it has filled: fewer than there is room for only at the end. Throws
  /// std::runtime_error.
  std::function<std::size_t(std::span<std::uint8_t>)> next;
  std::uint64_t most = 0;  // bytes that it can hold: those of the file, or what deflate can make of them
  bool plain = false;      // the bytes are those of the file
};

/// Throws std::runtime_error if it is no regular file.
Content open_content(const std::filesystem::path& path);

/// Appends bytes of the content until there are `size` or it ends. Memory grows with the bytes that have been
/// read. Throws, with the path, if `stop` is requested.
void read_up_to(const Content& content, std::vector<std::uint8_t>& bytes, std::uint64_t size,
                const std::filesystem::path& path, const std::stop_token& stop);

/// The decompressed content. Reading stops one byte after the declared size, so that the caller can see that
/// a content is too long. If a content declares more than kMostDataBytes, only its beginning is returned.
/// Throws if a content is longer than kMostDataBytes and does not declare a size, and if `stop` is requested.
std::vector<std::uint8_t> read_decompressed(const std::filesystem::path& path,
                                            const DeclaredSize& declared = {},
                                            const std::stop_token& stop = {});

/// `found 5`, or `found more` if the content was longer than expected and not read to its end.
std::string found_bytes(std::uint64_t found, std::uint64_t expected);

}  // namespace sganc
