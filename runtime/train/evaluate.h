#pragma once
// How good the classifier is: the Program's `classify` on all images of a split that have a label.

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
  EvalRecord record;                    // its step and epoch are the caller's to fill in
  std::int64_t classes = 0;             // of the data set
  std::vector<std::int64_t> confusion;  // [label * classes + most probable class]: how many images
};

/// Told after each batch how many images are done; gives false to give the evaluation up.
using EvaluationProgress = std::function<bool(std::int64_t done, std::int64_t of)>;

/// Nothing where it was given up. Sums are doubles in the order of the images. A classifier may know more
/// classes than the data set has: an image gets the most probable of the latter. Throws std::runtime_error
/// for an unknown split, one without labels, a classifier of fewer classes, and a loss that is not finite.
std::optional<Evaluation> evaluate(Executor& executor, const Dataset& dataset, const Division& division,
                                   const std::string& split, const EvaluationProgress& progress = {});

/// `train accuracy 85.54 % (51326 of 60000), loss 0.51`
std::string evaluation_text(const EvalRecord& record);

}  // namespace sganc
