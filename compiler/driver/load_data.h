#pragma once
// The data set that a model declares, read while something else is done.

#include <functional>
#include <future>
#include <optional>

#include "compiler/driver/verb.h"
#include "compiler/language/model.h"
#include "runtime/data/identity.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/sources.h"
#include "runtime/report/progress.h"

namespace sganc {

struct LoadedData {
  Dataset dataset;
  std::optional<DeclaredChoice> test;  // by which test images were taken from the training images
  DataIdentity identity;               // of what the source holds, before test images are taken
  std::int64_t other_files = 0;        // of a folder, that are neither PNG nor JPEG
  std::vector<std::string> notes;      // what else of a folder was left out or taken for something
};

class DataLoading {
 public:
  /// Begins, with so many threads. What is referred to must outlive this.
  DataLoading(const Model& model, const options::variables_map& values, int threads,
              const Terminal& terminal);

  /// Ends loading where nobody has waited for the data set: a download and the program that does it too.
  ~DataLoading() { progress_.stop.request_stop(); }

  /// Waits for the data set, and shows how far it is. What a person's own files do not allow is a UserError
  /// at the place that names them; that a known data set cannot be had a std::runtime_error. `between` is
  /// called now and then; what it throws ends loading.
  LoadedData get(ProgressLine& progress, const std::function<void()>& between = {});

 private:
  LoadProgress progress_;
  std::future<LoadedData> loading_;
};

/// What is read in the background, waited for; shows how far it is. What `between`, called now and then,
/// throws ends it.
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

/// The test images that are taken where the source has none and the model does not say which.
DeclaredChoice default_test_part(const Model& model);

/// Arrays that data.source names. What they do not allow is a UserError.
Dataset load_arrays(const DeclaredSource& source, const std::stop_token& stop = {});

/// What is in the data set, and what has become of it, in lines for the beginning of a run.
std::vector<std::string> data_text(const LoadedData& loaded);

/// Where data sets that are known by name are looked for, as --data says.
DataPlaces data_places(const options::variables_map& values);

}  // namespace sganc
