#pragma once
// Sums the steps of a training step by layers of the model, over all updates.

#include <array>
#include <string>
#include <vector>

#include "compiler/driver/bench/result.h"

namespace sganc {

inline constexpr std::array kPurposes = {Purpose::forward, Purpose::data_gradient, Purpose::weights_gradient,
                                         Purpose::other};

std::string to_string(Purpose purpose);  // "forward", "data gradient", "weights gradient", "other"

/// The time of a layer in one variant.
struct LayerCost {
  std::array<double, kPurposes.size()> purpose_ms{};  // in the order of kPurposes
  double flops = 0;
  std::int64_t bytes = 0;

  double& operator[](Purpose purpose) { return purpose_ms[static_cast<std::size_t>(purpose)]; }
  double operator[](Purpose purpose) const { return purpose_ms[static_cast<std::size_t>(purpose)]; }
  double ms() const;
  LayerCost& operator+=(const LayerCost& other);
};

struct LayerRow {
  std::string layer;
  std::vector<LayerCost> costs;  // one for each variant; all 0 if the variant lacks the layer
};

/// All layers, sorted by their time over all variants, the most expensive first.
std::vector<LayerRow> layers_of(const BenchResult& result);

/// A column whose name begins with '>' is aligned to the right, as in TextTable.
struct LayerTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Rows for the `top` layers, for the sum of the others, and for the sum of all; with several variants, a row
/// for each variant. Shares are of the sum over all steps. "of product" is the GFLOP/s divided by those of
/// the matrix product.
LayerTable layer_table(const BenchResult& result, std::size_t top);

}  // namespace sganc
