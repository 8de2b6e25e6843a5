#include "compiler/driver/run_report.h"

#include <algorithm>
#include <sstream>

#include "compiler/driver/begun_run.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/places.h"
#include "compiler/driver/run_table.h"
#include "compiler/driver/shell_word.h"
#include "compiler/inspect/changed_settings.h"
#include "compiler/inspect/plot.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"
#include "runtime/data/identity.h"
#include "runtime/data/picture_file.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSamples = 20, kFewestSamples = 3;  // epochs whose grids are shown
constexpr std::size_t kMostSampleBytes = 600'000;  // of all their files, unless they are very large
constexpr std::size_t kMostClasses = 30;           // classes that are named

std::int64_t lines_of(const fs::path& file) {
  return fs::exists(file) ? std::ranges::count(read_file(file), '\n') : 0;
}

std::vector<std::string> class_names(const RunFolder& folder) {
  std::vector<std::string> names;
  std::istringstream lines(fs::exists(folder.classes()) ? read_file(folder.classes()) : "");
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  return names;
}

/// "mnist", or the paths of the user's own files.
std::string source_text(const DeclaredSource& source) {
  std::string text = source.known;
  for (const auto& [key, file] : source.files) text += (text.empty() ? "" : ", ") + key + " " + file.value;
  return text;
}

/// "mnist", or the name of the user's own folder or file, for a sentence.
std::string short_source(const DeclaredSource& source) {
  if (!source.known.empty()) return source.known;
  for (const std::string key : {"folder", "images"})
    if (const auto found = source.files.find(key); found != source.files.end())
      return fs::path(found->second.value).filename().string();
  return "images";
}

/// "10 of each class, seed 0".
std::string choice_text(const DeclaredChoice& choice, std::int64_t train_seed) {
  const std::string seed = ", seed " + std::to_string(choice.seed.value_or(train_seed));
  if (choice.by == "all") return "all";
  if (choice.by == "given") return "those of the source";
  if (choice.by == "file") return "those in " + choice.file;
  if (choice.by == "fraction") return percent_text(choice.fraction) + " of each class" + seed;
  return grouped(choice.count) + (choice.by == "per_class" ? " of each class" : " in all") + seed;
}

std::vector<ReportFact> data_facts(const RunFolder& folder, const Model& model) {
  std::vector<ReportFact> facts = {{"source", source_text(model.data.source)}};
  if (fs::exists(folder.data())) {
    const auto identity = use_given_file([&] { return read_identity(folder.data()); });
    facts.push_back({"training images", grouped(identity.train.count)});
    if (identity.test.count > 0) facts.push_back({"test images", grouped(identity.test.count)});
    facts.push_back({"shape", shape_text({identity.image_shape.begin(), identity.image_shape.end()})});
    facts.push_back({"digest of the training images", identity.train.images.substr(0, 16)});
  }
  if (model.data.test)
    facts.push_back({"test images from the training images", choice_text(*model.data.test, 0)});
  if (const auto labels = lines_of(folder.labels()); labels > 0)
    facts.push_back({"labels", grouped(labels) + ": " + choice_text(model.data.labels, model.train.seed)});
  if (const auto held_out = lines_of(folder.held_out()); held_out > 0)
    facts.push_back(
        {"held out for validation",
         grouped(held_out) +
             (model.data.validation ? ": " + choice_text(*model.data.validation, model.train.seed) : "")});
  const auto names = class_names(folder);
  if (!names.empty())
    facts.push_back({"classes", names.size() > kMostClasses ? grouped(static_cast<std::int64_t>(names.size()))
                                                            : listed(names)});
  return facts;
}

/// Where, when and by what the run was begun.
std::vector<ReportFact> circumstances(const RunFolder& folder, const Model& model) {
  const auto json = first_environment(folder);
  std::vector<ReportFact> facts;
  const auto add = [&](const std::string& name, const char* key) {
    if (!json.is_object() || !json.contains(key)) return;
    const auto& value = json[key];
    facts.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
  };
  add("begun", "started");
  if (json.is_object() && json.contains("versions") && json["versions"].is_object())
    for (const auto& [name, version] : json["versions"].items())
      if (version.is_string()) facts.push_back({"version of " + name, version.get<std::string>()});
  add("processor", "processor");
  add("cores", "cores");
  add("threads", "threads");
  add("target of kernels", "isa");
  add("schedule", "schedule");
  facts.push_back({"seed", std::to_string(model.train.seed)});
  return facts;
}

std::string command_text(const RunFolder& folder) {
  const auto command = first_command(folder);
  return (command.empty() ? "" : command + "\n\n# the same from this folder alone\n") + called_program() +
         " train " + shell_word(folder.resolved().string()) + " --out runs/again";
}

