#pragma once
// Statistics of repeated measurements: their middle and their spread.

#include <vector>

namespace sganc {

/// All are 0 for no values.
double median(std::vector<double> values);
double mean(const std::vector<double>& values);

/// The median distance from the median: half of the values are within it.
double median_absolute_deviation(const std::vector<double>& values);

/// The standard deviation of a sample, with n - 1; 0 for a single value.
double standard_deviation(const std::vector<double>& values);

}  // namespace sganc
