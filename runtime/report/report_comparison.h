#pragma once
// The sections of a report that compares runs.

#include <span>

#include "runtime/report/html.h"
#include "runtime/report/report_page.h"

namespace sganc {

/// A section that has nothing to show is left out.
struct ComparisonSection {
  const char *id, *title;
  Html (*content)(std::span<const RunReport>);
};

/// In the order of the page.
std::span<const ComparisonSection> comparison_sections();

}  // namespace sganc
