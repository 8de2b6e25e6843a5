#pragma once
// Shows which classes a classifier confuses.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/report/report_page.h"
#include "runtime/train/evaluate.h"

namespace sganc {

/// Images of one class that the classifier takes for another class.
struct Confusion {
  std::int64_t label = 0, predicted = 0, images = 0;
};

/// All confusions that occur, the most frequent first; of equal ones that of the smaller class.
std::vector<Confusion> confusions(const Evaluation& evaluation);

/// The images, recall and precision of each class, and what it is most often taken for.
std::vector<ReportClass> class_rates(const Evaluation& evaluation,
                                     const std::vector<std::string>& class_names);

/// A table with the images, recall and precision of each class and what it is most often taken for; then, of
/// at most 20 classes, the matrix of confusion: a row for each class, a column for each predicted class.
std::string confusion_text(const Evaluation& evaluation, const std::vector<std::string>& class_names);

/// Adds "classes", a list of {"name", "images", "recall", "precision"}, and "confusion", the rows of the
/// matrix. The recall of a class without images and the precision of one that is never predicted are null.
void add_confusion(const Evaluation& evaluation, const std::vector<std::string>& class_names,
                   nlohmann::ordered_json& json);

}  // namespace sganc
