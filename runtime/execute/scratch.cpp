#include "runtime/execute/scratch.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <vector>

namespace sganc {
namespace {

constexpr std::size_t kAlignment = 128;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kSlack = 4;  // a kept block serves a request that is not much smaller

/// Lies in the kAlignment bytes before each block.
struct Header {
  std::size_t bytes;  // of the block, without the header
};

Header* header_of(void* block) {
  return reinterpret_cast<Header*>(static_cast<std::byte*>(block) - kAlignment);
}

std::size_t rounded(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

void* allocate(std::size_t bytes) {
  const std::size_t unit = bytes >= kHugePage ? kHugePage : kAlignment;
  const std::size_t all = rounded(bytes + kAlignment, unit);
  void* memory = std::aligned_alloc(unit, all);
  if (!memory) return nullptr;
  // Advice only: without huge pages the block works as well.
  if (unit == kHugePage) madvise(memory, all, MADV_HUGEPAGE);
  new (memory) Header{all - kAlignment};
  return static_cast<std::byte*>(memory) + kAlignment;
}

void release(void* block) {
  std::free(header_of(block));
}

/// The blocks that a thread has given back, the smallest first.
class Kept {
 public:
  ~Kept() {
    for (void* block : blocks_) release(block);
  }

  void* take(std::size_t bytes) {
    const auto fits = first_of(bytes);
    if (fits != blocks_.end() && header_of(*fits)->bytes <= kSlack * std::max(bytes, kAlignment)) {
      void* block = *fits;
      blocks_.erase(fits);
      return block;
    }
    // The largest block that is too small is released, and a larger one takes its place.
    if (fits != blocks_.begin()) {
      release(*(fits - 1));
      blocks_.erase(fits - 1);
    }
    return allocate(bytes);
  }

  void give_back(void* block) { blocks_.insert(first_of(header_of(block)->bytes), block); }

 private:
  std::vector<void*>::iterator first_of(std::size_t bytes) {
    return std::ranges::lower_bound(blocks_, bytes, {}, [](void* b) { return header_of(b)->bytes; });
  }

  std::vector<void*> blocks_;
};

thread_local Kept kept;

}  // namespace

void* take_scratch(std::size_t bytes) {
  return kept.take(bytes);
}

void give_back_scratch(void* block) {
  if (block) kept.give_back(block);
}

}  // namespace sganc
