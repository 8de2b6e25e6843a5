#pragma once
// Gathers what the report of a run shows, from its folder.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/terminal.h"
#include "runtime/report/report_page.h"
#include "runtime/train/run_folder.h"

namespace sganc {

/// The reports of the runs in these folders, which may still be training; they have names that tell them
/// apart, and no measurement yet; `not_measured` is empty for a model without a classifier. Throws UserError
/// for a folder without a run and for damaged files. Prints mistakes in a resolved.toml and returns nothing.
std::optional<std::vector<RunReport>> run_reports(const std::vector<std::string>& folders,
                                                  Terminal& terminal);

/// Writes report.html into the folder of a run. Never throws: the result says why it was not written, or is
/// empty.
std::string write_run_report(const RunFolder& folder, std::optional<ReportMeasurement> measured,
                             Terminal& terminal);

}  // namespace sganc
