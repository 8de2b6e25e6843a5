#include "runtime/execute/memory.h"

#include <sys/mman.h>

#include <memory>
#include <new>
#include <stdexcept>

namespace sganc {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

AlignedBuffer::AlignedBuffer(std::int64_t bytes) {
  if (bytes < 0) throw std::logic_error("a buffer of negative size");
  if (bytes == 0) return;
  const auto wanted = static_cast<std::size_t>(bytes);
  const bool large = wanted >= kHugePage;
  const std::size_t mapped = large ? wanted + kHugePage : wanted;
  void* mapping = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  void* start = mapping;
  if (large) {
    std::size_t room = mapped;
    std::align(kHugePage, wanted, start, room);
    // Advice only: without huge pages the buffer works as well.
    madvise(start, wanted, MADV_HUGEPAGE);
  }
  mapping_ = mapping;
  mapped_ = mapped;
  data_ = static_cast<std::byte*>(start);
  size_ = bytes;
}

AlignedBuffer::~AlignedBuffer() {
  if (mapping_) munmap(mapping_, mapped_);
}

}  // namespace sganc
