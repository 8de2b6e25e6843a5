#include "compiler/codegen/merge_steps.h"

namespace sganc {
namespace {

/// Whether the buffer is a value of a flat kernel, which has two extents. A single number has one.
bool is_blocked(const Buffer& b) {
  return b.extents.size() == 2;
}

bool continues(const KernelCall& first, const KernelCall& second) {
  if (first.symbol != second.symbol || first.arguments.size() != second.arguments.size()) return false;
  for (std::size_t i = 0; i < first.arguments.size(); ++i) {
    const Buffer &a = first.arguments[i], &b = second.arguments[i];
    if (!is_blocked(a)) {
      if (a != b) return false;
      continue;
    }
    const std::int64_t end = a.offset + a.extents[0] * a.extents[1] * size_of(a.dtype);
    if (!is_blocked(b) || a.space != b.space || a.space == Space::input || end != b.offset) return false;
  }
  return true;
}

}  // namespace

void merge_neighbours(std::vector<LoweredStep>& steps) {
  std::vector<LoweredStep> merged;
  for (auto& next : steps) {
    auto* call = std::get_if<KernelCall>(&next.step.work);
    auto* last = merged.empty() ? nullptr : std::get_if<KernelCall>(&merged.back().step.work);
    if (!next.mergeable || !call || !last || !merged.back().mergeable || !continues(*last, *call)) {
      merged.push_back(std::move(next));
      continue;
    }
    for (std::size_t i = 0; i < last->arguments.size(); ++i)
      if (is_blocked(last->arguments[i])) last->arguments[i].extents[0] += call->arguments[i].extents[0];
    last->values.insert(last->values.end(), call->values.begin(), call->values.end());
    merged.back().groups.insert(merged.back().groups.end(), next.groups.begin(), next.groups.end());
    merged.back().step.flops += next.step.flops;
    merged.back().step.bytes += next.step.bytes;
  }
  steps = std::move(merged);
}

}  // namespace sganc
