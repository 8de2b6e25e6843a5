#pragma once
// Memory for the arena, the variables and scratch: zeroed, aligned, and in huge pages if it is large.

#include <cstddef>
#include <cstdint>
#include <utility>

namespace sganc {

/// `size()` zeroed bytes that start on a page, or on a huge page from 2 MiB on. Pages are touched only when
/// they are used. Throws std::bad_alloc. It can be moved but not copied. An empty buffer has no data.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::int64_t bytes);
  ~AlignedBuffer();
  AlignedBuffer(AlignedBuffer&& other) noexcept { swap(other); }
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    AlignedBuffer(std::move(other)).swap(*this);
    return *this;
  }

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  std::int64_t size() const { return size_; }

 private:
  void swap(AlignedBuffer& other) noexcept {
    std::swap(mapping_, other.mapping_);
    std::swap(mapped_, other.mapped_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  void* mapping_ = nullptr;  // for munmap
  std::size_t mapped_ = 0;
  std::byte* data_ = nullptr;
  std::int64_t size_ = 0;
};

}  // namespace sganc
