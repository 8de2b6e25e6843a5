#pragma once
// Writes when the steps of a training step ran.

#include <string>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// The last repetition in the Trace Event Format, for chrome://tracing and Perfetto. Each variant is a
/// process that starts at 0, with a track of updates and a track of steps.
std::string to_trace(const BenchResult& result);

}  // namespace sganc
