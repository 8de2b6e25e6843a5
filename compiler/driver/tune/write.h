#pragma once
// Writes the schedule file of `tune` and its report.

#include <string>
#include <vector>

#include "compiler/driver/tune/search.h"
#include "compiler/graph/module.h"

namespace sganc {

/// A complete schedule of that name: the base, then a table for each kernel that is faster, with its
/// measurements above. Leaves out kernels that the module does not have any more, because a convolution
/// changed its implementation.
std::string tuned_schedule(const std::string& name, const PlannedModule& base,
                           const std::vector<Tuned>& tuned, const TuneContext& context);

/// The report of `tune`.
struct TuneReport {
  std::string model, schedule, records, file;
  TuneContext context;
  std::vector<Tuned> tuned;
};
std::string to_text(const TuneReport& report);
std::string to_json(const TuneReport& report);

}  // namespace sganc
