#pragma once
// The bytes of many images: in memory, or in files if they are too many.

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "runtime/system/descriptor.h"

namespace sganc {

/// Bytes in files, and then bytes in memory; most often one of both. Copies share the files.
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
  /// `size` bytes of an existing file, from `begin` on. They stay there, and cannot be written. Throws
  /// std::runtime_error if the file cannot be opened.
  static Pixels of_file(const std::filesystem::path& file, std::size_t begin, std::size_t size);

  std::size_t size() const { return size_in_files() + memory_.size(); }
  bool are_in_memory() const { return parts_.empty(); }
  /// The bytes, if they are in memory.
  const std::uint8_t* data() const { return memory_.data(); }

  /// Copies the bytes from `begin` on. Threads may read, and write other bytes, at the same time. Throw
  /// std::runtime_error if a file cannot be read or written.
  void read(std::size_t begin, std::span<std::uint8_t> to) const;
  void write(std::size_t begin, std::span<const std::uint8_t> from);

  /// Keeps the first `size` bytes.
  void cut(std::size_t size);
  /// Drops the first `size` bytes.
  void drop(std::size_t size);
  /// Adds bytes behind the last.
  void append(const Pixels& more);

  friend bool operator==(const Pixels& a, const Pixels& b);
  friend void keep_images(Pixels& pixels, std::span<const std::int32_t> places, std::size_t bytes);

 private:
  /// Bytes in a file.
  struct Part {
    std::shared_ptr<Descriptor> file;
    std::size_t at;   // in the file
    std::size_t end;  // of these bytes among all
    bool own;         // may be written
  };

  std::size_t size_in_files() const { return parts_.empty() ? 0 : parts_.back().end; }
  void add_part(const Part& like, std::size_t at, std::size_t size);
  template <class Use>
  void for_parts(std::size_t begin, std::size_t size, const Use& use) const;

  std::vector<Part> parts_;
  std::vector<std::uint8_t> memory_;
};

/// Moves the images `places`, in ascending order and of `bytes` bytes each, to the beginning, and drops the
/// others.
void keep_images(Pixels& pixels, std::span<const std::int32_t> places, std::size_t bytes);

/// Where images may lie.
struct ImageRoom {
  /// Images that take more bytes together than this are kept in a file. Absent: half of the memory that is
  /// available.
  std::optional<std::int64_t> most_memory = {};
  std::filesystem::path file_folder = {};  // of this file; empty: the system's for temporary files

  bool is_too_much(double bytes) const;
  Pixels in_file(std::size_t size) const;
};

}  // namespace sganc
