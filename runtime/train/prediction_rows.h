#pragma once
// Predictions as text: CSV with a header, quoted as in RFC 4180, or one JSON object per line.

#include <string>
#include <vector>

#include "runtime/train/predict.h"

namespace sganc {

/// The columns of a row.
struct PredictionColumns {
  bool json = false;
  /// The names of the data's classes; the most probable of them is predicted.
  std::vector<std::string> classes;
  /// The number of classes of the classifier; further classes are named by their numbers.
  std::int64_t known = 0;
  bool real = false, logits = false, probabilities = false;
};

/// `path,class,probability,real,logit:cat,...,probability:cat,...` and a newline, or "" for JSON.
std::string prediction_header(const PredictionColumns& columns);

/// One line for each image, in order. Numbers have the fewest digits that read back as the same float.
std::string prediction_rows(const PredictionColumns& columns, const std::vector<std::string>& names,
                            const Predictions& predictions);

}  // namespace sganc
