#include "compiler/codegen/kernel_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "runtime/system/descriptor.h"
#include "runtime/system/digest.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kInUse{1};
constexpr std::string_view kUnfinished = ".unfinished-";

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what + ": " + std::strerror(errno));
}

/// A file with a name that nobody could know before. It is locked while it is written, and removed unless it
/// was renamed.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const fs::path& finished)
      : path_(finished.parent_path() / (std::string(kUnfinished) + "XXXXXX")),
        file_(::mkostemp(path_.data(), O_CLOEXEC)) {
    if (!file_.is_open()) fail(finished, "cannot be written");
    ::flock(file_.number(), LOCK_EX);
  }
  ~UnfinishedFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  void write(std::string_view bytes, const fs::path& finished) {
    if (!file_.write_all(bytes)) fail(finished, "cannot be written");
  }
  void finish(const fs::path& finished) {
    if (::fsync(file_.number()) != 0 || ::rename(path_.c_str(), finished.c_str()) != 0)
      fail(finished, "cannot be written");
    path_.clear();
  }

 private:
  std::string path_;
  Descriptor file_;
};

/// Whether the content ends with its digest.
bool is_whole(std::string_view content) {
  if (content.size() < kDigestBytes) return false;
  const std::size_t end = content.size() - kDigestBytes;
  return Sha256().add(content.substr(0, end)).bytes() == content.substr(end);
}

bool is_signed(std::string_view content, std::string_view key) {
  if (content.size() < kDigestBytes) return false;
  const std::size_t end = content.size() - kDigestBytes;
  return signature_of(content.substr(0, end), key) == content.substr(end);
}

