#pragma once
// The folder where compiled kernels are kept. Each file ends with the SHA-256 of what comes before, which ELF
// does not look at: a file that is not as it was written counts as missing. Files are made under names that
// nobody knows and renamed, so that several processes can use one folder.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sganc {

class KernelCache {
 public:
  /// New files go into `folder`, or into `private_folder` where that is not empty; both are searched, but for
  /// a `folder` that other users can write.
  explicit KernelCache(std::filesystem::path folder, std::filesystem::path private_folder = {});

  /// The file of that name where it is whole; it counts as used now.
  std::optional<std::filesystem::path> find(const std::string& name) const;

  /// Writes a file, flushed to the disk before it has its name. Throws std::runtime_error with its path.
  std::filesystem::path install(const std::string& name, std::string_view content) const;

  /// The same with what `make` writes to the path that it is given.
  std::filesystem::path install_made(const std::string& name,
                                     const std::function<void(const std::filesystem::path&)>& make) const;

  /// Counts the file as used now.
  void touch(const std::string& name) const;

  /// Removes what was used least recently until `most` bytes are left, but nothing that was used in the last
  /// hour: another process may be about to load it.
  void trim(std::int64_t most) const;

 private:
  std::filesystem::path folder_, private_folder_;
};

/// Makes the folder where it is missing. Says why no kernels can be kept there: it cannot be written, or
/// other users can. "" where they can be kept.
std::string why_not_kept(const std::filesystem::path& folder);

struct CacheSize {
  std::size_t files = 0;
  std::int64_t bytes = 0;
};

/// Of the files in `folder` that a KernelCache made.
CacheSize size_of_cache(const std::filesystem::path& folder);

/// Removes all of them that no process is writing; returns how much that was.
CacheSize clean_cache(const std::filesystem::path& folder);

}  // namespace sganc
