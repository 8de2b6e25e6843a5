#include "runtime/data/decompress.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMost = kMostDataBytes;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// Returns the most bytes that the file can hold once decompressed: its length, or for a gzip file the most
/// that deflate can make of it; at most kMost + 1.
std::uint64_t most_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto length = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  unsigned char start[2] = {};
  file.seekg(0).read(reinterpret_cast<char*>(start), 2);
  constexpr std::uint64_t kMostCompression = 1032;
  return std::min(kMost + 1, start[0] == 0x1f && start[1] == 0x8b ? length * kMostCompression : length);
}

class GzipFile {
 public:
  explicit GzipFile(const fs::path& path) : path_(path), file_(::gzopen(path.c_str(), "rb"), ::gzclose_r) {
    if (!file_) fail(path, "cannot be read: " + std::generic_category().message(errno));
    ::gzbuffer(file_.get(), 1 << 18);
  }

  /// Appends bytes to the content until it has `size` bytes or the file ends. Memory grows with the bytes
  /// that have been read.
  void read_up_to(std::vector<std::uint8_t>& content, std::uint64_t size, const std::stop_token& stop) {
    while (content.size() < size) {
      if (stop.stop_requested()) fail(path_, "reading was stopped");
      const auto filled = content.size();
      content.resize(std::min({size, std::max(2 * filled, kBeginning), filled + (std::size_t{1} << 25)}));
      const int count =
          ::gzread(file_.get(), content.data() + filled, static_cast<unsigned>(content.size() - filled));
      const bool ends = count < static_cast<int>(content.size() - filled);
      content.resize(filled + static_cast<std::size_t>(std::max(count, 0)));
      if (ends) return require_good();
    }
  }

 private:
  void require_good() const {
    int code = Z_OK;
    const char* reason = ::gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) fail(path_, "the compressed file is cut off");
    if (code == Z_ERRNO) fail(path_, "cannot be read: " + std::generic_category().message(errno));
    if (code == Z_OK || code == Z_STREAM_END) return;
    // zlib puts the path before its reason.
    const std::string text = reason, prefix = path_.string() + ": ";
    fail(path_,
         "the compressed file is damaged: " + (text.starts_with(prefix) ? text.substr(prefix.size()) : text));
  }

  const fs::path& path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

}  // namespace

std::vector<std::uint8_t> read_decompressed(const fs::path& path, const DeclaredSize& declared,
                                            const std::stop_token& stop) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) fail(path, "cannot be read: No such file or directory");
  if (fs::is_directory(status)) fail(path, "cannot be read: Is a directory");
  if (!fs::is_regular_file(status)) fail(path, "cannot be read: it is not a regular file");
  const std::uint64_t most = most_bytes(path);
  GzipFile file(path);

  std::vector<std::uint8_t> content;
  file.read_up_to(content, kBeginning, stop);
  const std::uint64_t size = declared ? declared(content) : kMost;
  if (size > kMost) return content;  // the caller refuses it for the size that it declares
  if (content.size() > size) {
    content.resize(size + 1);
    return content;
  }
  if (declared) content.reserve(std::min(size, most) + 1);
  file.read_up_to(content, size + 1, stop);
  if (content.size() > kMost) fail(path, "holds more than 2 GiB");
  return content;
}

std::string found_bytes(std::uint64_t found, std::uint64_t expected) {
  return "found " + (found > expected ? "more" : std::to_string(found));
}

}  // namespace sganc
