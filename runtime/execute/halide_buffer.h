#pragma once
// The buffers that kernels take and give: the ABI of Halide 14 to 21, as far as host memory needs it. The
// runtime includes nothing of Halide.

#include <cstddef>
#include <cstdint>

extern "C" {

struct halide_type_t {
  std::uint8_t code;  // 0 int, 1 uint, 2 float, 4 bfloat
  std::uint8_t bits;
  std::uint16_t lanes;
};

struct halide_dimension_t {
  std::int32_t min, extent, stride;  // the stride in elements
  std::uint32_t flags;
};

struct halide_buffer_t {
  std::uint64_t device;
  const void* device_interface;
  std::uint8_t* host;  // of the element at the minimum of each dimension
  std::uint64_t flags;
  halide_type_t type;
  std::int32_t dimensions;
  halide_dimension_t* dim;
  void* padding;
};

static_assert(sizeof(halide_type_t) == 4);
static_assert(sizeof(halide_dimension_t) == 16);
static_assert(sizeof(void*) != 8 ||
              (sizeof(halide_buffer_t) == 56 && offsetof(halide_buffer_t, host) == 16 &&
               offsetof(halide_buffer_t, type) == 32 && offsetof(halide_buffer_t, dim) == 40));

}  // extern "C"

/// A function that kernels call by its name.
#define SGANC_CALLED_BY_KERNELS extern "C" __attribute__((visibility("default"), used))
