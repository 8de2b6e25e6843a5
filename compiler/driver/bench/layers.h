#pragma once
// The steps of a training step summed by the layer of the model that they belong to, over all updates.

#include <array>
#include <string>
#include <vector>

#include "compiler/driver/bench/result.h"

namespace sganc {

inline constexpr std::array kPurposes = {Purpose::forward, Purpose::data_gradient, Purpose::weights_gradient,
                                         Purpose::other};

std::string to_string(Purpose purpose);  // "forward", "data gradient", "weights gradient", "other"

/// What a layer takes in one variant.
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
  std::vector<LayerCost> costs;  // one a variant; all 0 where it lacks the layer
};

/// All layers, those first that take most, over all variants.
std::vector<LayerRow> layers_of(const BenchResult& result);

/// A column whose name begins with '>' stands to the right, as in TextTable.
struct LayerTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// The `top` layers, one row for what the others take, and one for all; with several variants a row for each.
/// Shares are of the sum over all steps; "of product" is the GFLOP/s against the machine's matrix product.
LayerTable layer_table(const BenchResult& result, std::size_t top);

}  // namespace sganc
