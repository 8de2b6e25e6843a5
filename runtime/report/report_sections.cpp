#include "runtime/report/report_sections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "runtime/report/report_parts.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

constexpr std::int64_t kWidestMatrix = 20;  // classes
constexpr std::size_t kMostMarked = 60;     // points of a line with marks

/// The line of a split's accuracy or loss over the epochs.
PlotLine split_line(const RunMetrics& metrics, const std::string& split, std::size_t style,
                    double EvalRecord::*value) {
  PlotLine line{.name = split, .style = style};
  for (const auto& e : metrics.evaluations)
    if (e.split == split) line.points.push_back({static_cast<double>(e.epoch), e.*value});
  line.marked = line.points.size() <= kMostMarked;
  return line;
}

LinePlot split_plot(const RunMetrics& metrics, const std::string& title, double EvalRecord::*value) {
  LinePlot plot{.title = title, .x_name = "epoch"};
  std::size_t style = 0;
  for (const auto& split : metrics.splits()) plot.lines.push_back(split_line(metrics, split, style++, value));
  return plot;
}

Html epochs_table(const RunMetrics& metrics) {
  const auto splits = metrics.splits();
  std::map<std::int64_t, std::map<std::string, const EvalRecord*>> epochs;
  for (const auto& e : metrics.evaluations) epochs[e.epoch][e.split] = &e;
  std::vector<std::string> columns = {">epoch"};
  for (const auto& split : splits) columns.insert(columns.end(), {">" + split, ">loss"});
  std::vector<std::vector<Html>> rows;
  for (const auto& [epoch, of_split] : epochs) {
    auto& row = rows.emplace_back(std::vector{Html::text(grouped(epoch))});
    for (const auto& split : splits) {
      const auto found = of_split.find(split);
      const bool there = found != of_split.end();
      row.push_back(Html::text(there ? percent_text(found->second->accuracy) : "–"));
      row.push_back(Html::text(there ? significant(found->second->loss, 3) : "–"));
    }
  }
  return html_table(columns, rows);
}

Html accuracy(const RunReport& run) {
  const RunMetrics& metrics = run.metrics;
  if (metrics.evaluations.empty()) return {};
  auto accuracies = split_plot(metrics, "accuracy", &EvalRecord::accuracy);
  accuracies.percent = true;
  auto losses = split_plot(metrics, "cross-entropy", &EvalRecord::loss);
  losses.log = wants_log(losses.lines);
  std::string note;
  for (const auto& split : metrics.splits())
    note += (note.empty() ? "" : ", ") + split + " " + percent_text(metrics.last(split)->accuracy);
  return figures({figure(accuracies, note), figure(losses)}) +
         element("details", element("summary", "all epochs") + epochs_table(metrics));
}

Html updates_table(const std::vector<ReportUpdate>& updates) {
  Html rows;
  for (const auto& u : updates)
    rows += element("li", element("b", Html::name(u.name)) + Html::text(" minimizes ") +
                              element("code", Html::name(u.minimizes)) + Html::text(" with ") +
                              Html::name(u.draws) + Html::text("; it trains ") + Html::name(u.trains) +
                              Html::text(" by the optimizer ") + Html::name(u.optimizer) + Html::text("."));
  return rows.empty() ? rows : element("ul", {{"class", "updates"}}, rows);
}

Html updates(const RunReport& run) {
  std::vector<Html> plots;
  std::map<std::string, std::size_t> styles;
  for (const auto& curve : run.history.curves) {
    const auto style = styles.try_emplace(curve.update, styles.size()).first->second;
    LinePlot plot{.title = curve.update + " " + curve.metric, .lines = {}};
    plot.lines = step_lines(curve.points, curve.update, style);
    plot.percent = curve.metric.ends_with("accuracy");
    plot.log = !plot.percent && wants_log(plot.lines);
    const double last = plot.lines.back().points.back().y;
    plots.push_back(
        figure(plot, "ends at " + (plot.percent ? fixed(100 * last, 1) + " %" : significant(last, 3))));
  }
  if (plots.empty()) return {};
  return updates_table(run.updates) + figures(plots) +
         element(
             "p", {{"class", "hint"}},
             "Faint: the values of single steps, with their extremes. Strong: their moving mean over 4 % of "
             "the run.");
}

