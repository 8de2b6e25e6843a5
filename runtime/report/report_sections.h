#pragma once
// The sections of the report of one run.

#include <span>

#include "runtime/report/html.h"
#include "runtime/report/report_page.h"

namespace sganc {

/// A section that has nothing to show is left out.
struct ReportSection {
  const char *id, *title;
  Html (*content)(const RunReport&);
};

/// In the order of the page.
std::span<const ReportSection> report_sections();

/// What stands above the sections: the run's most important figures.
Html key_figures(const RunReport& run);

}  // namespace sganc
