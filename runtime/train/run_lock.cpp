#include "runtime/train/run_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include "runtime/data/folder_search.h"
#include "runtime/system/files.h"
#include "runtime/train/run_folder.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, const std::string& what) {
  throw std::runtime_error("the run folder \"" + folder.string() + "\" " + what);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "?";
}

/// Returns the text of the lock file, which names its holder: 1234 HOST 2026-11-28T18:44:45Z
std::string own_words() {
  return std::to_string(::getpid()) + " " + host_name() + " " + utc_text(std::chrono::system_clock::now()) +
         "\n";
}

/// Says who holds the lock, as far as the file tells.
std::string holder(const fs::path& file) {
  std::string process, host, since;
  try {
    std::istringstream(read_file(file)) >> process >> host >> since;
  } catch (const std::runtime_error&) {
  }
  if (since.empty()) return "another process";
  return "process " + process + (host == host_name() ? "" : " on " + host) + ", since " + since;
}

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// Locks the open file until it is closed. The lock excludes every other opening of the file, also by this
/// process. Returns false, with errno set, if the file cannot be locked.
bool lock_file(int descriptor) {
  const struct flock whole = whole_file();
  return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

/// Whether the path still names the open file. The last holder may have removed the file in the meantime.
bool is_at(int descriptor, const fs::path& file) {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

void RunLock::require_free(const fs::path& folder) {
  const fs::path file = folder / kRunLockFile;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return;
  struct flock whole = whole_file();
  const bool asked = ::fcntl(descriptor, F_OFD_GETLK, &whole) == 0;
  ::close(descriptor);
  if (asked && whole.l_type != F_UNLCK) refuse(folder, "is in use by " + holder(file));
}

RunLock::RunLock(const fs::path& folder) : folder_(folder) {
  try {
    create_folders();
    lock();
  } catch (...) {
    if (descriptor_ >= 0) ::close(descriptor_);
    remove_created();
    throw;
  }
}

RunLock::~RunLock() {
  std::error_code ignored;
  try {
    if (RunFolder::is_empty(folder_))  // the run has not begun
      for (const char* name : {"samples", "checkpoints"}) fs::remove(folder_ / name, ignored);
  } catch (const fs::filesystem_error&) {
  }
  fs::remove(folder_ / kRunLockFile, ignored);
  remove_created();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RunLock::create_folders() {
  std::vector<fs::path> missing;
  std::error_code none;
  for (fs::path path = folder_; !path.empty() && !fs::exists(path, none); path = path.parent_path())
    missing.insert(missing.begin(), path);
  for (const auto& path : missing) {
    std::error_code error;
    if (fs::create_directory(path, error)) created_.push_back(path);
    if (error) refuse(folder_, "cannot be made: " + error.message());
  }
}

void RunLock::lock() {
  const fs::path file = folder_ / kRunLockFile;
  for (;;) {
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ < 0) refuse(folder_, "cannot be written: " + std::generic_category().message(errno));
    const bool locked = lock_file(descriptor_);
    if (!locked && (errno == EAGAIN || errno == EACCES)) refuse(folder_, "is in use by " + holder(file));
    if (!locked) return;
    if (is_at(descriptor_, file)) break;
    ::close(descriptor_);
  }
  // If the disk is full, the folder is locked, but the file does not name the holder.
  const std::string words = own_words();
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, words.data(), words.size(), 0) < 0) return;
}

/// Removes the folders that this object has created, except those that are not empty.
void RunLock::remove_created() const {
  std::error_code ignored;
  for (auto path = created_.rbegin(); path != created_.rend(); ++path) fs::remove(*path, ignored);
}

}  // namespace sganc
