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

#include "runtime/execute/machine.h"

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
  auto file = std::make_shared<Descriptor>(::mkostemp(name.data(), O_CLOEXEC));
  if (!file->is_open()) fail(folder.string() + ": cannot hold a file of images", errno);
  ::unlink(name.c_str());
  // Where the file system cannot reserve room itself, the C library would write every block to find out.
  std::error_code none;
  const bool fits = std::filesystem::space(folder, none).available >= size || none;
  const int error = fits ? ::posix_fallocate(file->number(), 0, static_cast<off_t>(size)) : ENOSPC;
  if (error != 0)
    fail(folder.string() + ": has no room for " + std::to_string(size) + " bytes of images", error);
  Pixels pixels;
  pixels.parts_.push_back({std::move(file), 0, size, true});
  return pixels;
}

Pixels Pixels::of_file(const std::filesystem::path& path, std::size_t begin, std::size_t size) {
  auto file = std::make_shared<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file->is_open()) fail(path.string() + ": cannot be read", errno);
  Pixels pixels;
  pixels.parts_.push_back({std::move(file), begin, size, false});
  return pixels;
}

/// Calls `use(part, place in its file, first byte of the range, bytes)` for the parts of a range, and with a
/// null pointer for the bytes in memory.
template <class Use>
void Pixels::for_parts(std::size_t begin, std::size_t size, const Use& use) const {
  if (begin > this->size() || size > this->size() - begin)
    throw std::logic_error("pixels beyond the last image");
  auto part = std::ranges::upper_bound(parts_, begin, {}, &Part::end);
  for (std::size_t done = 0; done < size; ++part) {
    const std::size_t at = begin + done;
    if (part == parts_.end()) return use(nullptr, at - size_in_files(), done, size - done);
    const std::size_t first = part == parts_.begin() ? 0 : std::prev(part)->end;
    const std::size_t count = std::min(part->end - at, size - done);
    use(&*part, part->at + (at - first), done, count);
    done += count;
  }
}

void Pixels::read(std::size_t begin, std::span<std::uint8_t> to) const {
  for_parts(begin, to.size(), [&](const Part* part, std::size_t at, std::size_t first, std::size_t count) {
    if (!part) {
      std::copy_n(memory_.begin() + static_cast<std::ptrdiff_t>(at), count,
                  to.begin() + static_cast<std::ptrdiff_t>(first));
      return;
    }
    for_all(at, count, "the file of images cannot be read", [&](std::size_t done, off_t place) {
      return ::pread(part->file->number(), to.data() + first + done, count - done, place);
    });
  });
}

void Pixels::write(std::size_t begin, std::span<const std::uint8_t> from) {
  for_parts(begin, from.size(), [&](const Part* part, std::size_t at, std::size_t first, std::size_t count) {
    if (!part) {
      std::ranges::copy(from.subspan(first, count), memory_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    if (!part->own) throw std::logic_error("pixels of another's file are not written");
    for_all(at, count, "the file of images cannot be written", [&](std::size_t done, off_t place) {
      return ::pwrite(part->file->number(), from.data() + first + done, count - done, place);
    });
  });
}

/// Adds bytes of the same file.
void Pixels::add_part(const Part& like, std::size_t at, std::size_t size) {
  if (!parts_.empty()) {
    const std::size_t first = parts_.size() == 1 ? 0 : parts_[parts_.size() - 2].end;
    Part& last = parts_.back();
    if (last.file == like.file && last.at + (last.end - first) == at) {
      last.end += size;
      return;
    }
  }
  parts_.push_back({like.file, at, size_in_files() + size, like.own});
}

void Pixels::cut(std::size_t size) {
  const std::size_t in_files = size_in_files();
  memory_.resize(std::min(memory_.size(), size > in_files ? size - in_files : 0));
  while (!parts_.empty() && size_in_files() > size) {
    const std::size_t first = parts_.size() == 1 ? 0 : parts_[parts_.size() - 2].end;
    if (first < size) {
      parts_.back().end = size;
      break;
    }
    parts_.pop_back();
  }
}

void Pixels::drop(std::size_t size) {
  Pixels rest;
  const std::size_t from_files = std::min(size, size_in_files());
  for_parts(from_files, size_in_files() - from_files,
            [&](const Part* part, std::size_t at, std::size_t, std::size_t count) {
              rest.add_part(*part, at, count);
            });
  parts_ = std::move(rest.parts_);
  memory_.erase(memory_.begin(), memory_.begin() + static_cast<std::ptrdiff_t>(size - from_files));
}

void Pixels::append(const Pixels& more) {
  if (!memory_.empty() && !more.are_in_memory()) {
    const std::size_t before = memory_.size();
    memory_.resize(before + more.size());
    more.read(0, std::span(memory_).subspan(before));
    return;
  }
  more.for_parts(
      0, more.size_in_files(),
      [&](const Part* part, std::size_t at, std::size_t, std::size_t count) { add_part(*part, at, count); });
  memory_.insert(memory_.end(), more.memory_.begin(), more.memory_.end());
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
  Pixels kept;
  std::size_t in_memory = 0;  // bytes
  const auto memory = pixels.memory_.begin();
  for (const auto place : places)
    pixels.for_parts(static_cast<std::size_t>(place) * bytes, bytes,
                     [&](const Pixels::Part* part, std::size_t at, std::size_t, std::size_t count) {
                       if (part) return kept.add_part(*part, at, count);
                       if (at != in_memory)
                         std::copy_n(memory + static_cast<std::ptrdiff_t>(at), count,
                                     memory + static_cast<std::ptrdiff_t>(in_memory));
                       in_memory += count;
                     });
  pixels.memory_.resize(in_memory);
  pixels.parts_ = std::move(kept.parts_);
}

bool ImageRoom::is_too_much(double bytes) const {
  return bytes > static_cast<double>(most_memory.value_or(available_memory_bytes() / 2));
}

Pixels ImageRoom::in_file(std::size_t size) const {
  return Pixels::in_file(size, file_folder.empty() ? std::filesystem::temp_directory_path() : file_folder);
}

}  // namespace sganc
