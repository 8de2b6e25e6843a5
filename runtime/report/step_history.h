#pragma once
// The metrics of a run's steps as curves, read from its metrics.jsonl.

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/report/line_plot.h"

namespace sganc {

/// A metric of an update over the steps that ran it.
struct StepCurve {
  std::string update, metric;
  std::vector<PlotPoint> points;  // x is the step
};

struct StepHistory {
  std::vector<StepCurve> curves;        // in the order in which the metrics appear
  std::vector<PlotPoint> step_seconds;  // the time of a step, without evaluations
};

/// Reads the steps of a run that may still be training, and of a long run an even part of them. Lines that
/// are no record of a step do not count.
StepHistory read_history(const std::filesystem::path& path, std::size_t most = 20000);

/// For drawing: the least and the largest value in each of so many pieces.
std::vector<PlotPoint> extremes(const std::vector<PlotPoint>& points, std::size_t pieces);

/// For drawing: `count` means, each over the points around it, which are together about `part` of all.
std::vector<PlotPoint> smoothed(const std::vector<PlotPoint>& points, std::size_t count, double part = 0.04);

}  // namespace sganc
