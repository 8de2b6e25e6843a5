#pragma once
// RUN/kernels.so: the compiled kernels of what predict, eval, sample, suggest and report call of a run, for
// the schedule and the threads that they take without options. So they compile nothing, also where the cache
// of kernels is empty. The file is signed with the user's key, so that a run from somebody else brings no
// machine code with it; it can be removed at any time.

#include <atomic>
#include <exception>
#include <filesystem>
#include <thread>

#include "compiler/language/model.h"

namespace sganc {

/// Writes the file while a training goes on: at the lowest priority, on one thread.
class KeptKernels {
 public:
  KeptKernels(const Model& model, std::filesystem::path file);
  KeptKernels(const KeptKernels&) = delete;
  KeptKernels& operator=(const KeptKernels&) = delete;
  /// Stops after the kernel that is being compiled, unless the file is complete.
  ~KeptKernels();

  /// Waits until the file is complete. Throws what made it fail.
  void finish();

 private:
  void write() const;

  const Model model_;
  const std::filesystem::path file_;
  std::atomic<bool> stop_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace sganc
