#pragma once
// The report of a run, or of several, as one HTML file. It needs nothing else: no network, no script.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/report/picture.h"
#include "runtime/report/run_metrics.h"
#include "runtime/report/step_history.h"

namespace sganc {

/// A row of a table of facts.
struct ReportFact {
  std::string name, value;
};

/// The grid of generated images after an epoch, as the bytes of a PNG or WebP file.
struct ReportSamples {
  std::int64_t epoch = 0;
  std::string file;
};

struct ReportUpdate {
  std::string name, minimizes, draws, trains, optimizer;
};

/// A measured image: what it is, and what the classifier takes it for.
struct ReportImage {
  Picture picture;
  std::string name, label, guess;
  double certainty = 0;  // the probability of the guess
};

/// How well the classifier knows a class.
struct ReportClass {
  std::string name;
  std::int64_t images = 0;
  std::optional<double> recall, precision;
  std::string taken_for;  // the classes that it is most often mistaken for, with the numbers of images
};

/// What one checkpoint makes of the images of a split.
struct ReportMeasurement {
  EvalRecord record;
  std::vector<ReportClass> classes;
  std::vector<std::int64_t> confusion;  // the number of images at [label * classes + guess]
  std::vector<ReportImage> mistakes;    // the most certain first
  std::vector<ReportImage> uncertain;   // the least certain first
};

struct RunReport {
  std::string name;     // that tells runs apart
  std::string summary;  // a sentence
  std::string model;    // the model's name
  bool is_complete = true;
  std::int64_t epochs = 0, steps = 0;  // that the run shall do
  std::optional<std::int64_t> labels;  // labelled images
  std::int64_t seed = 0;
  std::int64_t parameters = 0;
  std::vector<ReportFact> data, settings, circumstances;
  std::vector<ReportUpdate> updates;
  std::string command;    // that trains such a run
  std::string model_svg;  // the picture of the nets
  RunMetrics metrics;
  StepHistory history;
  std::vector<ReportSamples> samples;
  std::optional<ReportMeasurement> measured;
  std::string not_measured;  // why there is no measurement; "" for a model without a classifier
};

/// One run gets all sections. Several are compared: a table, common plots, samples and classes side by side.
std::string report_page(std::span<const RunReport> runs);

}  // namespace sganc
