#pragma once
// Predictions as text: CSV with a header, quoted as RFC 4180 says, or an object of JSON a line.

#include <string>
#include <vector>

#include "runtime/train/predict.h"

namespace sganc {

/// What a row says.
struct PredictionColumns {
  bool json = false;
  std::vector<std::string> classes;  // names of the data's classes, of which the most probable is predicted
  std::int64_t known = 0;            // classes of the classifier: those beyond are called by their numbers
  bool real = false, logits = false, probabilities = false;
};

/// `path,class,probability,real,logit:cat,...,probability:cat,...` and a newline; "" of JSON.
std::string prediction_header(const PredictionColumns& columns);

/// A line for each image, in their order; numbers with the fewest digits that read back as the same float.
std::string prediction_rows(const PredictionColumns& columns, const std::vector<std::string>& names,
                            const Predictions& predictions);

}  // namespace sganc
