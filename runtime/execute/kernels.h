#pragma once
// Compiled kernels: loads kernels.so and calls its symbols on halide_buffer_t arguments that are built once.
// What the kernels need of a runtime (halide_do_par_for, halide_malloc, halide_free) is defined here: loops
// run on OpenMP's team, the same that oneDNN uses, never nested. The program is linked with exported symbols
// so that they are found.

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/program.h"

namespace sganc {

/// A loaded kernels.so. Must outlive the kernels made from it.
class KernelLibrary {
 public:
  /// Throws std::runtime_error with the loader's reason.
  explicit KernelLibrary(const std::string& path);

  /// Throws std::runtime_error where the library lacks the symbol.
  void* symbol(const std::string& name) const;

 private:
  std::string path_;
  std::shared_ptr<void> handle_;
};

/// One call of a kernel, with its arguments' shapes fixed but for leading extents of -1.
class Kernel {
 public:
  static constexpr std::size_t kMaxArguments = 64;

  /// Throws std::runtime_error where the symbol is missing, std::logic_error beyond kMaxArguments.
  Kernel(const KernelLibrary& library, const KernelCall& call);
  Kernel(Kernel&&) noexcept;
  Kernel& operator=(Kernel&&) noexcept;
  ~Kernel();

  /// Where argument `index` lies; `leading` replaces an outermost extent of -1.
  void set_argument(std::size_t index, void* data, std::int64_t leading = -1);

  /// Throws std::runtime_error where the kernel reports a failure. All arguments are set.
  void execute();

 private:
  struct Arguments;
  std::unique_ptr<Arguments> arguments_;
};

}  // namespace sganc