bool is_digest(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Whether the file belongs to the cache: 0123456789abcdef.o, kernels_0123456789abcdef.so, or an unfinished
/// file. Former versions named an unfinished file like the finished one, with a process's number behind it.
bool is_of_cache(const fs::directory_entry& entry) {
  std::error_code gone;
  if (!entry.is_regular_file(gone) || entry.is_symlink(gone)) return false;
  const std::string name = entry.path().filename().string();
  if (name.starts_with(kUnfinished)) return name.size() == kUnfinished.size() + 6;
  std::string_view rest = name;
  const bool library = rest.starts_with("kernels_");
  if (library) rest.remove_prefix(8);
  if (!is_digest(rest.substr(0, 16))) return false;
  rest.remove_prefix(16);
  const std::string_view extension = library ? ".so" : ".o";
  if (!rest.starts_with(extension)) return false;
  rest.remove_prefix(extension.size());
  return rest.empty() || (rest[0] == '.' && rest.find_first_not_of("0123456789", 1) == rest.npos);
}

struct CachedFile {
  fs::path path;
  std::int64_t bytes;
  fs::file_time_type used;
};

std::vector<CachedFile> files_of(const fs::path& folder) {
  std::vector<CachedFile> files;
  std::error_code gone;  // removed by another process
  for (const auto& entry : fs::directory_iterator(folder, gone)) {
    if (!is_of_cache(entry)) continue;
    const auto bytes = entry.file_size(gone);
    if (gone) continue;
    const auto used = entry.last_write_time(gone);
    if (!gone) files.push_back({entry.path(), static_cast<std::int64_t>(bytes), used});
  }
  return files;
}

/// Returns false if another process is writing the file, or if it cannot be removed.
bool remove(const CachedFile& file) {
  const Descriptor opened(::open(file.path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (opened.is_open() && ::flock(opened.number(), LOCK_EX | LOCK_NB) != 0) return false;
  return ::unlink(file.path.c_str()) == 0;
}

/// Makes the folders as the XDG base directory specification demands, for this user alone. Returns an errno,
/// or 0.
int make_folders(const fs::path& folder) {
  std::error_code none;
  if (fs::is_directory(folder, none)) return 0;
  if (folder.has_parent_path() && folder.parent_path() != folder)
    if (const int error = make_folders(folder.parent_path())) return error;
  return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST ? 0 : errno;
}

/// Why code in the folder may be another user's, or "" if it cannot be.
std::string why_not_trusted(const fs::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    return folder.string() + " is no folder";
  if (status.st_uid != ::geteuid() && status.st_uid != 0) return folder.string() + " belongs to another user";
  return status.st_mode & S_IWOTH ? folder.string() + " can be written by every user" : "";
}

/// The content of a regular file.
std::optional<std::string> read_regular(const Descriptor& file) {
  struct stat status {};
  std::string content;
  if (!file.is_open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  if (!file.read_rest(content)) return {};
  return content;
}

Descriptor open_to_read(const fs::path& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

KernelCache::KernelCache(fs::path folder, fs::path private_folder)
    : folder_(std::move(folder)), private_folder_(std::move(private_folder)) {}

std::optional<fs::path> KernelCache::find(const std::string& name) const {
  for (const auto& folder : {folder_, private_folder_}) {
    if (folder.empty() || !why_not_trusted(folder).empty()) continue;
    const fs::path path = folder / name;
    const Descriptor file = open_to_read(path);
    const auto content = read_regular(file);
    if (!content || !is_whole(*content)) continue;
    ::futimens(file.number(), nullptr);
    return path;
  }
  return {};
}

fs::path KernelCache::install(const std::string& name, std::string_view content) const {
  const fs::path path = (private_folder_.empty() ? folder_ : private_folder_) / name;
  UnfinishedFile file(path);
  file.write(content, path);
  file.write(Sha256().add(content).bytes(), path);
  file.finish(path);
  return path;
}

fs::path KernelCache::install_made(const std::string& name,
                                   const std::function<void(const fs::path&)>& make) const {
  const fs::path path = (private_folder_.empty() ? folder_ : private_folder_) / name;
  const UnfinishedFile made(path);
  make(made.path());
  const Descriptor file(::open(made.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  std::string content;
  if (!file.is_open() || !file.read_rest(content)) fail(path, "cannot be written");
  return install(name, content);
}

void KernelCache::touch(const std::string& name) const {
  ::utimensat(AT_FDCWD, (folder_ / name).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

void KernelCache::trim(std::int64_t most) const {
  auto files = files_of(folder_);
  std::int64_t bytes = 0;
  for (const auto& file : files) bytes += file.bytes;
  std::ranges::sort(files, {}, &CachedFile::used);
  const auto recent = fs::file_time_type::clock::now() - kInUse;
  for (const auto& file : files) {
    if (bytes <= most || file.used > recent) return;
    if (remove(file)) bytes -= file.bytes;
  }
}

std::string signed_library(const fs::path& library, std::string_view key) {
  const std::string content = read_file(library);
  return content + signature_of(content, key);
}

std::string why_not_usable(const fs::path& library, std::string_view key,
                           const std::vector<std::string>& symbols) {
  if (auto why = why_not_trusted(fs::absolute(library).parent_path()); !why.empty()) return why;
  const Descriptor file = open_to_read(library);
  const auto content = read_regular(file);
  if (!content || !is_signed(*content, key))
    return library.string() + " is damaged, or was not made by this user on this machine";
  struct statvfs system {};
  if (::fstatvfs(file.number(), &system) == 0 && system.f_flag & ST_NOEXEC)
    return library.string() + " lies where no program may run (noexec)";
  for (const auto& symbol : symbols)  // a word of its table of names
    if (content->find(std::string(1, '\0') + symbol + '\0') == std::string::npos)
      return library.string() +
             " is for other functions, or another schedule, number of threads, processor " +
             "or version of sganc";
  return {};
}

std::string why_not_kept(const fs::path& folder) {
  const auto because = [&](int error) {
    return folder.string() + " cannot be written: " + std::strerror(error);
  };
  if (folder.empty()) return "neither XDG_CACHE_HOME nor HOME is set";
  if (const int error = make_folders(folder)) return because(error);
  if (auto why = why_not_trusted(folder); !why.empty()) return why;
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? "" : because(errno);
}

CacheSize size_of_cache(const fs::path& folder) {
  CacheSize size;
  for (const auto& file : files_of(folder)) ++size.files, size.bytes += file.bytes;
  return size;
}

CacheSize clean_cache(const fs::path& folder) {
  CacheSize removed;
  for (const auto& file : files_of(folder))
    if (remove(file)) ++removed.files, removed.bytes += file.bytes;
  return removed;
}

}  // namespace sganc
