#pragma once
// A bar chart of a bench.

#include <string>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// A standalone SVG file on a transparent ground, with colours for light and dark pages: a bar a timing, the
/// thin line on it from the least to the most ms; a dashed line where the matrix product would be with as
/// many operations.
std::string to_svg(const BenchResult& result);

}  // namespace sganc
