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

class GzipFile {
 public:
  explicit GzipFile(const fs::path& path) : path_(path), file_(::gzopen(path.c_str(), "rb"), ::gzclose_r) {
    if (!file_) fail(path, "cannot be read: " + std::generic_category().message(errno));
    ::gzbuffer(file_.get(), 1 << 18);
  }

  std::size_t read(std::span<std::uint8_t> to) {
    constexpr std::size_t kMostAtOnce = 1 << 30;
    std::size_t filled = 0;
    while (filled < to.size()) {
      const auto wanted = static_cast<unsigned>(std::min(to.size() - filled, kMostAtOnce));
      const int count = ::gzread(file_.get(), to.data() + filled, wanted);
      filled += static_cast<std::size_t>(std::max(count, 0));
      if (count == static_cast<int>(wanted)) continue;
      require_good();
      break;
    }
    return filled;
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

  fs::path path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

void require_regular(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) fail(path, "cannot be read: No such file or directory");
  if (fs::is_directory(status)) fail(path, "cannot be read: Is a directory");
  if (!fs::is_regular_file(status)) fail(path, "cannot be read: it is not a regular file");
}

}  // namespace

Content open_content(const fs::path& path) {
  require_regular(path);
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto length = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  unsigned char start[2] = {};
  file.seekg(0).read(reinterpret_cast<char*>(start), 2);
  const bool gzip = start[0] == 0x1f && start[1] == 0x8b;
  const auto opened = std::make_shared<GzipFile>(path);
  return {[opened](std::span<std::uint8_t> to) { return opened->read(to); },
          gzip ? length * kMostCompression : length, !gzip};
}

void read_up_to(const Content& content, std::vector<std::uint8_t>& bytes, std::uint64_t size,
                const fs::path& path, const std::stop_token& stop) {
  while (bytes.size() < size) {
    if (stop.stop_requested()) fail(path, "reading was stopped");
    const auto filled = bytes.size();
    bytes.resize(std::min({size, std::max(2 * filled, kBeginning), filled + (std::size_t{1} << 25)}));
    const auto wanted = bytes.size() - filled;
    const auto count = content.next(std::span(bytes).subspan(filled));
    bytes.resize(filled + count);
    if (count < wanted) return;
  }
}

std::vector<std::uint8_t> read_decompressed(const fs::path& path, const DeclaredSize& declared,
                                            const std::stop_token& stop) {
  const Content file = open_content(path);
  std::vector<std::uint8_t> content;
  read_up_to(file, content, kBeginning, path, stop);
  const std::uint64_t size = declared ? declared(content) : kMost;
  if (size > kMost) return content;  // the caller refuses it for the size that it declares
  if (content.size() > size) {
    content.resize(size + 1);
    return content;
  }
  if (declared) content.reserve(std::min({size, file.most, kMost}) + 1);
  read_up_to(file, content, size + 1, path, stop);
  if (content.size() > kMost) fail(path, "holds more than 2 GiB");
  return content;
}

std::string found_bytes(std::uint64_t found, std::uint64_t expected) {
  return "found " + (found > expected ? "more" : std::to_string(found));
}

}  // namespace sganc
