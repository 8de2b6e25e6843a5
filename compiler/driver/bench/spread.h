#pragma once
// What is said of repeated measurements: their middle, and how far they lie apart.

#include <vector>

namespace sganc {

/// All are 0 for no values.
double median(std::vector<double> values);
double mean(const std::vector<double>& values);

/// The median of the distances from the median: half of the values lie no further from it.
double median_absolute_deviation(const std::vector<double>& values);

/// Of a sample: divided by n - 1; 0 for a single value.
double standard_deviation(const std::vector<double>& values);

}  // namespace sganc
