#pragma once
// Writes folders of files that belong together, and checks them. Failures are std::runtime_error.

#include <filesystem>
#include <map>
#include <string>

namespace sganc {

/// The files of a folder: their contents by their names, which may lie in folders: include/net.h.
using FolderFiles = std::map<std::string, std::string>;

/// Writes a folder that holds these files and no others, whole or not at all. The folder must be absent, or
/// hold nothing but files of these names, which are replaced.
void write_folder_atomically(const std::filesystem::path& folder, const FolderFiles& files);

/// The file of digests.
inline constexpr const char* kDigestFile = "SHA256SUMS";

/// Adds SHA256SUMS, which names every file with its digest, as `sha256sum -c` reads it.
void add_digests(FolderFiles& files);

/// Throws for a file that SHA256SUMS in the folder names and that is missing or has another digest, and for a
/// folder without SHA256SUMS.
void check_digests(const std::filesystem::path& folder);

/// A folder for this user alone, with a name that nobody could know before. It is removed with this object.
class TemporaryFolder {
 public:
  /// In `place`, under a name that starts with `beginning`. Throws "PLACE: FAILURE: the system's reason".
  TemporaryFolder(const std::filesystem::path& place, const std::string& beginning,
                  const std::string& failure);
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The system's place for temporary files.
std::filesystem::path temporary_place();

}  // namespace sganc
