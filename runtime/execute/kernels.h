#pragma once
// Loads kernels.so and calls its kernels on halide_buffer_t arguments that are built once. Defines the
// functions that kernels need (halide_do_par_for, halide_malloc, halide_free). Parallel loops run on the
// OpenMP team that oneDNN uses too, and are never nested. The program exports its symbols so that kernels
// find these functions.

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

  /// Throws std::runtime_error if the library lacks the symbol.
  void* symbol(const std::string& name) const;

 private:
  std::string path_;
  std::shared_ptr<void> handle_;
};

/// One call of a kernel. The shapes of its arguments are fixed, except for leading extents of -1.
class Kernel {
 public:
  static constexpr std::size_t kMaxArguments = 64;

  /// Throws std::runtime_error if the symbol is missing, std::logic_error for more than kMaxArguments
  /// arguments.
  Kernel(const KernelLibrary& library, const KernelCall& call);
  Kernel(Kernel&&) noexcept;
  Kernel& operator=(Kernel&&) noexcept;
  ~Kernel();

  /// Sets the memory of argument `index`. `leading` replaces an outermost extent of -1.
  void set_argument(std::size_t index, void* data, std::int64_t leading = -1);

  /// Runs the kernel; all arguments must be set. Throws std::runtime_error if the kernel reports a failure.
  void execute();

 private:
  struct Arguments;
  std::unique_ptr<Arguments> arguments_;
};

}  // namespace sganc
