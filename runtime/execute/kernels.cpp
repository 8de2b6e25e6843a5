#include "runtime/execute/kernels.h"

#include <dlfcn.h>
#include <omp.h>

#include <array>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "runtime/execute/amx.h"
#include "runtime/execute/denormals.h"
#include "runtime/execute/halide_buffer.h"
#include "runtime/execute/scratch.h"

/// Runs task(min), ..., task(min + size - 1). Returns nonzero if one of them does.
SGANC_CALLED_BY_KERNELS int halide_do_par_for(void* user_context, int (*task)(void*, int, std::uint8_t*),
                                              int min, int size, std::uint8_t* closure) {
  int failed = 0;
#pragma omp parallel reduction(| : failed) if (size > 1 && !omp_in_parallel())
  {
    const sganc::FlushDenormals flush;
#pragma omp for schedule(static) nowait
    for (int i = 0; i < size; ++i) failed |= task(user_context, min + i, closure);
  }
  return failed;
}

/// Allocates the memory in which a kernel keeps values between its stages.
SGANC_CALLED_BY_KERNELS void* halide_malloc(void*, std::size_t bytes) {
  return sganc::take_scratch(bytes);
}

SGANC_CALLED_BY_KERNELS void halide_free(void*, void* data) {
  sganc::give_back_scratch(data);
}

namespace sganc {
namespace {

halide_type_t type_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return {2, 32, 1};
    case DType::i32:
      return {0, 32, 1};
    case DType::u8:
      return {1, 8, 1};
    case DType::bf16:
      return {4, 16, 1};
  }
  throw std::logic_error("a kernel argument of unknown type");
}

using Caller = int (*)(void* symbol, halide_buffer_t* arguments);

template <std::size_t>
using Pointer = halide_buffer_t*;

template <std::size_t... I>
int call(void* symbol, halide_buffer_t* arguments, std::index_sequence<I...>) {
  return reinterpret_cast<int (*)(Pointer<I>...)>(symbol)((arguments + I)...);
}

template <std::size_t Count>
int call_with(void* symbol, [[maybe_unused]] halide_buffer_t* arguments) {
  return call(symbol, arguments, std::make_index_sequence<Count>());
}

template <std::size_t... Counts>
constexpr std::array<Caller, sizeof...(Counts)> make_callers(std::index_sequence<Counts...>) {
  return {&call_with<Counts>...};
}

/// Element n calls a function of n arguments.
constexpr auto kCallers = make_callers(std::make_index_sequence<Kernel::kMaxArguments + 1>());

/// Fills dense strides, innermost first, from the extents.
void set_strides(halide_buffer_t& buffer) {
  std::int64_t stride = 1;
  for (int d = 0; d < buffer.dimensions; ++d) {
    if (stride > std::numeric_limits<std::int32_t>::max())
      throw std::logic_error("a kernel argument of more than 2^31 elements");
    buffer.dim[d].stride = static_cast<std::int32_t>(stride);
    stride *= buffer.dim[d].extent;
  }
}

}  // namespace

KernelLibrary::KernelLibrary(const std::string& path) : path_(path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw std::runtime_error("cannot load kernels: " + std::string(dlerror()));
  handle_ = {handle, [](void* h) { dlclose(h); }};
}

void* KernelLibrary::symbol(const std::string& name) const {
  void* found = dlsym(handle_.get(), name.c_str());
  if (!found) throw std::runtime_error("kernel '" + name + "' is not in " + path_);
  return found;
}

struct Kernel::Arguments {
  std::string name;
  void* symbol = nullptr;
  Caller caller = nullptr;
  std::vector<halide_buffer_t> buffers;
  std::vector<std::vector<halide_dimension_t>> dimensions;
};

Kernel::Kernel(const KernelLibrary& library, const KernelCall& call)
    : arguments_(std::make_unique<Arguments>()) {
  Arguments& a = *arguments_;
  const std::size_t count = call.arguments.size();
  if (count > kMaxArguments)
    throw std::logic_error("kernel '" + call.symbol + "' has " + std::to_string(count) +
                           " arguments, more than " + std::to_string(kMaxArguments));
  a.name = call.symbol;
  a.symbol = library.symbol(call.symbol);
  a.caller = kCallers[count];
  a.buffers.resize(count);
  a.dimensions.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Buffer& from = call.arguments[i];
    for (auto e = from.extents.rbegin(); e != from.extents.rend(); ++e)
      a.dimensions[i].push_back({0, static_cast<std::int32_t>(*e), 0, 0});
    halide_buffer_t& buffer = a.buffers[i];
    buffer.type = type_of(from.dtype);
    buffer.dimensions = static_cast<std::int32_t>(from.extents.size());
    buffer.dim = a.dimensions[i].data();
    set_strides(buffer);
  }
}

Kernel::Kernel(Kernel&&) noexcept = default;
Kernel& Kernel::operator=(Kernel&&) noexcept = default;
Kernel::~Kernel() = default;

void Kernel::set_argument(std::size_t index, void* data, std::int64_t leading) {
  halide_buffer_t& buffer = arguments_->buffers.at(index);
  buffer.host = static_cast<std::uint8_t*>(data);
  if (leading >= 0 && buffer.dimensions > 0) {
    if (leading > std::numeric_limits<std::int32_t>::max())
      throw std::logic_error("kernel '" + arguments_->name + "': an extent beyond 2^31");
    buffer.dim[buffer.dimensions - 1].extent = static_cast<std::int32_t>(leading);
  }
}

void Kernel::execute() {
  Arguments& a = *arguments_;
  const FlushDenormals flush;
  if (const int status = a.caller(a.symbol, a.buffers.data()))
    throw std::runtime_error("kernel '" + a.name + "' failed with status " + std::to_string(status));
  if (take_failed_tiles())
    throw std::runtime_error("kernel '" + a.name +
                             "': its schedule places or lays out a stage so that AMX's tiles cannot read or "
                             "write it; the default directives do not");
}

}  // namespace sganc
