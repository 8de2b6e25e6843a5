#pragma once
// The target for which tests compile what they run at once.

#include "compiler/codegen/scheduled.h"
#include "compiler/schedule/halide_target.h"
#include "tests/this_processor.h"

namespace sganc {

inline Halide::Target target_here() {
  return bare_target(features_for({}, this_target())).with_feature(Halide::Target::JIT);
}

}  // namespace sganc
