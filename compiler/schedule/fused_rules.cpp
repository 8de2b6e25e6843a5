#include "compiler/schedule/fused_rules.h"

namespace sganc {
namespace {

/// A loop over fewer elements than this is not worth a second thread.
constexpr std::int64_t kParallel = 32 * 1024;
/// A task has 4096 elements: 16 KiB of each buffer, so that its share stays in the first-level cache.
constexpr int kBlocksPerTask = 256;

void add(KernelSchedule& schedule, const std::string& stage, std::vector<std::string> directives) {
  StageSchedule s{.stage = stage};
  for (auto& d : directives) s.directives.push_back({std::move(d), {}});
  schedule.push_back(std::move(s));
}

std::string number(std::int64_t n) {
  return std::to_string(n);
}

/// Vectorizes the innermost axis if it fills a vector, and lets threads share the outermost axis if that
/// pays.
std::vector<std::string> pointwise_loops(const Shape& shape, const VectorUnit& unit) {
  std::vector<std::string> d;
  if (shape.empty()) return d;
  const std::size_t rank = shape.size();
  const bool vector = shape.back() >= unit.lanes;
  if (vector) {
    // Halide 14 loses the last element of an output of lanes + 1 under guard_with_if
    d.push_back("split x0 x0_outer x0_inner " + number(unit.lanes) + " shift_inwards");
    d.push_back("vectorize x0_inner");
  }
  const std::string outermost = rank > 1 ? "x" + number(static_cast<std::int64_t>(rank) - 1)
                                : vector ? "x0_outer"
                                         : "";
  if (!outermost.empty() && Type{DType::f32, shape}.elements() >= kParallel)
    d.push_back("parallel " + outermost);
  return d;
}

/// The width for splitting that many columns under guard_with_if. It is all lanes unless these leave a rest
/// that Halide 14 computes wrongly, by taking it for the first columns again: a rest of one, and also of two
/// if the width is no power of two.
std::int64_t guarded_width(std::int64_t columns, const VectorUnit& unit) {
  if (columns % unit.lanes != 1) return unit.lanes;
  for (std::int64_t width = unit.lanes - 1; width > 2; --width)
    if (const auto rest = columns % width; rest == 0 || rest > 2) return width;
  return 1;
}

/// The sums of many columns side by side: a vector of columns with all rows inside. Threads share the vectors
/// if that pays.
std::vector<std::string> column_loops(const FusedLoops& l, const VectorUnit& unit) {
  std::vector<std::string> d = {
      "split x0 x0_outer x0_inner " + number(guarded_width(l.shape.back(), unit)) + " guard_with_if",
      "reorder x0_inner r0 x0_outer", "vectorize x0_inner"};
  if (l.shape.back() >= 2 * unit.lanes && Type{DType::f32, l.whole}.elements() >= kParallel)
    d.push_back("parallel x0_outer");
  return d;
}

/// A reduction that leaves several axes: a vector along the innermost one if it is also the innermost that is
/// read, with all reduced axes inside. Threads share the outermost axis if that pays.
std::vector<std::string> image_loops(const FusedLoops& l, const VectorUnit& unit) {
  std::vector<std::string> d;
  const std::size_t rank = l.shape.size();
  if (l.keeps_last && l.shape.back() >= unit.lanes) {
    std::string inside;
    for (std::size_t i = 0; i < l.whole.size() - rank; ++i) inside += " r" + std::to_string(i);
    d.push_back("split x0 x0_outer x0_inner " + number(guarded_width(l.shape.back(), unit)) +
                " guard_with_if");
    d.push_back("reorder x0_inner" + inside + " x0_outer");
    d.push_back("vectorize x0_inner");
  }
  if (Type{DType::f32, l.whole}.elements() >= kParallel)
    d.push_back("parallel x" + number(static_cast<std::int64_t>(rank) - 1));
  return d;
}

/// Rows are added one after the other. If the result has several tables, threads share them.
std::vector<std::string> scatter_loops(const FusedLoops& l) {
  if (l.scatters_below < 1 || Type{DType::f32, l.whole}.elements() < kParallel) return {};
  return {"parallel x" + std::to_string(l.shape.size() - 1)};
}

}  // namespace

KernelSchedule flat_schedule(bool in_place, const VectorUnit&) {
  KernelSchedule schedule;
  add(schedule, in_place ? "output.update" : "output",
      {"vectorize lane", "split block task part " + number(kBlocksPerTask) + " guard_with_if",
       "parallel task"});
  return schedule;
}

KernelSchedule general_schedule(const std::vector<FusedLoops>& loops, const VectorUnit& unit) {
  KernelSchedule schedule;
  for (const auto& l : loops) {
    auto directives = l.reduction ? std::vector<std::string>{} : pointwise_loops(l.shape, unit);
    directives.push_back("compute_root");
    add(schedule, l.stage, std::move(directives));
    if (l.scatters_below >= 0) {
      if (auto directives = scatter_loops(l); !directives.empty())
        add(schedule, l.stage + ".update", std::move(directives));
      continue;
    }
    if (l.reduction && l.shape.size() == 1 && l.shape[0] >= unit.lanes)
      add(schedule, l.stage + ".update", column_loops(l, unit));
    if (l.reduction && l.shape.size() > 1) add(schedule, l.stage + ".update", image_loops(l, unit));
  }
  return schedule;
}

}  // namespace sganc