/// Radio buttons, each with the picture that it shows. The arrow keys go from epoch to epoch.
Html samples(const RunReport& run) {
  if (run.samples.empty()) return {};
  Html content = element("legend", "epoch");
  for (const auto& [epoch, file] : run.samples) {
    const std::string id = "epoch-" + std::to_string(epoch), number = std::to_string(epoch);
    const bool last = &file == &run.samples.back().file;
    content +=
        last ? empty_element("input", {{"type", "radio"}, {"name", "epoch"}, {"id", id}, {"checked", ""}})
             : empty_element("input", {{"type", "radio"}, {"name", "epoch"}, {"id", id}});
    content += element("label", {{"for", id}}, number);
    content +=
        element("figure",
                empty_element("img", {{"src", data_uri(picture_type(file), file)},
                                      {"alt", "images that the generator made after epoch " + number}}) +
                    element("figcaption", "after epoch " + number)) +
        Html::markup("\n");
  }
  return element("fieldset", {{"class", "samples"}}, content) +
         element(
             "p", {{"class", "hint"}},
             "The same latent points after each epoch. Choose an epoch, or go through them with the arrow "
             "keys.");
}

/// A cell of a table with a bar behind its percentage.
Html bar(const std::optional<double>& part) {
  const std::string width = "--part:" + fixed(100 * part.value_or(0), 1) + "%";
  return element("span", {{"class", "bar"}, {"style", width}}, percent_or_none(part));
}

Html classes_table(const ReportMeasurement& measured) {
  std::vector<std::vector<Html>> rows;
  for (const auto& c : measured.classes)
    rows.push_back({Html::name(c.name), Html::text(grouped(c.images)), bar(c.recall), bar(c.precision),
                    Html::name(c.taken_for)});
  return html_table(std::vector<std::string>{"class", ">images", ">recall", ">precision", "taken for"}, rows);
}

/// A row for each class, a column for each guess. The darker a cell, the larger its part of the row.
Html confusion_matrix(const ReportMeasurement& measured) {
  const auto classes = measured.classes.size();
  const bool long_names = std::ranges::any_of(measured.classes, [](auto& c) { return c.name.size() > 3; });
  Html head = element("td", ""), body;
  for (const auto& c : measured.classes)
    head += element("th", {{"scope", "col"}, {"class", long_names ? "upright" : "n"}}, Html::name(c.name));
  for (std::size_t label = 0; label < classes; ++label) {
    Html row = element("th", {{"scope", "row"}}, Html::name(measured.classes[label].name));
    for (std::size_t guess = 0; guess < classes; ++guess) {
      const auto count = measured.confusion[label * classes + guess];
      const auto all = std::max<std::int64_t>(measured.classes[label].images, 1);
      // Mistakes are few, so that their root shows more than their part.
      const double part = static_cast<double>(count) / static_cast<double>(all);
      const std::string shade = fixed(label == guess ? 0.6 * part : std::sqrt(part), 3);
      row += element("td", {{"class", label == guess ? "right" : "wrong"}, {"style", "--part:" + shade}},
                     count ? grouped(count) : "·");
    }
    body += element("tr", row) + Html::markup("\n");
  }
  return element("div", {{"class", "scroll"}},
                 element("table", {{"class", "confusion"}},
                         element("thead", element("tr", head)) + element("tbody", body)));
}

Html measured_sentence(const ReportMeasurement& measured) {
  const EvalRecord& r = measured.record;
  return element("p", grouped(r.correct) + " of the " + grouped(r.examples) + " images of the split " +
                          r.split + " are right, " + percent_text(r.accuracy) +
                          ", with the weights after epoch " + grouped(r.epoch) + ".");
}

Html classes(const RunReport& run) {
  if (!run.measured) return run.not_measured.empty() ? Html() : element("p", Html::name(run.not_measured));
  Html content = measured_sentence(*run.measured) + classes_table(*run.measured);
  if (static_cast<std::int64_t>(run.measured->classes.size()) <= kWidestMatrix)
    content +=
        element("h3", "Confusion matrix") + confusion_matrix(*run.measured) +
        element("p", {{"class", "hint"}},
                "A row for each class, a column for each class that the classifier chose. A darker cell "
                "is a larger part of its row.");
  return content;
}

Html image_list(const std::vector<ReportImage>& images) {
  Html list;
  for (const auto& i : images) {
    const Html words = i.label == i.guess
                           ? Html::name(i.label)
                           : Html::name(i.label) + element("span", {{"class", "arrow"}}, " → ") +
                                 element("b", Html::name(i.guess));
    list += element("li", {{"title", i.name}},
                    image(i.picture, i.name) + element("span", words) +
                        element("span", {{"class", "note"}}, percent_text(i.certainty))) +
            Html::markup("\n");
  }
  return element("ul", {{"class", "images"}}, list);
}

