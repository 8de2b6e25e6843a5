#pragma once
// A bar chart of the result of `bench`.

#include <string>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// A standalone SVG file with a transparent background and colours for light and dark pages. Each timing is a
/// bar with a thin line from the least to the most ms. A dashed line shows the time of a matrix product with
/// as many operations.
std::string to_svg(const BenchResult& result);

}  // namespace sganc
