#pragma once
// RUN/kernels.so: the compiled kernels of what predict, eval, sample, suggest and report call of a run, for
// the schedule and the threads that they take without options. So they compile nothing, also where the cache
// of kernels is empty. The file is signed with the user's key, so that a run from somebody else brings no
// machine code with it; it can be removed at any time.

#include <filesystem>
#include <functional>

#include "compiler/language/model.h"

namespace sganc {

/// Writes the file, or leaves it out if `stop` returns true meanwhile. Throws UserError and
/// std::runtime_error.
void keep_kernels(const Model& model, const std::filesystem::path& file, const std::function<bool()>& stop);

}  // namespace sganc
