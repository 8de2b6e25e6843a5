#include "runtime/system/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "runtime/system/descriptor.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what, int error) {
  throw std::runtime_error(path.string() + ": " + what + ": " + std::generic_category().message(error));
}

/// Removes an unfinished file unless it was renamed.
class Unfinished {
 public:
  explicit Unfinished(fs::path path) : path_(std::move(path)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  void finished() { path_.clear(); }

 private:
  fs::path path_;
};

/// Writes to an existing device or pipe, which `path` names in errors.
void write_directly(const fs::path& target, const fs::path& path, std::span<const std::string_view> parts) {
  Descriptor file(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) fail(path, "cannot be written", errno);
  for (const auto part : parts) write_fully(file.number(), part, path);
}

/// Flushes a folder to the disk, so that a rename in it survives a power cut. Ignores failures, since some
/// file systems cannot flush a folder.
void flush_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) ::fsync(opened.number());
}

}  // namespace

std::string read_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail(path, "cannot be read", errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) fail(path, "cannot be read", errno);
  if (S_ISDIR(status.st_mode)) fail(path, "cannot be read", EISDIR);

  // One byte more than the file's size, so that its end is found without growing.
  std::string bytes(std::max<std::size_t>(static_cast<std::size_t>(status.st_size) + 1, 4096), '\0');
  std::size_t filled = 0;
  for (;;) {
    if (filled == bytes.size()) bytes.resize(2 * filled);
    const auto count = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "cannot be read", errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

void write_fully(int descriptor, std::string_view bytes, const fs::path& path) {
  if (!write_all(descriptor, bytes)) fail(path, "cannot be written", errno);
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  write_file_atomically(path, std::span(&bytes, 1));
}

void write_file_atomically(const fs::path& path, std::span<const std::string_view> parts) {
  std::error_code ignored;
  const fs::path target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const auto status = fs::status(target, ignored);
  if (fs::is_directory(status)) fail(path, "cannot be written", EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_directly(target, path, parts);

  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const fs::path temporary =
      folder / ("." + target.filename().string() + ".unfinished-" + std::to_string(::getpid()));
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.is_open()) fail(path, "cannot be written", errno);
  Unfinished unfinished(temporary);
  for (const auto part : parts) write_fully(file.number(), part, path);
  if (::fsync(file.number()) != 0) fail(path, "cannot be written", errno);
  if (!file.close()) fail(path, "cannot be written", errno);
  if (::rename(temporary.c_str(), target.c_str()) != 0) fail(path, "cannot be written", errno);
  unfinished.finished();
  flush_folder(folder);
}

}  // namespace sganc