Html images(const RunReport& run) {
  if (!run.measured) return {};
  Html content;
  if (!run.measured->mistakes.empty())
    content +=
        element("h3", "The most certain mistakes") +
        element("p", {{"class", "hint"}},
                "The label, what the classifier takes the image for, and how certain it is. Wrong labels "
                "are found here too.") +
        image_list(run.measured->mistakes);
  if (!run.measured->uncertain.empty())
    content += element("h3", "The least certain images") +
               element("p", {{"class", "hint"}},
                       "The label, the class that the classifier would choose if it is another one, and its "
                       "probability.") +
               image_list(run.measured->uncertain);
  return content;
}

Html nets(const RunReport& run) {
  if (run.model_svg.empty()) return {};
  return element("div", {{"class", "scroll"}},
                 empty_element("img", {{"class", "nets"},
                                       {"src", data_uri("image/svg+xml", run.model_svg)},
                                       {"alt", "the nets, their layers, and the updates that train them"}}));
}

Html data_facts(const RunReport& run) {
  return facts_table(run.data);
}

Html settings(const RunReport& run) {
  if (run.settings.empty()) return {};
  return element("p", "Everything else has its default, or is part of the nets and updates above.") +
         facts_table(run.settings);
}

std::string milliseconds(double seconds) {
  const double ms = 1000 * seconds;
  return ms < 100 ? significant(ms, 3) : grouped(std::llround(ms));
}

/// The median and the range of most steps.
std::string step_time_text(std::vector<double> seconds) {
  std::ranges::sort(seconds);
  const auto at = [&](double part) {
    return milliseconds(seconds[static_cast<std::size_t>(part * static_cast<double>(seconds.size() - 1))]);
  };
  return at(0.5) + " ms in the median; nine of ten take " + at(0.05) + " to " + at(0.95) + " ms";
}

Html timings(const RunReport& run) {
  const auto& times = run.history.step_seconds;
  if (times.empty()) return {};
  double sum = 0;
  std::vector<double> seconds;
  for (const auto& p : times) sum += p.y, seconds.push_back(p.y);
  const double steps = sum / static_cast<double>(times.size()) * static_cast<double>(run.metrics.steps);
  const double rest = std::max(0.0, run.metrics.seconds - steps);
  LinePlot plot{.title = "milliseconds of a step", .lines = {}};
  auto points = times;
  for (auto& p : points) p.y *= 1000;
  plot.lines = step_lines(points, "step", 0);
  return facts_table({{"whole training", duration_text(run.metrics.seconds)},
                      {"a training step", step_time_text(seconds)},
                      {"all " + grouped(run.metrics.steps) + " steps", duration_text(steps)},
                      {"evaluations, samples, checkpoints", duration_text(rest)}}) +
         figures({figure(plot)});
}

Html reproduction(const RunReport& run) {
  return element("pre", element("code", Html::lines(run.command))) + facts_table(run.circumstances);
}

constexpr std::array kSections = {
    ReportSection{"accuracy", "Accuracy", accuracy},
    ReportSection{"updates", "Updates", updates},
    ReportSection{"samples", "Samples", samples},
    ReportSection{"classes", "Classes", classes},
    ReportSection{"images", "Images", images},
    ReportSection{"nets", "Nets", nets},
    ReportSection{"data", "Data", data_facts},
    ReportSection{"settings", "Settings", settings},
    ReportSection{"time", "Time", timings},
    ReportSection{"reproduction", "Train it again", reproduction},
};

Html key_figure(const std::string& name, const std::string& value, const std::string& note = {}) {
  return element("div", element("dt", name) +
                            element("dd", element("b", value) + element("span", {{"class", "note"}}, note)));
}

}  // namespace

std::span<const ReportSection> report_sections() {
  return kSections;
}

Html key_figures(const RunReport& run) {
  const RunMetrics& metrics = run.metrics;
  Html list;
  for (const auto& split : metrics.splits()) {
    const auto* last = metrics.last(split);
    list += key_figure(split + " accuracy", percent_text(last->accuracy),
                       grouped(last->examples - last->correct) + " of " + grouped(last->examples) + " wrong");
  }
  if (const auto* best = metrics.best("validation"))
    list += key_figure("best validation", percent_text(best->accuracy), "epoch " + grouped(best->epoch));
  if (run.labels) list += key_figure("labels", grouped(*run.labels));
  list += key_figure("steps", grouped(metrics.steps), run.is_complete ? "" : "of " + grouped(run.steps));
  list += key_figure("trained for", duration_text(metrics.seconds));
  list += key_figure("parameters", grouped(run.parameters));
  return element("dl", {{"class", "keys"}}, list);
}

}  // namespace sganc
