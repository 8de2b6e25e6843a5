#pragma once
// Measures the classifier of a saved run on a split of its data.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/load_data.h"
#include "compiler/driver/saved_run.h"
#include "runtime/data/division.h"
#include "runtime/data/label_table.h"
#include "runtime/train/evaluate.h"

namespace sganc {

/// Throws UserError for a word that is none of train, hidden, validation, test.
void require_split(const std::string& split);

struct MeasuredRun {
  Evaluation evaluation;
  std::vector<std::string> class_names;
  std::vector<std::int32_t> images;  // the places of the measured images among the stored ones
  std::vector<std::int32_t> labels;  // of the measured images
  std::vector<float> probabilities;  // a row for each of them, of all classes that the classifier knows
};

/// The images of a run, divided as it divides them.
struct RunData {
  LoadedData loaded;
  Division division;
};

/// Reads the data of the run, with the options --data and --any-data. Throws UserError if the images of the
/// split are not those of the run.
RunData read_run_data(const SavedRun& run, const std::string& split, const options::variables_map& values,
                      const Terminal& terminal);

/// Makes the model of a run read its own pictures and arrays from another folder, that of --data.
void move_source(DeclaredSource& source, const std::filesystem::path& folder);

MeasuredRun measure_run(SavedRun& run, const RunData& data, const std::string& split);

/// Reads the data and measures.
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
