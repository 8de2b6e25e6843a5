#pragma once
// The bytes of many images: in memory, or in a file if they are too many.

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "runtime/system/descriptor.h"

namespace sganc {

/// Copies of pixels in a file share the file.
class Pixels {
 public:
  Pixels() = default;
  Pixels(std::vector<std::uint8_t> bytes) : memory_(std::move(bytes)) {}
  Pixels(std::initializer_list<std::uint8_t> bytes) : memory_(bytes) {}

  /// So many zeros in memory.
  static Pixels in_memory(std::size_t size) { return Pixels(std::vector<std::uint8_t>(size)); }
  /// So many bytes in a new file of this folder. The file has no name, and goes away with the process. Throws
  /// std::runtime_error, with the folder, if there is not enough room.
  static Pixels in_file(std::size_t size, const std::filesystem::path& folder);

  std::size_t size() const { return file_ ? file_size_ : memory_.size(); }
  bool are_in_memory() const { return !file_; }
  /// The bytes, if they are in memory.
  const std::uint8_t* data() const { return memory_.data(); }

  /// Copies the bytes from `begin` on. Threads may read, and write other bytes, at the same time. Throw
  /// std::runtime_error if the file cannot be read or written.
  void read(std::size_t begin, std::span<std::uint8_t> to) const;
  void write(std::size_t begin, std::span<const std::uint8_t> from);

  /// Keeps the first `size` bytes.
  void cut(std::size_t size);

  friend bool operator==(const Pixels& a, const Pixels& b);

 private:
  std::vector<std::uint8_t> memory_;
  std::shared_ptr<Descriptor> file_;
  std::size_t file_size_ = 0;
};

/// Moves the images `places`, in ascending order and of `bytes` bytes each, to the beginning, and drops the
/// others.
void keep_images(Pixels& pixels, std::span<const std::int32_t> places, std::size_t bytes);

}  // namespace sganc