std::string summary_text(const RunFolder& folder, const RunReport& report, const Model& model) {
  std::string text;
  if (const auto labels = lines_of(folder.labels()); labels > 0)
    text = counted(labels, "label") + " of " + short_source(model.data.source);
  else
    text = "no labels of " + short_source(model.data.source);
  if (const auto names = class_names(folder); !names.empty()) text += " in " + counted(names.size(), "class");
  return text + "; " + (report.is_complete ? "" : grouped(report.metrics.steps) + " steps so far of ") +
         counted(model.train.epochs, "epoch") + " of " + counted(model.train.steps_per_epoch, "step") + ".";
}

/// So many of the values, evenly, with the first and the last.
template <class T>
std::vector<T> thinned(const std::vector<T>& all, std::size_t most) {
  if (all.size() <= most) return all;
  std::vector<T> kept;
  for (std::size_t i = 0; i < most; ++i) kept.push_back(all[i * (all.size() - 1) / (most - 1)]);
  return kept;
}

/// The file as it is, or as WebP if that is smaller.
std::string small_file(const fs::path& path) {
  const auto bytes = read_file(path);
  const auto webp = webp_bytes(decode_picture(bytes, path).picture);
  return webp && webp->size() < bytes.size() ? *webp : bytes;
}

/// The grids of the epochs, of many or large ones an even part.
std::vector<ReportSamples> samples_of(const RunFolder& folder, std::int64_t epochs) {
  std::vector<std::int64_t> there;
  for (std::int64_t epoch = 1; epoch <= epochs; ++epoch)
    if (fs::exists(folder.epoch_sample(epoch))) there.push_back(epoch);
  std::vector<ReportSamples> samples;
  std::size_t bytes = 0;
  for (const auto epoch : thinned(there, kMostSamples)) {
    samples.push_back({epoch, small_file(folder.epoch_sample(epoch))});
    bytes += samples.back().file.size();
  }
  if (bytes <= kMostSampleBytes) return samples;
  return thinned(samples, std::max(kFewestSamples, kMostSampleBytes * samples.size() / bytes));
}

std::vector<ReportUpdate> updates_of(const ModelSummary& summary) {
  std::vector<ReportUpdate> updates;
  for (const auto& u : summary.updates)
    updates.push_back({u.name, u.minimize + (u.manner.empty() ? "" : "; " + u.manner), draws_text(u),
                       listed(u.train), u.optimizer});
  return updates;
}

RunReport report_of(const RunRow& row, const std::string& name, const Model& model) {
  const auto folder = RunFolder::open_existing(row.path);
  Diagnostics diagnostics;
  const auto summary = summarize(model, diagnostics);
  RunReport report{.name = name,
                   .model = row.model,
                   .is_complete = row.metrics.steps >= model.train.steps(),
                   .epochs = model.train.epochs,
                   .steps = model.train.steps(),
                   .labels = row.labels,
                   .seed = row.seed,
                   .parameters = summary.parameters,
                   .data = data_facts(folder, model),
                   .circumstances = circumstances(folder, model),
                   .updates = updates_of(summary),
                   .command = command_text(folder),
                   .metrics = row.metrics,
                   .history = read_history(folder.metrics())};
  if (report.labels == 0) report.labels.reset();
  for (const auto& setting : changed_settings(model, summary.optimizers))
    report.settings.push_back({setting.name, setting.text});
  report.summary = summary_text(folder, report, model);
  if (!model.evaluate.classifier.value.empty())
    report.not_measured = "No images were measured for this report. This measures those of the split test: " +
                          called_program() + " report " + shell_word(row.path) + " --split test";
  if (diagnostics.empty()) report.model_svg = to_svg(summary);
  report.samples = samples_of(folder, row.epochs());
  return report;
}

}  // namespace

std::optional<std::vector<RunReport>> run_reports(const std::vector<std::string>& folders,
                                                  Terminal& terminal) {
  std::vector<RunRow> rows;
  for (const auto& folder : folders) {
    auto row = read_run(folder, terminal);
    if (!row) return {};
    rows.push_back(std::move(*row));
  }
  const auto names = distinct_names(rows);
  std::vector<RunReport> reports;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto model = load({.file = RunFolder::open_existing(rows[i].path).resolved().string()}, terminal);
    if (!model) return {};
    reports.push_back(use_given_file([&] { return report_of(rows[i], names[i], *model); }));
  }
  return reports;
}

std::string write_run_report(const RunFolder& folder, std::optional<ReportMeasurement> measured,
                             Terminal& terminal) {
  try {
    auto reports = run_reports({folder.path().string()}, terminal);
    if (!reports) return "its model cannot be read";
    reports->front().measured = std::move(measured);
    write_file_atomically(folder.report(), report_page(*reports));
    return {};
  } catch (const UserError& error) {
    return error.diagnostic.message;
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace sganc
