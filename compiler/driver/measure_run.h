#pragma once
// Measures the classifier of a saved run on a split of its data.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/saved_run.h"
#include "runtime/data/label_table.h"
#include "runtime/train/evaluate.h"

namespace sganc {

/// Throws UserError for a word that is none of train, hidden, validation, test.
void require_split(const std::string& split);

struct MeasuredRun {
  Evaluation evaluation;
  std::vector<std::string> class_names;
  std::vector<std::int32_t> labels;  // of the measured images
  std::vector<float> probabilities;  // a row for each of them, of all classes that the classifier knows
};

/// Reads the data of the run, with the options --data and --any-data, and measures. Throws UserError if the
/// data are not those of the run.
MeasuredRun measure_run(SavedRun& run, const std::string& split, const options::variables_map& values,
                        const Terminal& terminal);

/// Labelled images of another place: a folder of pictures, perhaps with a table of labels, an archive of
/// arrays, or a file of images and one of their labels.
struct OtherImages {
  std::string images;
  std::optional<LabelTable> labels;  // only the file counts, if it is an array
};

/// Measures on all of them. Their classes are those of the run with the same names. Throws UserError for a
/// class that the run does not have.
MeasuredRun measure_images(SavedRun& run, const OtherImages& other, const Terminal& terminal);

}  // namespace sganc
