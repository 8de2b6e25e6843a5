#include "compiler/driver/study/result.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "compiler/inspect/text_table.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const StudyResult& r) {
  Json confusions = Json::array();
  for (const auto& c : r.confusions)
    confusions.push_back({{"label", c.label}, {"predicted", c.predicted}, {"images", c.images}});
  return {{"draw", r.draw},         {"seed", r.seed},          {"split", r.split},     {"wrong", r.wrong},
          {"examples", r.examples}, {"error", r.error()},      {"minutes", r.minutes}, {"model", r.model},
          {"machine", r.machine},   {"confusions", confusions}};
}

std::string confusions_text(const StudyResult& r) {
  std::string text;
  for (const auto& c : r.confusions)
    text +=
        (text.empty() ? "" : ", ") + c.label + " as " + c.predicted + " (" + std::to_string(c.images) + ")";
  return text;
}

std::vector<std::string> columns_of() {
  return {">draw", ">seed", ">wrong", ">error", ">minutes", "most frequent confusions"};
}

std::vector<std::string> row_of(const StudyResult& r) {
  return {std::to_string(r.draw),  std::to_string(r.seed), grouped(r.wrong),
          percent_text(r.error()), fixed(r.minutes, 1),    confusions_text(r)};
}

std::pair<std::int64_t, std::int64_t> range_of(const std::vector<StudyResult>& results) {
  const auto [least, most] = std::ranges::minmax(results, {}, &StudyResult::wrong);
  return {least.wrong, most.wrong};
}

/// Several lines: mean, spread and range; the ensemble; the failed runs.
std::vector<std::string> conclusion(const StudyTable& t) {
  std::vector<std::string> lines;
  if (!t.results.empty()) {
    const auto examples = static_cast<double>(t.results[0].examples);
    const auto [least, most] = range_of(t.results);
    lines.push_back("mean " + fixed(t.mean(), 1) + " wrong of " + grouped(t.results[0].examples) + " (" +
                    percent_text(t.mean() / examples) + "), standard deviation " + fixed(t.deviation(), 1) +
                    ", best " + grouped(least) + ", worst " + grouped(most));
    if (t.ensemble)
      lines.push_back("ensemble of all " + std::to_string(t.results.size()) +
                      " runs: " + grouped(*t.ensemble) + " wrong (" +
                      percent_text(static_cast<double>(*t.ensemble) / examples) + ")");
  }
  for (const auto& failure : t.failures) lines.push_back("failed: " + failure);
  return lines;
}

std::string heading(const StudyTable& t) {
  return t.model + " on the images of the split " + t.split;
}

}  // namespace

void write_result(const std::filesystem::path& file, const StudyResult& result) {
  write_file_atomically(file, json_of(result).dump() + "\n");
}

StudyResult read_result(const std::filesystem::path& file) {
  try {
    const Json j = Json::parse(read_file(file));
    StudyResult r{.draw = j.at("draw"),
                  .seed = j.at("seed"),
                  .split = j.at("split"),
                  .wrong = j.at("wrong"),
                  .examples = j.at("examples"),
                  .minutes = j.at("minutes"),
                  .model = j.at("model"),
                  .machine = j.at("machine")};
    for (const auto& c : j.at("confusions"))
      r.confusions.push_back({c.at("label"), c.at("predicted"), c.at("images")});
    if (r.examples < 1) throw std::runtime_error("no images were measured");
    return r;
  } catch (const nlohmann::json::exception& e) {
    throw std::runtime_error(file.string() + ": not a result of sganc study: " + e.what());
  }
}

double StudyTable::mean() const {
  const auto sum = std::accumulate(results.begin(), results.end(), 0.0, [](double s, const StudyResult& r) {
    return s + static_cast<double>(r.wrong);
  });
  return sum / static_cast<double>(results.size());
}

double StudyTable::deviation() const {
  if (results.size() < 2) return 0;
  double sum = 0;
  for (const auto& r : results) sum += std::pow(static_cast<double>(r.wrong) - mean(), 2);
  return std::sqrt(sum / static_cast<double>(results.size() - 1));
}

std::string to_text(const StudyTable& t) {
  TextTable table(columns_of());
  for (const auto& r : t.results) table.row(row_of(r));
  std::string text = heading(t) + "\n" + table.text();
  for (const auto& line : conclusion(t)) text += line + "\n";
  return text;
}

std::string to_markdown(const StudyTable& t) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& r : t.results) rows.push_back(row_of(r));
  std::string text = heading(t) + ":\n\n" + markdown_table(columns_of(), rows);
  for (const auto& line : conclusion(t)) text += "\n" + line + "\n";
  return text;
}

std::string to_json(const StudyTable& t) {
  Json json = {{"model", t.model}, {"split", t.split}, {"runs", Json::array()}};
  for (const auto& r : t.results) json["runs"].push_back(json_of(r));
  if (!t.results.empty()) {
    const auto [least, most] = range_of(t.results);
    json["mean"] = t.mean(), json["deviation"] = t.deviation(), json["best"] = least, json["worst"] = most;
  }
  if (t.ensemble) json["ensemble"] = *t.ensemble;
  json["failures"] = t.failures;
  return json.dump() + "\n";
}

}  // namespace sganc
