#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <stdexcept>

#include "runtime/data/array.h"
#include "runtime/data/array_files.h"
#include "runtime/data/class_names.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// The class of each row of zeros with a single 1.
std::vector<std::int64_t> classes_of_rows(const Array& array, const fs::path& path) {
  const std::int64_t classes = array.shape[1];
  std::vector<std::int64_t> labels;
  for (std::int64_t row = 0; row < array.shape[0]; ++row) {
    std::int64_t label = -1, ones = 0;
    bool others = false;
    for (std::int64_t c = 0; c < classes; ++c) {
      const double x = array.number(row * classes + c);
      if (x == 1) label = c, ++ones;
      others |= x != 0 && x != 1;
    }
    if (ones != 1 || others)
      fail(path, "labels of the shape " + shape_text(array.shape) +
                     " are rows with one 1 and else 0, but row " + std::to_string(row) +
                     " is not: for probabilities, save y.argmax(1)");
    labels.push_back(label);
  }
  return labels;
}

std::vector<std::int64_t> whole_numbers(const Array& array, const fs::path& path) {
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < array.count(); ++i) {
    const double x = array.number(i);
    if (std::isnan(x)) {
      labels.push_back(kUnlabelled);
      continue;
    }
    if (x != std::floor(x))
      fail(path, "label " + std::to_string(i) + " is " + shortest(x) +
                     ", and a class is a whole number: if it is meant, save y.round().astype(int)");
    if (x < kUnlabelled || x > kMostClasses)
      fail(path, "label " + std::to_string(i) + " is " + shortest(x) + ": a label is a class from 0 to " +
                     std::to_string(kMostClasses - 1) +
                     ", or -1 for an image without a label: save np.unique(y, return_inverse=True)[1]");
    labels.push_back(static_cast<std::int64_t>(x));
  }
  return labels;
}

/// The different texts, sorted. Without "".
std::vector<std::string> different_names(const std::vector<std::string>& texts) {
  std::set<std::string> different(texts.begin(), texts.end());
  different.erase("");
  std::vector<std::string> names(different.begin(), different.end());
  sort_class_names(names);
  return names;
}

/// Labels that are measured, what they are called, and the classes that they become.
struct Measured {
  const ArrayLabels& labels;
  const char* name;
  std::vector<std::int32_t> LabelClasses::*classes;
};

LabelClasses classes_of_texts(const ArrayLabels& train, std::span<const Measured> others) {
  LabelClasses classes{.train = {}, .test = {}, .validation = {}, .names = different_names(train.texts)};
  if (classes.names.size() > static_cast<std::size_t>(kMostClasses))
    throw std::runtime_error("the labels are " + std::to_string(classes.names.size()) +
                             " different texts, and there can be " + std::to_string(kMostClasses) +
                             " classes");
  std::map<std::string, std::int32_t> number = {{"", kUnlabelled}};
  for (const auto& name : classes.names) number.emplace(name, static_cast<std::int32_t>(number.size()) - 1);
  for (const auto& text : train.texts) classes.train.push_back(number.at(text));
  for (const auto& [labels, name, to] : others)
    for (const auto& text : labels.texts) {
      const auto found = number.find(text);
      if (found == number.end())
        throw std::runtime_error("the " + std::string(name) + " label \"" + text +
                                 "\" is that of no training image");
      (classes.*to).push_back(found->second);
    }
  return classes;
}

LabelClasses classes_of_numbers(const ArrayLabels& train, std::span<const Measured> others) {
  std::int64_t least = kMostClasses, most = -1;
  for (const auto label : train.numbers)
    if (label != kUnlabelled) least = std::min(least, label);
  for (const auto label : train.numbers) most = std::max(most, label);
  for (const auto& other : others)
    for (const auto label : other.labels.numbers) most = std::max(most, label);
  if (least > 1 && least < kMostClasses)
    throw std::runtime_error("no image has the label 0, the smallest is " + std::to_string(least) +
                             ": subtract it from each label, y - y.min()");
  LabelClasses classes;
  const std::int64_t first = least == 1 ? 1 : 0;
  if (first == 1) classes.notes.emplace_back("labels begin at 1, and so do the names of the classes");
  constexpr std::int64_t kUnlabelledByte = 255;  // -1 in a byte
  if (most == kUnlabelledByte && std::ranges::count(train.numbers, most - 1) == 0)
    classes.notes.emplace_back(
        "255 is taken for a class; if it says that an image has no label, save np.where(y == 255, -1, "
        "y.astype(int))");
  for (auto label = first; label <= most; ++label) classes.names.push_back(std::to_string(label));
  const auto convert = [&](const std::vector<std::int64_t>& labels, std::vector<std::int32_t>& to) {
    for (const auto label : labels) {
      if (label != kUnlabelled && (label < first || label - first >= kMostClasses))
        throw std::runtime_error("the label " + std::to_string(label) + " lies outside of the classes from " +
                                 std::to_string(first) + " to " + std::to_string(kMostClasses - 1 + first));
      to.push_back(label == kUnlabelled ? kUnlabelled : static_cast<std::int32_t>(label - first));
    }
  };
  convert(train.numbers, classes.train);
  for (const auto& other : others) convert(other.labels.numbers, classes.*other.classes);
  return classes;
}

}  // namespace

ArrayLabels read_array_labels(const fs::path& path, std::int64_t images,
                              const std::array<std::int64_t, 3>& shape) {
  const Array array = read_array(path, ArrayOf::labels);
  ArrayLabels labels;
  const auto& s = array.shape;
  const bool column = s.size() == 1 || (s.size() == 2 && s[1] == 1);
  if (!column && (s.size() != 2 || array.is_text()))
    fail(path, "labels must have the shape (count,), found " + shape_text(s));
  if (s[0] != images && array.count() == images)
    fail(path, "labels must have the shape (count,), found " + shape_text(s) + ": save y.reshape(-1)");
  if (s[0] != images)
    fail(path,
         "expected " + std::to_string(images) + " labels, one an image, found " + std::to_string(s[0]) +
             (s[0] == shape[1] || s[0] == shape[2]
                  ? ": if images stand along the last axis, as MATLAB writes them, save np.moveaxis(x, -1, 0)"
                  : ""));
  if (array.is_text()) {
    for (std::int64_t i = 0; i < array.count(); ++i) labels.texts.push_back(array.text(i));
    if (std::ranges::all_of(labels.texts, &std::string::empty)) fail(path, "all labels are empty texts");
    return labels;
  }
  labels.numbers = column ? whole_numbers(array, path) : classes_of_rows(array, path);
  if (!column)
    labels.notes.push_back(path.filename().string() + ": rows with one 1 are taken as " +
                           std::to_string(s[1]) + " classes");
  return labels;
}

LabelClasses classes_of(const ArrayLabels& train, const ArrayLabels& test, const ArrayLabels& validation) {
  const bool texts = !train.texts.empty();
  const Measured others[] = {{test, "test", &LabelClasses::test},
                             {validation, "validation", &LabelClasses::validation}};
  for (const auto& [labels, name, to] : others)
    if (!labels.texts.empty() != texts && !(labels.texts.empty() && labels.numbers.empty()))
      throw std::runtime_error("the training labels are " + std::string(texts ? "texts" : "numbers") +
                               ", the " + name + " labels " + (texts ? "numbers" : "texts"));
  return texts ? classes_of_texts(train, others) : classes_of_numbers(train, others);
}

}  // namespace sganc
