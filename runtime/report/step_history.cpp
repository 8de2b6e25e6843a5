#include "runtime/report/step_history.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "runtime/system/files.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

/// The complete lines that are records of steps.
std::vector<std::string_view> step_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', begin)) {
    const auto line = text.substr(begin, end - begin);
    if (line.starts_with("{\"kind\":\"step\",")) lines.push_back(line);
    begin = end + 1;
  }
  return lines;
}

StepCurve& curve_of(StepHistory& history, const std::string& update, const std::string& metric) {
  for (auto& curve : history.curves)
    if (curve.update == update && curve.metric == metric) return curve;
  return history.curves.emplace_back(StepCurve{update, metric, {}});
}

/// The place of a record in the run.
struct Moment {
  double step = 0, epoch = 0, seconds = 0;
};

double number(const Json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_number() ? found->get<double>() : 0;
}

/// Adds the numbers of a record. Returns its place.
Moment add_record(StepHistory& history, const Json& record) {
  const Moment now{number(record, "step"), number(record, "epoch"), number(record, "seconds")};
  for (const auto& [update, metrics] : record.items())
    if (metrics.is_object())
      for (const auto& [metric, value] : metrics.items())
        if (value.is_number())
          curve_of(history, update, metric).points.push_back({now.step, value.get<double>()});
  return now;
}

}  // namespace

StepHistory read_history(const std::filesystem::path& path, std::size_t most) {
  StepHistory history;
  if (!std::filesystem::exists(path)) return history;
  const std::string text = read_file(path);
  const auto lines = step_lines(text);
  const std::size_t every = lines.size() / most + 1;
  Moment before{.epoch = 1};
  for (std::size_t i = 0; i < lines.size(); i += every) {
    const auto record = Json::parse(lines[i], nullptr, false);
    if (!record.is_object()) continue;
    const Moment now = add_record(history, record);
    if (now.epoch == before.epoch && now.step > before.step && now.seconds > before.seconds)
      history.step_seconds.push_back({now.step, (now.seconds - before.seconds) / (now.step - before.step)});
    before = now;
  }
  return history;
}

std::vector<PlotPoint> extremes(const std::vector<PlotPoint>& points, std::size_t pieces) {
  if (points.size() <= 2 * pieces) return points;
  std::vector<PlotPoint> kept;
  for (std::size_t i = 0; i < pieces; ++i) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(i * points.size() / pieces);
    const auto end = points.begin() + static_cast<std::ptrdiff_t>((i + 1) * points.size() / pieces);
    auto [least, largest] = std::minmax_element(begin, end, [](auto& a, auto& b) { return a.y < b.y; });
    if (largest < least) std::swap(least, largest);
    kept.push_back(*least);
    if (largest != least) kept.push_back(*largest);
  }
  return kept;
}

std::vector<PlotPoint> smoothed(const std::vector<PlotPoint>& points, std::size_t count, double part) {
  std::vector<double> sums = {0};
  for (const auto& p : points) sums.push_back(sums.back() + p.y);
  const auto half = static_cast<std::size_t>(part * static_cast<double>(points.size()) / 2);
  std::vector<PlotPoint> means;
  count = std::min(count, points.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t middle = count == 1 ? 0 : i * (points.size() - 1) / (count - 1);
    const std::size_t begin = middle - std::min(middle, half);
    const std::size_t end = std::min(points.size(), middle + half + 1);
    means.push_back({points[middle].x, (sums[end] - sums[begin]) / static_cast<double>(end - begin)});
  }
  return means;
}

}  // namespace sganc
