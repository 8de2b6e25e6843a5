#include "runtime/report/run_metrics.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/system/files.h"

namespace sganc {
namespace {

using Json = nlohmann::json;

struct NotARecord {};

std::int64_t whole(const Json& record, const char* key) {
  const Json& value = record.at(key);
  if (!value.is_number_integer()) throw NotARecord{};
  return value.get<std::int64_t>();
}

EvalRecord evaluation_of(const Json& record) {
  return {.step = whole(record, "step"),
          .epoch = whole(record, "epoch"),
          .split = record.at("split").get<std::string>(),
          .examples = whole(record, "examples"),
          .correct = whole(record, "correct"),
          .accuracy = record.at("accuracy").get<double>(),
          .loss = record.at("loss").get<double>()};
}

void read_record(std::string_view line, RunMetrics& metrics) {
  const auto record = Json::parse(line);
  const auto kind = record.at("kind").get<std::string>();
  if (kind == "eval") metrics.evaluations.push_back(evaluation_of(record));
  if (kind != "step") return;
  metrics.steps = whole(record, "step");
  metrics.seconds = record.at("seconds").get<double>();
}

/// Whether the line is the record of a step. There are many, and only the last one counts.
bool is_step(std::string_view line) {
  return line.starts_with("{\"kind\":\"step\",");
}

}  // namespace

RunMetrics read_metrics(const std::filesystem::path& path) {
  RunMetrics metrics;
  if (!std::filesystem::exists(path)) return metrics;
  const std::string text = read_file(path);
  const auto read = [&](std::string_view line, int number) {
    const auto refuse = [&] {
      throw std::runtime_error(path.string() + ":" + std::to_string(number) + ": not a metrics record");
    };
    try {
      read_record(line, metrics);
    } catch (const Json::exception&) {
      refuse();
    } catch (const NotARecord&) {
      refuse();
    }
  };
  std::string_view last_step;
  int last_step_number = 0, number = 1;
  std::size_t begin = 0;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin), ++number) {
    const auto line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (is_step(line))
      last_step = line, last_step_number = number;
    else
      read(line, number);
  }
  if (!last_step.empty()) read(last_step, last_step_number);
  return metrics;
}

bool holds_evaluation(const std::filesystem::path& path, const std::string& split, std::int64_t epoch) {
  return std::ranges::any_of(read_metrics(path).evaluations,
                             [&](const auto& e) { return e.split == split && e.epoch == epoch; });
}

const EvalRecord* RunMetrics::last(const std::string& split) const {
  const auto found =
      std::find_if(evaluations.rbegin(), evaluations.rend(), [&](const auto& e) { return e.split == split; });
  return found == evaluations.rend() ? nullptr : &*found;
}

const EvalRecord* RunMetrics::best(const std::string& split) const {
  const EvalRecord* best = nullptr;
  for (const auto& e : evaluations)
    if (e.split == split && (!best || e.accuracy > best->accuracy)) best = &e;
  return best;
}

std::vector<std::string> RunMetrics::splits() const {
  std::vector<std::string> names;
  for (const auto& e : evaluations) names.push_back(e.split);
  return ordered_splits(std::move(names));
}

std::vector<std::string> ordered_splits(std::vector<std::string> splits) {
  constexpr std::array<std::string_view, 3> first = {"train", "validation", "test"};
  const auto place = [&](const std::string& s) { return std::pair(std::ranges::find(first, s), s); };
  std::ranges::sort(splits, [&](const auto& a, const auto& b) { return place(a) < place(b); });
  splits.erase(std::unique(splits.begin(), splits.end()), splits.end());
  return splits;
}

}  // namespace sganc
