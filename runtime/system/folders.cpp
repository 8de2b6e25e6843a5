#include "runtime/system/folders.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "runtime/system/digest.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Throws if the folder holds a file that would not be replaced.
void require_own_files(const fs::path& folder, const FolderFiles& files) {
  if (!fs::exists(folder)) return;
  if (!fs::is_directory(folder)) throw std::runtime_error(folder.string() + ": is a file, not a folder");
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (const auto name = fs::relative(entry.path(), folder).generic_string();
        !entry.is_directory() && !files.contains(name))
      throw std::runtime_error(folder.string() + ": holds another file, " + name +
                               "; name a folder that is empty or does not exist");
}

/// A folder beside `folder` with a name that nobody else uses, which is removed with this object.
class FolderBeside {
 public:
  FolderBeside(const fs::path& folder, const std::string& purpose)
      : path_(folder.parent_path() /
              ("." + folder.filename().string() + "." + purpose + "." + std::to_string(::getpid()))) {
    remove();
  }
  ~FolderBeside() { remove(); }
  FolderBeside(const FolderBeside&) = delete;
  FolderBeside& operator=(const FolderBeside&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path path_;
};

}  // namespace

void write_folder_atomically(const fs::path& given, const FolderFiles& files) try {
  fs::path folder = fs::absolute(given).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // it ended with a slash
  require_own_files(given, files);
  fs::create_directories(folder.parent_path());
  const FolderBeside fresh(folder, "new"), old(folder, "old");
  for (const auto& [name, content] : files) {
    const fs::path path = fresh.path() / name;
    fs::create_directories(path.parent_path());
    write_file_atomically(path, content);
  }
  const bool replaces = fs::exists(folder);
  if (replaces) fs::rename(folder, old.path());
  try {
    fs::rename(fresh.path(), folder);
  } catch (const fs::filesystem_error&) {
    if (replaces) fs::rename(old.path(), folder);  // what was there stays
    throw;
  }
} catch (const fs::filesystem_error& error) {
  throw std::runtime_error(given.string() + ": cannot be written: " + error.code().message());
}

void add_digests(FolderFiles& files) {
  std::string lines;
  for (const auto& [name, content] : files) lines += Sha256().add(content).hex() + "  " + name + "\n";
  files[kDigestFile] = lines;
}

void check_digests(const fs::path& folder) {
  std::istringstream lines(read_file(folder / kDigestFile));
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 67 || line.substr(64, 2) != "  ")
      throw std::runtime_error((folder / kDigestFile).string() + ": is damaged");
    const fs::path file = folder / line.substr(66);
    if (sha256_of_file(file) != line.substr(0, 64))
      throw std::runtime_error(file.string() + ": is damaged: its bytes are not those that were written");
  }
}

TemporaryFolder::TemporaryFolder(const fs::path& place, const std::string& beginning,
                                 const std::string& failure) {
  std::string pattern = (fs::absolute(place) / (beginning + "XXXXXX")).string();
  if (!::mkdtemp(pattern.data()))
    throw std::runtime_error(place.string() + ": " + failure + ": " + std::generic_category().message(errno));
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path temporary_place() {
  std::error_code none;
  const fs::path place = fs::temp_directory_path(none);
  return none ? "/tmp" : place;
}

}  // namespace sganc
