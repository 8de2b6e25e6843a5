#include "runtime/data/pixels.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace sganc {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(what + ": " + std::strerror(error));
}

/// Calls `part`, which reads or writes at an offset and returns how many bytes it did, until all are done.
template <class Part>
void for_all(std::size_t begin, std::size_t size, const char* what, const Part& part) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = part(done, static_cast<off_t>(begin + done));
    if (count > 0)
      done += static_cast<std::size_t>(count);
    else if (count == 0 || errno != EINTR)
      fail(what, count == 0 ? EIO : errno);
  }
}

}  // namespace

Pixels Pixels::in_file(std::size_t size, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::string name = (folder / "images-XXXXXX").string();
  Pixels pixels;
  pixels.file_ = std::make_shared<Descriptor>(::mkostemp(name.data(), O_CLOEXEC));
  if (!pixels.file_->is_open()) fail(folder.string() + ": cannot hold a file of images", errno);
  ::unlink(name.c_str());
  // Where the file system cannot reserve room itself, the C library would write every block to find out.
  std::error_code none;
  const bool fits = std::filesystem::space(folder, none).available >= size || none;
  const int error = fits ? ::posix_fallocate(pixels.file_->number(), 0, static_cast<off_t>(size)) : ENOSPC;
  if (error != 0)
    fail(folder.string() + ": has no room for " + std::to_string(size) + " bytes of images", error);
  pixels.file_size_ = size;
  return pixels;
}

void Pixels::read(std::size_t begin, std::span<std::uint8_t> to) const {
  if (begin > size() || to.size() > size() - begin) throw std::logic_error("pixels beyond the last image");
  if (!file_) {
    std::copy_n(memory_.begin() + static_cast<std::ptrdiff_t>(begin), to.size(), to.begin());
    return;
  }
  for_all(begin, to.size(), "the file of images cannot be read", [&](std::size_t done, off_t at) {
    return ::pread(file_->number(), to.data() + done, to.size() - done, at);
  });
}

void Pixels::write(std::size_t begin, std::span<const std::uint8_t> from) {
  if (begin > size() || from.size() > size() - begin) throw std::logic_error("pixels beyond the last image");
  if (!file_) {
    std::ranges::copy(from, memory_.begin() + static_cast<std::ptrdiff_t>(begin));
    return;
  }
  for_all(begin, from.size(), "the file of images cannot be written", [&](std::size_t done, off_t at) {
    return ::pwrite(file_->number(), from.data() + done, from.size() - done, at);
  });
}

void Pixels::cut(std::size_t size) {
  if (file_)
    file_size_ = std::min(file_size_, size);
  else
    memory_.resize(std::min(memory_.size(), size));
}

bool operator==(const Pixels& a, const Pixels& b) {
  constexpr std::size_t kBlock = 1 << 20;
  if (a.size() != b.size()) return false;
  if (a.are_in_memory() && b.are_in_memory()) return a.memory_ == b.memory_;
  std::vector<std::uint8_t> of_a, of_b;
  for (std::size_t begin = 0; begin < a.size(); begin += kBlock) {
    of_a.resize(std::min(kBlock, a.size() - begin));
    of_b.resize(of_a.size());
    a.read(begin, of_a);
    b.read(begin, of_b);
    if (of_a != of_b) return false;
  }
  return true;
}

void keep_images(Pixels& pixels, std::span<const std::int32_t> places, std::size_t bytes) {
  std::vector<std::uint8_t> image(bytes);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto place = static_cast<std::size_t>(places[i]);
    if (place == i) continue;
    pixels.read(place * bytes, image);
    pixels.write(i * bytes, image);
  }
  pixels.cut(places.size() * bytes);
}

}  // namespace sganc
