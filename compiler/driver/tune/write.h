#pragma once
// The schedule file that `tune` leaves, and its report.

#include <string>
#include <vector>

#include "compiler/driver/tune/search.h"
#include "compiler/graph/module.h"

namespace sganc {

/// A whole schedule of that name: the base, then a table for each kernel that has gained, below its evidence.
/// What the module has no such kernel for, once convolutions have moved, is left out.
std::string tuned_schedule(const std::string& name, const PlannedModule& base,
                           const std::vector<Tuned>& tuned, const TuneContext& context);

/// What `tune` prints.
struct TuneReport {
  std::string model, schedule, records, file;
  TuneContext context;
  std::vector<Tuned> tuned;
};
std::string to_text(const TuneReport& report);
std::string to_json(const TuneReport& report);

}  // namespace sganc
