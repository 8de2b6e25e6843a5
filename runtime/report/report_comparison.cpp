#include "runtime/report/report_comparison.h"

#include <algorithm>
#include <array>
#include <set>

#include "runtime/report/report_parts.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

using Runs = std::span<const RunReport>;

std::vector<std::string> splits_of(Runs runs) {
  std::vector<std::string> names;
  for (const auto& run : runs)
    for (const auto& split : run.metrics.splits()) names.push_back(split);
  return ordered_splits(std::move(names));
}

Html accuracy_of(const EvalRecord* evaluation) {
  return percent_or_none(evaluation ? std::optional(evaluation->accuracy) : std::nullopt);
}

/// A row for each run. Its style of lines stands before its name.
Html table(Runs runs) {
  const auto splits = splits_of(runs);
  const bool validated = std::ranges::count(splits, "validation") > 0;
  std::vector<std::string> columns = {"run", "model", ">labels", ">seed", ">steps", ">parameters"};
  for (const auto& split : splits) columns.push_back(">" + split);
  if (validated) columns.push_back(">best validation");
  columns.push_back(">trained for");
  std::vector<std::vector<Html>> rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunReport& run = runs[i];
    auto& row = rows.emplace_back();
    row.push_back(Html::markup(legend_svg(i)) + Html::name(run.name));
    row.push_back(Html::name(run.model));
    row.push_back(Html::text(run.labels ? grouped(*run.labels) : "–"));
    row.push_back(Html::text(std::to_string(run.seed)));
    row.push_back(
        Html::text(grouped(run.metrics.steps) + (run.is_complete ? "" : " of " + grouped(run.steps))));
    row.push_back(Html::text(grouped(run.parameters)));
    for (const auto& split : splits) row.push_back(accuracy_of(run.metrics.last(split)));
    if (validated) row.push_back(accuracy_of(run.metrics.best("validation")));
    row.push_back(Html::text(duration_text(run.metrics.seconds)));
  }
  return html_table(columns, rows);
}

/// A plot for each evaluated split, with a line for each run.
Html accuracies(Runs runs) {
  std::vector<Html> plots;
  for (const auto& split : splits_of(runs)) {
    LinePlot plot{.title = split + " accuracy", .x_name = "epoch", .lines = {}, .percent = true};
    for (std::size_t i = 0; i < runs.size(); ++i) {
      PlotLine line{.name = runs[i].name, .style = i};
      for (const auto& e : runs[i].metrics.evaluations)
        if (e.split == split) line.points.push_back({static_cast<double>(e.epoch), e.accuracy});
      line.marked = line.points.size() <= 40;
      plot.lines.push_back(std::move(line));
    }
    plots.push_back(figure(plot));
  }
  return figures(plots);
}

/// A plot for each metric of an update, with the moving mean of each run.
Html updates(Runs runs) {
  std::vector<std::pair<std::string, std::string>> known;
  for (const auto& run : runs)
    for (const auto& curve : run.history.curves)
      if (std::ranges::count(known, std::pair(curve.update, curve.metric)) == 0)
        known.emplace_back(curve.update, curve.metric);
  std::vector<Html> plots;
  for (const auto& [update, metric] : known) {
    LinePlot plot{.title = update + " " + metric, .lines = {}, .percent = metric.ends_with("accuracy")};
    for (std::size_t i = 0; i < runs.size(); ++i)
      for (const auto& curve : runs[i].history.curves)
        if (curve.update == update && curve.metric == metric)
          plot.lines.push_back({.name = runs[i].name, .points = smoothed(curve.points, 120), .style = i});
    plot.log = !plot.percent && wants_log(plot.lines);
    plots.push_back(figure(plot, "moving means"));
  }
  return figures(plots);
}

Html samples(Runs runs) {
  Html list;
  for (const auto& run : runs) {
    if (run.samples.empty()) continue;
    const auto& [epoch, file] = run.samples.back();
    list += element(
        "figure", element("figcaption", element("b", Html::name(run.name)) +
                                            element("span", {{"class", "note"}}, "epoch " + grouped(epoch))) +
                      empty_element("img", {{"src", data_uri(picture_type(file), file)},
                                            {"alt", "images that the generator of " + run.name + " made"}}));
  }
  return list.empty() ? list : element("div", {{"class", "side"}}, list);
}

/// The recall of each class in each run that was measured.
Html classes(Runs runs) {
  std::vector<TableColumn> columns = {{Html::text("class")}};
  std::vector<const ReportMeasurement*> measured;
  for (const auto& run : runs)
    if (run.measured) {
      measured.push_back(&*run.measured);
      columns.push_back({Html::name(run.name), true});
    }
  if (measured.empty()) return {};
  std::vector<std::string> names;
  for (const auto* m : measured)
    for (const auto& c : m->classes)
      if (std::ranges::count(names, c.name) == 0) names.push_back(c.name);
  std::vector<std::vector<Html>> rows;
  for (const auto& name : names) {
    auto& row = rows.emplace_back(std::vector{Html::name(name)});
    for (const auto* m : measured) {
      const auto found = std::ranges::find(m->classes, name, &ReportClass::name);
      row.push_back(percent_or_none(found == m->classes.end() ? std::nullopt : found->recall));
    }
  }
  return element("p", "The recall of each class on the split " + measured[0]->record.split + ".") +
         html_table(columns, rows);
}

/// The facts that are not the same in all runs.
Html differences(Runs runs) {
  std::vector<std::string> keys;
  for (const auto& run : runs)
    for (const auto* facts : {&run.data, &run.settings, &run.circumstances})
      for (const auto& fact : *facts)
        if (std::ranges::count(keys, fact.name) == 0) keys.push_back(fact.name);
  const auto value_of = [](const RunReport& run, const std::string& key) {
    for (const auto* facts : {&run.data, &run.settings, &run.circumstances})
      for (const auto& fact : *facts)
        if (fact.name == key) return fact.value;
    return std::string("–");
  };
  std::vector<TableColumn> columns = {{Html()}};
  for (const auto& run : runs) columns.push_back({Html::name(run.name)});
  std::vector<std::vector<Html>> rows;
  for (const auto& key : keys) {
    std::set<std::string> values;
    std::vector<Html> row = {Html::name(key)};
    for (const auto& run : runs) {
      values.insert(value_of(run, key));
      row.push_back(Html::name(value_of(run, key)));
    }
    if (values.size() > 1) rows.push_back(std::move(row));
  }
  if (rows.empty()) return {};
  return html_table(columns, rows) +
         element("p", {{"class", "hint"}}, "A dash: the run has the default there, or has no such part.");
}

Html commands(Runs runs) {
  Html list;
  for (const auto& run : runs)
    list += element("h3", Html::name(run.name)) + element("pre", element("code", Html::lines(run.command)));
  return list;
}

constexpr std::array kSections = {
    ComparisonSection{"runs", "Runs", table},
    ComparisonSection{"accuracy", "Accuracy", accuracies},
    ComparisonSection{"updates", "Updates", updates},
    ComparisonSection{"samples", "Samples", samples},
    ComparisonSection{"classes", "Classes", classes},
    ComparisonSection{"differences", "Differences", differences},
    ComparisonSection{"reproduction", "Train them again", commands},
};

}  // namespace

std::span<const ComparisonSection> comparison_sections() {
  return kSections;
}

}  // namespace sganc
