#include "compiler/driver/run_table.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "compiler/driver/compilation.h"
#include "compiler/driver/saved_run.h"
#include "compiler/inspect/text_table.h"
#include "runtime/system/files.h"
#include "runtime/train/run_folder.h"
#include "runtime/train/state.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The last name of a path, however it is written: runs/a/, ./, ..
std::string folder_name(const fs::path& path) {
  const fs::path whole = fs::canonical(path);
  return whole.has_filename() ? whole.filename().string() : whole.string();
}

std::string accuracy_of(const EvalRecord* evaluation) {
  return evaluation ? percent_text(evaluation->accuracy) : "-";
}

std::string best_validation(const RunMetrics& metrics) {
  const auto* best = metrics.best("validation");
  return best ? accuracy_of(best) + ", epoch " + std::to_string(best->epoch) : "-";
}

std::vector<std::string> splits_of(const std::vector<RunRow>& runs) {
  std::vector<std::string> names;
  for (const auto& run : runs)
    for (const auto& split : run.metrics.splits()) names.push_back(split);
  return ordered_splits(std::move(names));
}

std::string runs_table(const std::vector<RunRow>& runs) {
  const auto splits = splits_of(runs);
  const bool validated = std::ranges::find(splits, "validation") != splits.end();
  std::vector<std::string> columns = {"run", "model", ">labels", ">seed", ">steps", ">epochs"};
  for (const auto& split : splits) columns.push_back(">" + split);
  if (validated) columns.push_back(">best validation");
  columns.push_back(">trained for");

  TextTable table(columns);
  const auto names = distinct_names(runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunRow& run = runs[i];
    std::vector<std::string> cells = {names[i],
                                      run.model,
                                      run.labels ? grouped(*run.labels) : "-",
                                      std::to_string(run.seed),
                                      grouped(run.metrics.steps),
                                      grouped(run.epochs())};
    for (const auto& split : splits) cells.push_back(accuracy_of(run.metrics.last(split)));
    if (validated) cells.push_back(best_validation(run.metrics));
    cells.push_back(duration_text(run.metrics.seconds));
    table.row(std::move(cells));
  }
  return table.text();
}

std::string epochs_table(const RunMetrics& metrics) {
  const auto splits = metrics.splits();
  std::map<std::int64_t, std::map<std::string, const EvalRecord*>> epochs;
  for (const auto& e : metrics.evaluations) epochs[e.epoch][e.split] = &e;
  std::vector<std::string> columns = {">epoch"};
  for (const auto& split : splits) columns.push_back(">" + split);
  TextTable table(columns);
  for (const auto& [epoch, of_split] : epochs) {
    std::vector<std::string> cells = {std::to_string(epoch)};
    for (const auto& split : splits)
      cells.push_back(accuracy_of(of_split.contains(split) ? of_split.at(split) : nullptr));
    table.row(std::move(cells));
  }
  return table.text();
}

}  // namespace

std::optional<RunRow> read_run(const std::string& given, Terminal& terminal) {
  const auto folder = use_given_file([&] { return RunFolder::open_existing(given); });
  check_files(folder);
  const auto model = load({.file = folder.resolved().string()}, terminal);
  if (!model) return {};
  RunRow row{.path = given,
             .run = folder_name(given),
             .model = model->name,
             .seed = model->train.seed,
             .steps_per_epoch = model->train.steps_per_epoch};
  use_given_file([&] {
    const auto mark = read_metrics_mark(folder.state());
    if (mark && fs::exists(folder.metrics()))
      require_beginning(folder.metrics(), read_file(folder.metrics()), *mark);
    row.metrics = read_metrics(folder.metrics());
    if (fs::exists(folder.labels())) row.labels = std::ranges::count(read_file(folder.labels()), '\n');
  });
  return row;
}

std::vector<std::string> distinct_names(const std::vector<RunRow>& runs) {
  std::map<std::string, int> count;
  const bool folders = std::ranges::none_of(runs, [&](const auto& run) { return ++count[run.run] > 1; });
  std::vector<std::string> names;
  for (const auto& run : runs) names.push_back(folders ? run.run : run.path);
  return names;
}

std::string to_text(const std::vector<RunRow>& runs) {
  std::string text = runs_table(runs);
  if (runs.size() == 1 && !runs[0].metrics.evaluations.empty()) text += "\n" + epochs_table(runs[0].metrics);
  return text;
}

std::string to_json(const RunRow& run) {
  using Json = nlohmann::ordered_json;
  Json json = {{"run", run.run},         {"path", run.path},
               {"model", run.model},     {"labels", run.labels ? Json(*run.labels) : Json()},
               {"seed", run.seed},       {"steps", run.metrics.steps},
               {"epochs", run.epochs()}, {"seconds", run.metrics.seconds}};
  json["accuracy"] = Json::object();
  for (const auto& split : run.metrics.splits()) json["accuracy"][split] = run.metrics.last(split)->accuracy;
  const auto* best = run.metrics.best("validation");
  json["best_validation"] = best ? Json{{"epoch", best->epoch}, {"accuracy", best->accuracy}} : Json();
  json["evaluations"] = Json::array();
  for (const auto& e : run.metrics.evaluations)
    json["evaluations"].push_back({{"epoch", e.epoch}, {"split", e.split}, {"accuracy", e.accuracy}});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sganc
