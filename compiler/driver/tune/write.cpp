#include "compiler/driver/tune/write.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include "compiler/codegen/kernel_text.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"
#include "compiler/passes/pass.h"

namespace sganc {
namespace {

using Chosen = std::function<bool(const Workpiece&, const std::string& name)>;

/// Patterns for the chosen kernels: a step's name if all kernels of that name are chosen, else FUNCTION/NAME.
std::vector<std::string> patterns_for(const std::vector<Workpiece>& pieces, const Chosen& chosen) {
  std::vector<std::string> patterns;
  const auto everywhere = [&](const std::string& name) {
    return std::ranges::all_of(pieces, [&](const Workpiece& p) {
      return std::ranges::count(p.names, name) == 0 || chosen(p, name);
    });
  };
  for (const auto& piece : pieces)
    for (const auto& name : piece.names) {
      if (!chosen(piece, name)) continue;
      const bool alone = name == piece.step.name && everywhere(name);
      const std::string pattern = alone ? name : piece.function + "/" + name;
      if (std::ranges::count(patterns, pattern) == 0) patterns.push_back(pattern);
    }
  return patterns;
}

bool is_use(const Workload& workload, const Workpiece& piece, const std::string& name) {
  return std::ranges::count(workload.uses, piece.function + "/" + name) > 0;
}

/// Whether another implementation computes the convolution than under the base.
bool moves(const Tuned& t) {
  return !t.best->by.empty() && t.best->by != t.workload->piece.by;
}

std::vector<ProductRule> rules_for(const std::vector<Workpiece>& pieces, const Tuned& t) {
  std::vector<ProductRule> rules;
  const auto chosen = [&](const Workpiece& p, const std::string& name) {
    return is_use(*t.workload, p, name);
  };
  for (const auto& pattern : patterns_for(pieces, chosen)) {
    ProductRule rule;
    rule.match = {pattern, {}};
    rule.by = {t.best->by, {}};
    if (find_implementation(t.best->by)->bf16) rule.precision = {"f32", {}};  // as it was measured
    rules.push_back(std::move(rule));
  }
  return rules;
}

/// Whether that kernel, in the plan that the file leads to, is the tuned one and can have its directives.
bool takes(const Workpiece& piece, const std::string& name, const Tuned& t, const std::string& identity) {
  if (!piece.is_kernel()) return false;
  if (moves(t) ? !is_use(*t.workload, piece, name) : identity_of(piece) != identity) return false;
  KernelDescription kernel = piece.cut.description;
  kernel.override_schedule = {{name, {}}, t.best->stages};
  try {
    schedule_in_force(kernel);
    return true;
  } catch (const UserError&) {
    return false;
  }
}

/// # trunk.conv_1.forward of c: 5.398 ms before, 4.871 ms now; medians of 21 in turns, 2 threads, Intel ...
/// # largest difference 1.2e-07 of the reference's largest number
std::string evidence_of(const TuneRecord& r) {
  char error[32];
  std::snprintf(error, sizeof error, "%.1e", r.measured.error);
  return "\n# " + r.kernel + " of " + r.function + ": " + fixed(r.base_ms(), 3) + " ms before, " +
         fixed(r.ms(), 3) + " ms now; medians of " + std::to_string(r.measured.ms.size()) + " in turns, " +
         counted(r.context.threads, "thread") + ", " + r.context.processor + ", " + r.date +
         "\n# largest difference " + error + " of the " + r.measured.checked + "'s largest number\n";
}

/// A table's text without the empty line before it.
std::string below(std::string table) {
  return table.substr(table.find_first_not_of('\n'));
}

}  // namespace

std::string tuned_schedule(const std::string& name, const PlannedModule& planned,
                           const std::vector<Tuned>& tuned, const TuneContext& context) {
  const Schedule& base = planned.schedule;
  Schedule moved = base;
  moved.name = name;
  std::string text = "# Made by sganc tune from the schedule " + toml_comment(base.name) + " for " +
                     toml_comment(context.processor) + ", " + counted(context.threads, "thread") +
                     "; sganc " + context.sganc + ", Halide " + context.halide + ", oneDNN " +
                     context.onednn + ".\n" + choices_of(moved);
  for (const auto& kernel : base.kernels) text += table_of(kernel.match.value, kernel.stages);
  const auto before = workpieces_of(planned);
  for (const auto& t : tuned) {
    if (!t.best || !moves(t)) continue;
    text += evidence_of(t.record);
    for (const auto& rule : rules_for(before, t)) {
      text += below(table_of(rule)) + "\n";
      moved.products.push_back(rule);
    }
    text.pop_back();
  }
  const auto after = workpieces_of(plan(planned.module, moved, planned.machine));
  for (const auto& t : tuned) {
    if (!t.best || t.best->stages.empty()) continue;
    const std::string identity = identity_of(t.workload->piece);
    const auto patterns = patterns_for(after, [&](const Workpiece& piece, const std::string& kernel) {
      return takes(piece, kernel, t, identity);
    });
    if (patterns.empty()) continue;
    text += evidence_of(t.record);
    for (const auto& pattern : patterns) text += below(table_of(pattern, t.best->stages)) + "\n";
    text.pop_back();
  }
  return text;
}

}  // namespace sganc
