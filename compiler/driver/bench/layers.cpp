#include "compiler/driver/bench/layers.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

double ms_of_all(const LayerRow& row) {
  return std::accumulate(row.costs.begin(), row.costs.end(), 0.0,
                         [](double sum, const auto& cost) { return sum + cost.ms(); });
}

/// The sum of rows [first, last), under one name.
LayerRow sum(const std::string& name, std::size_t variants, std::vector<LayerRow>::const_iterator first,
             std::vector<LayerRow>::const_iterator last) {
  LayerRow all{name, std::vector<LayerCost>(variants)};
  for (; first != last; ++first)
    for (std::size_t v = 0; v < variants; ++v) all.costs[v] += first->costs[v];
  return all;
}

std::string percent(double share) {
  return fixed(100 * share, 1) + "%";
}

/// The cells after the names: one for each purpose, "-" if the layer has none of it, and the figures of the
/// sum.
std::vector<std::string> figures(const BenchResult& r, const LayerCost& cost, double ms_of_step) {
  std::vector<std::string> cells;
  for (const double ms : cost.purpose_ms) cells.push_back(ms > 0 ? fixed(ms, 2) : "-");
  const auto of_product = product_share(r, cost.flops, cost.bytes, cost.ms());
  cells.insert(cells.end(),
               {fixed(cost.ms(), 2), percent(ms_of_step > 0 ? cost.ms() / ms_of_step : 0),
                fixed(gflops(cost.flops, cost.ms()), 1), of_product ? percent(*of_product) : "-"});
  return cells;
}

}  // namespace

std::string to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::forward:
      return "forward";
    case Purpose::data_gradient:
      return "data gradient";
    case Purpose::weights_gradient:
      return "weights gradient";
    case Purpose::other:
      break;
  }
  return "other";
}

double LayerCost::ms() const {
  return std::accumulate(purpose_ms.begin(), purpose_ms.end(), 0.0);
}

LayerCost& LayerCost::operator+=(const LayerCost& other) {
  std::ranges::transform(purpose_ms, other.purpose_ms, purpose_ms.begin(), std::plus{});
  flops += other.flops;
  bytes += other.bytes;
  return *this;
}

std::vector<LayerRow> layers_of(const BenchResult& result) {
  std::vector<LayerRow> rows;
  std::map<std::string, std::size_t> places;
  for (std::size_t v = 0; v < result.variants.size(); ++v)
    for (const auto& step : result.variants[v].costs) {
      const auto [place, added] = places.try_emplace(step.layer, rows.size());
      if (added) rows.push_back({step.layer, std::vector<LayerCost>(result.variants.size())});
      LayerCost cost{.flops = step.flops, .bytes = step.bytes};
      cost[step.purpose] = step.ms;
      rows[place->second].costs[v] += cost;
    }
  std::ranges::stable_sort(rows, std::greater{}, ms_of_all);
  return rows;
}

LayerTable layer_table(const BenchResult& result, std::size_t top) {
  const std::size_t variants = result.variants.size();
  auto rows = layers_of(result);
  const LayerRow all = sum("all", variants, rows.begin(), rows.end());
  if (rows.size() > top) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(top);
    const LayerRow others = sum(counted(rows.size() - top, "other"), variants, first, rows.end());
    rows.resize(top);
    rows.push_back(others);
  }
  rows.push_back(all);

  LayerTable table{.columns = {"layer"}};
  if (variants > 1) table.columns.push_back("schedule");
  for (const Purpose purpose : kPurposes) table.columns.push_back(">" + to_string(purpose));
  table.columns.insert(table.columns.end(), {">ms", ">share", ">GFLOP/s", ">of product"});
  for (const auto& row : rows)
    for (std::size_t v = 0; v < variants; ++v) {
      std::vector<std::string> cells = {v == 0 ? row.layer : ""};
      if (variants > 1) cells.push_back(result.variants[v].schedule);
      const auto more = figures(result, row.costs[v], all.costs[v].ms());
      cells.insert(cells.end(), more.begin(), more.end());
      table.rows.push_back(std::move(cells));
    }
  return table;
}

}  // namespace sganc
