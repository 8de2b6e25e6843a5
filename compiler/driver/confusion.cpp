#include "compiler/driver/confusion.h"

#include <algorithm>
#include <optional>

#include "compiler/inspect/text_table.h"

namespace sganc {
namespace {

constexpr std::int64_t kWidestMatrix = 20;  // classes
constexpr std::size_t kMostOthers = 3;      // listed classes that a class is mistaken for

std::int64_t count(const Evaluation& e, std::int64_t label, std::int64_t predicted) {
  return e.confusion[static_cast<std::size_t>(label * e.classes + predicted)];
}

/// One class: how many images have it, how many are predicted to have it, and for how many both are true.
struct ClassCounts {
  std::int64_t images = 0, predicted = 0, right = 0;
  std::optional<double> recall() const { return part_of(images); }
  std::optional<double> precision() const { return part_of(predicted); }

 private:
  std::optional<double> part_of(std::int64_t all) const {
    return all ? std::optional(static_cast<double>(right) / static_cast<double>(all)) : std::nullopt;
  }
};

ClassCounts counts_of(const Evaluation& e, std::int64_t label) {
  ClassCounts c{.right = count(e, label, label)};
  for (std::int64_t other = 0; other < e.classes; ++other) {
    c.images += count(e, label, other);
    c.predicted += count(e, other, label);
  }
  return c;
}

std::string percent_or_none(const std::optional<double>& part) {
  return part ? percent_text(*part) : "-";
}

const std::string& name_of(const std::vector<std::string>& names, std::int64_t label) {
  return names.at(static_cast<std::size_t>(label));
}

}  // namespace

std::vector<Confusion> confusions(const Evaluation& e) {
  std::vector<Confusion> all;
  for (std::int64_t label = 0; label < e.classes; ++label)
    for (std::int64_t predicted = 0; predicted < e.classes; ++predicted)
      if (label != predicted && count(e, label, predicted))
        all.push_back({label, predicted, count(e, label, predicted)});
  std::ranges::stable_sort(all, std::greater(), &Confusion::images);
  return all;
}

std::vector<ReportClass> class_rates(const Evaluation& e, const std::vector<std::string>& names) {
  const auto wrong = confusions(e);
  std::vector<ReportClass> rates;
  for (std::int64_t label = 0; label < e.classes; ++label) {
    std::string others;
    std::size_t listed = 0;
    for (const auto& c : wrong)
      if (c.label == label && listed++ < kMostOthers)
        others += (others.empty() ? "" : ", ") + name_of(names, c.predicted) + " (" +
                  std::to_string(c.images) + ")";
    const ClassCounts c = counts_of(e, label);
    rates.push_back({name_of(names, label), c.images, c.recall(), c.precision(), others});
  }
  return rates;
}

std::string confusion_text(const Evaluation& e, const std::vector<std::string>& names) {
  TextTable table({"class", ">images", ">recall", ">precision", "taken for"});
  for (const auto& c : class_rates(e, names))
    table.row(
        {c.name, grouped(c.images), percent_or_none(c.recall), percent_or_none(c.precision), c.taken_for});
  std::string text = table.text();
  if (e.classes > kWidestMatrix) return text;

  std::vector<std::string> columns = {"class"};
  for (std::int64_t predicted = 0; predicted < e.classes; ++predicted)
    columns.push_back(">" + name_of(names, predicted));
  TextTable matrix(columns);
  for (std::int64_t label = 0; label < e.classes; ++label) {
    std::vector<std::string> row = {name_of(names, label)};
    for (std::int64_t predicted = 0; predicted < e.classes; ++predicted)
      row.push_back(std::to_string(count(e, label, predicted)));
    matrix.row(std::move(row));
  }
  return text + "\nconfusion matrix, a row for each class, a column for each predicted class\n" +
         matrix.text();
}

void add_confusion(const Evaluation& e, const std::vector<std::string>& names, nlohmann::ordered_json& json) {
  const auto number = [](const std::optional<double>& part) {
    return part ? nlohmann::ordered_json(*part) : nlohmann::ordered_json();
  };
  auto classes = nlohmann::ordered_json::array(), matrix = nlohmann::ordered_json::array();
  for (const auto& c : class_rates(e, names))
    classes.push_back({{"name", c.name},
                       {"images", c.images},
                       {"recall", number(c.recall)},
                       {"precision", number(c.precision)}});
  for (std::int64_t label = 0; label < e.classes; ++label) {
    auto& row = matrix.emplace_back(nlohmann::ordered_json::array());
    for (std::int64_t predicted = 0; predicted < e.classes; ++predicted)
      row.push_back(count(e, label, predicted));
  }
  json["classes"] = std::move(classes);
  json["confusion"] = std::move(matrix);
}

}  // namespace sganc
