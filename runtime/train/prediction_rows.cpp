#include "runtime/train/prediction_rows.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

/// Returns the text as a field of CSV. A field with a comma, a quotation mark or a line break is put in
/// quotation marks, and the quotation marks in it are doubled.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string digits(float number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

/// Returns the double that is written with the digits of this float, for JSON.
double as_shown(float number) {
  const auto text = digits(number);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Returns the name of a class of the classifier: the data's name, or the number beyond the data's classes.
std::string class_name(const PredictionColumns& columns, std::int64_t number) {
  const auto at = static_cast<std::size_t>(number);
  return at < columns.classes.size() ? columns.classes[at] : std::to_string(number);
}

/// The prediction of one image.
struct Row {
  const std::string& name;
  std::size_t predicted;
  std::span<const float> probability, logits;
  const float* real;
};

std::string csv(const PredictionColumns& columns, const Row& row) {
  std::string line = field(row.name) + "," + field(columns.classes[row.predicted]) + "," +
                     digits(row.probability[row.predicted]);
  if (row.real) line += "," + digits(*row.real);
  for (const float logit : row.logits) line += "," + digits(logit);
  if (columns.probabilities)
    for (const float p : row.probability) line += "," + digits(p);
  return line + "\n";
}

Json by_class(const PredictionColumns& columns, std::span<const float> numbers) {
  Json object = Json::object();
  for (std::size_t i = 0; i < numbers.size(); ++i)
    object[class_name(columns, static_cast<std::int64_t>(i))] = as_shown(numbers[i]);
  return object;
}

std::string json(const PredictionColumns& columns, const Row& row) {
  Json object{{"path", row.name},
              {"class", columns.classes[row.predicted]},
              {"probability", as_shown(row.probability[row.predicted])}};
  if (row.real) object["real"] = as_shown(*row.real);
  if (!row.logits.empty()) object["logits"] = by_class(columns, row.logits);
  if (columns.probabilities) object["probabilities"] = by_class(columns, row.probability);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string prediction_header(const PredictionColumns& columns) {
  if (columns.json) return {};
  std::string header = "path,class,probability";
  if (columns.real) header += ",real";
  const auto add = [&](const std::string& what) {
    for (std::int64_t c = 0; c < columns.known; ++c)
      header += "," + field(what + ":" + class_name(columns, c));
  };
  if (columns.logits) add("logit");
  if (columns.probabilities) add("probability");
  return header + "\n";
}

std::string prediction_rows(const PredictionColumns& columns, const std::vector<std::string>& names,
                            const Predictions& predictions) {
  std::string text;
  const auto known = static_cast<std::size_t>(predictions.classes);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto probability = std::span(predictions.probability).subspan(i * known, known);
    const auto among = probability.first(columns.classes.size());
    const Row row{
        names[i], static_cast<std::size_t>(std::ranges::max_element(among) - among.begin()), probability,
        columns.logits ? std::span(predictions.logits).subspan(i * known, known) : std::span<const float>(),
        columns.real ? &predictions.real[i] : nullptr};
    text += columns.json ? json(columns, row) : csv(columns, row);
  }
  return text;
}

}  // namespace sganc
