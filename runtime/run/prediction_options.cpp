#include "runtime/run/prediction_options.h"

namespace sganc {

namespace options = boost::program_options;

void add_prediction_options(options::options_description& o) {
  o.add_options()("out", options::value<std::string>()->value_name("FILE"),
                  "write the results there, complete or not at all; by default to standard output")(
      "probabilities", "add the probability of each class")("logits", "add the numbers before the softmax");
}

PredictionColumns columns_of(const options::variables_map& values, const Predictor& predictor,
                             std::vector<std::string> classes, bool json) {
  return {.json = json,
          .classes = std::move(classes),
          .known = predictor.classes(),
          .real = predictor.has_real(),
          .logits = values.count("logits") > 0,
          .probabilities = values.count("probabilities") > 0};
}

}  // namespace sganc
