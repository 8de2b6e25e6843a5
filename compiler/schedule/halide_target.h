#pragma once
// Targets in Halide's own type. A target is a text of features with "-" between them: see target.h.

#include <Halide.h>

#include <string>
#include <vector>

namespace sganc {

std::vector<std::string> features_in(const std::string& target);

/// Whether Halide compiles for more than these features, so that LLVM must be told what to leave out: version
/// 14 for a Zen 4.
bool must_tell_llvm(const std::string& target);

/// The target of this system with these features, except those that this version of Halide does not know.
Halide::Target bare_target(const std::string& target);

/// The target with which kernels are made: without Halide's own runtime, and without checks of arguments. It
/// has more features than the text if must_tell_llvm.
Halide::Target kernel_target(const std::string& target);

}  // namespace sganc
