#pragma once
// Reads the data set that a model declares, in the background.

#include <array>
#include <functional>
#include <future>
#include <optional>

#include "compiler/driver/load_arrays.h"
#include "compiler/driver/verb.h"
#include "compiler/language/model.h"
#include "runtime/data/identity.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/sources.h"
#include "runtime/report/progress.h"

namespace sganc {

struct LoadedData {
  Dataset dataset;
  std::optional<DeclaredChoice> test;  // the choice by which test images were taken from the training images
  DataIdentity identity;               // of the source's images, before test images are taken
  std::int64_t other_files = 0;        // files in a folder that are no pictures
  /// Messages about what else was left out of a folder, or how it was understood.
  std::vector<std::string> notes;
  /// The numbers in arrays that are black and white, if they are not 0 and 255.
  std::optional<std::array<double, 2>> values = {};
  std::vector<std::string> pictures = {};  // the paths of a folder's training pictures, in the source's order
  /// The place of each training image in the source, if test images were taken from between them; else empty.
  std::vector<std::int32_t> places = {};

  /// What people call a training image: photos/cat/7.png, x.npy[12], mnist[12].
  std::string name_of(std::int32_t index) const;
};

/// What the model's folder of pictures holds, without their pixels: the shape of the images is 0 x 0 x 0.
/// Throws UserError.
LoadedData list_data(const Model& model);

class DataLoading {
 public:
  /// Starts to read with this many threads. The references must outlive this object. `run` is the folder of a
  /// run that goes on or is measured, or empty: pictures that it could not read are left out again.
  DataLoading(const Model& model, const options::variables_map& values, int threads, const Terminal& terminal,
              const std::filesystem::path& run = {});

  /// Stops reading, and a download, if the data set has not been waited for.
  ~DataLoading() { progress_.stop.request_stop(); }

  /// Waits for the data set and shows progress. Throws UserError, at the place that names them, for mistakes
  /// in a user's own files, and std::runtime_error if a known data set cannot be read or fetched. `between`
  /// is called now and then; an exception from it stops reading.
  LoadedData get(ProgressLine& progress, const std::function<void()>& between = {});

 private:
  LoadProgress progress_;
  std::future<LoadedData> loading_;
};

/// Waits for the result of reading in the background and shows progress. `between` is called now and then; an
/// exception from it stops reading.
template <class Result>
Result show_loading(std::future<Result> loading, LoadProgress& done, ProgressLine& progress,
                    const std::function<void()>& between = {}) {
  while (loading.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
    if (const auto count = done.count.load(); count > 0)
      progress.update(
          [&] { return "reading pictures " + std::to_string(done.done) + "/" + std::to_string(count); });
    try {
      if (between) between();
    } catch (...) {
      done.stop.request_stop();
      progress.erase();
      throw;
    }
  }
  progress.erase();
  return loading.get();
}

/// If the error has no help, and a file of the model's data is not there, adds how to name its new place:
/// `option`, the key and a path.
void say_where(UserError& error, const Model& model, const std::string& option);

/// The table of labels of a folder, if the model names one.
std::optional<LabelTable> label_table(const DeclaredSource& source);

/// --labels, --file-column and --class-column: a table of labels, in which a column may be named. `labels`
/// says what that option is for.
void add_label_options(options::options_description& o, const std::string& labels);
/// The table of these options, or none. Throws UserError for a column without a table.
std::optional<LabelTable> label_table(const options::variables_map& values);

/// How [data] names that table, whose file is spelled as `file`: `labels = "photos.csv", class_column =
/// "breed"`.
std::string table_keys(const LabelTable& table, const std::string& file);

/// Where images may lie, as data.memory says.
ImageRoom image_room(const Model& model);

/// The choice of test images if the source has none and the model does not declare one.
DeclaredChoice default_test_part(const Model& model);

/// Messages for the start of a run: what is in the data set, and what was left out or taken from it.
std::vector<std::string> data_text(const LoadedData& loaded);

/// The folders in which known data sets are looked for, by the option --data.
DataPlaces data_places(const options::variables_map& values);

}  // namespace sganc
