#pragma once
// Reads a folder of pictures as a data set: FOLDER/train/CLASS/*, FOLDER/validation/CLASS/* and
// FOLDER/test/CLASS/*, or FOLDER/CLASS/*, and FOLDER/unlabeled/*; or FOLDER/*, FOLDER/test/* and a table of
// labels.

#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/label_table.h"
#include "runtime/data/picture_file.h"
#include "runtime/data/resize.h"

namespace sganc {

/// A picture of a folder: its path, and its class or kUnlabelled.
struct FolderPicture {
  std::filesystem::path path;
  std::int32_t label = kUnlabelled;
  bool validation = false;  // lies in the folder of validation images
};

/// The content of a folder. Classes are the class folders, sorted by name. Pictures are sorted by class and
/// path; then come those without a label, and at last the validation images.
struct ImageFolder {
  std::string name;  // the folder's own
  std::vector<std::string> classes;
  std::vector<FolderPicture> train, test;
  std::int64_t other_files = 0;    // files that are no pictures by their names
  std::vector<std::string> notes;  // messages about what else was left out, or how it was understood
};

/// Lists the pictures of a folder, by their names and the beginning of PNG files. A picture in no class
/// folder, or in a folder "unlabeled", "unlabelled" or "unsup" (upper or lower case), has no label. Links to
/// folders are followed. It leaves out names that begin with a dot, `__MACOSX`, links that lead nowhere or to
/// a folder above, run folders, and pictures that sganc wrote. Throws std::runtime_error, which names the
/// folder, if it cannot be a data set or `stop` is requested.
///
/// With a table of labels, the table says the classes, and folders mean nothing but for the parts `test` and,
/// beside `train`, `validation`. Pictures of these parts without a label are left out, with a note.
ImageFolder list_image_folder(const std::filesystem::path& folder,
                              const std::optional<LabelTable>& labels = {}, const std::stop_token& stop = {});

/// All pictures in a folder and below it, sorted by path. It leaves out the same, but takes pictures that
/// sganc wrote.
std::vector<std::filesystem::path> list_pictures(const std::filesystem::path& folder);

/// The progress of reading a data set, which another thread can show. That thread may request `stop`; then
/// reading throws.
struct LoadProgress {
  std::atomic<std::int64_t> done{0}, count{0};  // pictures
  std::stop_source stop;
};

/// How the pictures of a folder become images.
struct FolderReading {
  std::array<std::int64_t, 3> shape{};  // height, width, and 1 or 3 channels
  Fit fit = Fit::crop;
  std::array<std::uint8_t, 3> background = {255, 255, 255};  // of transparent parts
  bool skip_unreadable = false;                              // leaves them out, instead of throwing
  ImageRoom room = {};
};

/// The images of a folder, and the pictures that they were, in the same order.
struct FolderImages {
  Dataset dataset;
  std::vector<FolderPicture> train, test, skipped;  // skipped: those that were left out
  std::int64_t transparent = 0;                     // pictures of which a part is transparent
  std::int64_t dim = 0;                             // pictures of 16 bits that use 12 of them
  std::vector<std::string> unreadable;  // the reason for each picture that was left out, with its path
  double bytes_in_file = 0;             // of images that are kept in a file
};

/// Pictures that cannot be read. `reasons` has the path of each. The message is the summary and the beginning
/// of the list.
struct UnreadablePictures : std::runtime_error {
  UnreadablePictures(const std::string& folder, std::vector<std::string> reasons);
  std::string summary;            // the reason of a single one, or how many there are
  std::vector<std::string> list;  // all reasons, if there are several
};

/// Reads the pictures with `threads` threads. Throws UnreadablePictures, unless they are to be left out, or
/// are all. Throws std::runtime_error if there is no room for a file of the images, or reading is stopped.
FolderImages load_image_folder(const ImageFolder& folder, const FolderReading& reading, int threads,
                               LoadProgress& progress);

}  // namespace sganc
