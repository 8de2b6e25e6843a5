#pragma once
// The folder of compiled kernels. Each file ends with the SHA-256 of its content, which ELF ignores. A file
// that has changed counts as missing. Files are written under private names and renamed, so that several
// processes can use one folder.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sganc {

class KernelCache {
 public:
  /// New files go into `private_folder`, or into `folder` if that is empty. Both are searched, unless other
  /// users can write to `folder`.
  explicit KernelCache(std::filesystem::path folder, std::filesystem::path private_folder = {});

  /// The file of that name, if it is undamaged. Marks it as used now.
  std::optional<std::filesystem::path> find(const std::string& name) const;

  /// Writes a file. It is flushed to the disk before it gets its name. Throws std::runtime_error with its
  /// path.
  std::filesystem::path install(const std::string& name, std::string_view content) const;

  /// The same for a file that `make` writes to the given path.
  std::filesystem::path install_made(const std::string& name,
                                     const std::function<void(const std::filesystem::path&)>& make) const;

  /// Marks the file as used now.
  void touch(const std::string& name) const;

  /// Removes the least recently used files until `most` bytes are left. Keeps files used in the last hour,
  /// since another process may be about to load them.
  void trim(std::int64_t most) const;

 private:
  std::filesystem::path folder_, private_folder_;
};

/// A library of a cache as it is kept elsewhere: with a signature at its end.
std::string signed_library(const std::filesystem::path& library, std::string_view key);

/// Returns why a library outside of a cache cannot be used for these symbols, or "" if it can: it was signed
/// with this key, has not changed since, and has all symbols.
std::string why_not_usable(const std::filesystem::path& library, std::string_view key,
                           const std::vector<std::string>& symbols);

/// Creates the folder if it is missing. Returns why no kernels can be kept there (it is not writable, or
/// other users can write to it), or "" if they can.
std::string why_not_kept(const std::filesystem::path& folder);

struct CacheSize {
  std::size_t files = 0;
  std::int64_t bytes = 0;
};

/// The size of the files in `folder` that a KernelCache made.
CacheSize size_of_cache(const std::filesystem::path& folder);

/// Removes these files, except those that a process is writing. Returns the removed size.
CacheSize clean_cache(const std::filesystem::path& folder);

}  // namespace sganc
