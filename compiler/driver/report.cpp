#include <algorithm>

#include "compiler/driver/measure_run.h"
#include "compiler/driver/report_measurement.h"
#include "compiler/driver/run_report.h"
#include "compiler/language/spelling.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("out", value<std::string>()->value_name("FILE.html"),
                  "the file to write; by default report.html in the folder of the run, or for several runs "
                  "in the working folder")(
      "split", value<std::string>()->value_name("SPLIT"),
      "the images to measure on: train, hidden, validation, test, or none; by default those of test or "
      "validation if the run has measured them, and none for several runs")(
      "any-data", "measure even if the images are not those of the run, with a warning")(
      "data", value<std::string>()->value_name("DIR"),
      "where the data are now: the folder of pictures, of arrays, or of data sets");
  add_run_options(o);
}

/// The split that is measured if none is named: one that the run has measured, so that the report does not
/// look at test images which a person keeps for later.
std::string split_of(const RunReport& report) {
  for (const std::string split : {"test", "validation"})
    if (report.metrics.last(split)) return split;
  return "none";
}

ReportMeasurement measure(SavedRun& run, const std::string& split, const options::variables_map& values,
                          const Terminal& terminal) {
  if (values.count("data")) move_source(run.model.data.source, values["data"].as<std::string>());
  const RunData data = read_run_data(run, split, values, terminal);
  auto measured = measure_run(run, data, split);
  const auto told = [&](const char* key) { return whole_number(run.checkpoint, run.metadata, key); };
  measured.evaluation.record.step = told("step");
  measured.evaluation.record.epoch = told("epoch");
  return report_measurement(measured.evaluation, data.loaded, measured.images, measured.probabilities);
}

/// Measures the run, if it has a classifier. What cannot be measured is left out of the report, which then
/// says why.
void add_measurement(const std::string& folder, const std::string& split,
                     const options::variables_map& values, RunReport& report, Terminal& terminal) {
  if (report.not_measured.empty()) return;
  try {
    if (auto saved = open_saved_run(folder, values, terminal, classification_module))
      report.measured = measure(*saved, split, values, terminal);
    return;
  } catch (const UserError& error) {
    report.not_measured = error.diagnostic.message;
  } catch (const std::runtime_error& error) {
    report.not_measured = error.what();
  }
  terminal.say("warning: the report of " + report.name + " has no measured images: " + report.not_measured);
  report.not_measured = "The images could not be measured: " + report.not_measured + ".";
}

int run(const options::variables_map& values, Terminal& terminal) {
  const auto folders = values["RUN"].as<Words>();
  const std::string asked = values.count("split") ? values["split"].as<std::string>() : "";
  if (!asked.empty() && asked != "none") require_split(asked);
  auto reports = run_reports(folders, terminal);
  if (!reports) return kBadInput;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    RunReport& report = (*reports)[i];
    const std::string split = !asked.empty() ? asked : folders.size() == 1 ? split_of(report) : "none";
    if (split != "none") add_measurement(folders[i], split, values, report, terminal);
  }
  const std::filesystem::path out = values.count("out")
                                        ? std::filesystem::path(values["out"].as<std::string>())
                                    : folders.size() == 1 ? RunFolder::open_existing(folders[0]).report()
                                                          : "report.html";
  use_given_file([&] { write_file_atomically(out, report_page(*reports)); });
  terminal.out << out.string() << "\n";
  return kDone;
}

}  // namespace

extern const Verb report_verb{
    .name = "report",
    .summary = "write a page about a run, or one that compares runs",
    .usage = "RUN... [--out FILE.html] [--split SPLIT|none] [--data DIR] [options]",
    .details =
        "Writes one HTML file that needs no other file, no network and no script. For one run it shows the\n"
        "curves of every update and of the accuracy, samples by epoch, the recall and precision of each\n"
        "class, the confusion matrix, the most certain mistakes, the nets, the settings, the times, and the\n"
        "command to train it again. train writes it too when it ends, as report.html in the run folder.\n"
        "  sganc report runs/mnist-stacked\n"
        "  sganc report runs/mnist-stacked --split validation --checkpoint best --out best.html\n"
        "Several runs are compared on one page: a table, curves in common plots, samples side by side, and\n"
        "what differs between them. --split adds the recall of each class.\n"
        "  sganc report runs/a runs/b runs/c --out compared.html\n"
        "If the data are not there or have changed, the report leaves out what needs them, and says so.\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .repeats = true};

}  // namespace sganc
