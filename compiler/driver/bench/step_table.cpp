#include "compiler/driver/bench/step_table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/inspect/text_table.h"

namespace sganc {
namespace {

double ms_of(const StepCost* cost) {
  return cost ? cost->ms : 0;
}

std::string costliest(const VariantResult& v, std::size_t top) {
  TextTable table({"update", "step", "by", ">ms", ">GFLOP/s", ">MB"});
  auto costs = v.costs;
  std::ranges::stable_sort(costs, std::greater{}, &StepCost::ms);
  costs.resize(std::min(top, costs.size()));
  for (const auto& c : costs)
    table.row({c.update, c.name, c.implementation, fixed(c.ms, 2),
               fixed(c.ms > 0 ? c.flops / c.ms / 1e6 : 0, 1), fixed(static_cast<double>(c.bytes) / 1e6, 1)});
  return table.text();
}

}  // namespace

const StepCost& StepRow::any() const {
  return **std::ranges::find_if(costs, [](const auto* cost) { return cost != nullptr; });
}

double StepRow::apart() const {
  const auto [least, most] = std::ranges::minmax(costs, {}, ms_of);
  return ms_of(most) - ms_of(least);
}

std::string StepRow::by() const {
  std::set<std::string> implementations, symbols;
  std::string each;
  for (const auto* cost : costs) {
    const std::string name = cost ? cost->implementation : "-";
    each += (each.empty() ? "" : " | ") + name;
    implementations.insert(name);
    if (cost) symbols.insert(cost->symbol);
  }
  if (implementations.size() > 1) return each;
  return symbols.size() > 1 ? any().implementation + " (" + std::to_string(symbols.size()) + " codes)"
                            : any().implementation;
}

std::vector<StepRow> compared_steps(const BenchResult& result) {
  std::vector<StepRow> rows;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (std::size_t v = 0; v < result.variants.size(); ++v)
    for (const auto& cost : result.variants[v].costs) {
      const auto [place, added] = places.try_emplace({cost.update, cost.name}, rows.size());
      if (added) rows.push_back({std::vector<const StepCost*>(result.variants.size())});
      rows[place->second].costs[v] = &cost;
    }
  std::ranges::stable_sort(rows, std::greater{}, &StepRow::apart);
  return rows;
}

std::string step_table(const BenchResult& result, std::size_t top) {
  if (result.variants.size() == 1) return costliest(result.variants[0], top);
  std::vector<std::string> columns = {"update", "step", "by"};
  for (const auto& v : result.variants) columns.push_back(">" + v.schedule);
  columns.push_back(">apart");
  TextTable table(columns);
  auto rows = compared_steps(result);
  rows.resize(std::min(top, rows.size()));
  for (const auto& row : rows) {
    std::vector<std::string> cells = {row.any().update, row.any().name, row.by()};
    for (const auto* cost : row.costs) cells.push_back(cost ? fixed(cost->ms, 3) : "-");
    cells.push_back(fixed(row.apart(), 3));
    table.row(std::move(cells));
  }
  return table.text();
}

}  // namespace sganc
