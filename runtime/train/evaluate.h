#pragma once
// Measures the classifier: runs the Program's `classify` on all images of a split that have a label.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/report/metrics.h"

namespace sganc {

struct Evaluation {
  EvalRecord record;                    // the caller fills in its step and epoch
  std::int64_t classes = 0;             // of the data set
  std::vector<std::int64_t> confusion;  // the number of images at [label * classes + most probable class]
};

/// Called after each batch with the number of images done. Returns false to stop the evaluation.
using EvaluationProgress = std::function<bool(std::int64_t done, std::int64_t of)>;

/// Measures on the images of labelled_of, in that order. Returns nothing if it was stopped. The ranks of the
/// executor share the images, and all get the same result; if one is stopped, all are. Sums are doubles in
/// the order of the images, or of the ranks' sums. A classifier may have more classes than the data set; an
/// image then gets the most probable of the data set's classes. Throws std::runtime_error for an unknown
/// split, a split without labels, a classifier with fewer classes, and a loss that is not finite. If
/// `probabilities` is given, appends a row for each image to it, with the probabilities of all classes of the
/// classifier.
std::optional<Evaluation> evaluate(Executor& executor, const Dataset& dataset, const Division& division,
                                   const std::string& split, const EvaluationProgress& progress = {},
                                   std::vector<float>* probabilities = nullptr);

/// `train accuracy 85.54 % (51326 of 60000), loss 0.51`
std::string evaluation_text(const EvalRecord& record);

}  // namespace sganc
