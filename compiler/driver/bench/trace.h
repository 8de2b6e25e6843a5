#pragma once
// The steps of a training step on a line of time.

#include <string>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// The last repetition in the Trace Event Format, which chrome://tracing and Perfetto open. Each variant is a
/// process that begins at 0, with a track of its updates and one of their steps.
std::string to_trace(const BenchResult& result);

}  // namespace sganc
