#pragma once
// The options of `sganc predict` and `sganc-run classify` that say what the rows of predictions hold.

#include <boost/program_options.hpp>

#include "runtime/train/prediction_rows.h"

namespace sganc {

/// Adds --out, --probabilities and --logits.
void add_prediction_options(boost::program_options::options_description& o);

/// The columns for which these options ask. `classes` are the names of the data's classes. The classifier
/// must have logits if they are asked for.
PredictionColumns columns_of(const boost::program_options::variables_map& values, const Predictor& predictor,
                             std::vector<std::string> classes, bool json);

}  // namespace sganc
