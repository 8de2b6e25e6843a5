#include "compiler/driver/same_data.h"

#include <filesystem>
#include <fstream>
#include <optional>

namespace sganc {
namespace {

namespace fs = std::filesystem;

std::optional<DataIdentity> data_of(const fs::path& file) {
  if (!fs::exists(file)) return {};
  return use_given_file([&] { return read_identity(file); });
}

/// Says how the images from which a split is made have changed. Test images may be a part of the training
/// images.
std::string difference_of_split(const DataIdentity& was, const DataIdentity& is, const std::string& split) {
  if (split != "test" || was.test.count == 0 || was.image_shape != is.image_shape) {
    DataIdentity training = is;
    training.test = was.test;
    return difference(was, training);
  }
  const auto change = difference(was.test, is.test);
  return change.empty() ? "" : "of the test images: " + change;
}

/// Says why figures of the split mean nothing after the change.
std::string consequence(const DataIdentity& was, const std::string& split) {
  if (split == "validation")
    return "held-out images are known by their positions, which hold other images now";
  if (split == "test" && was.test.count == 0)
    return "the test images are taken from the training images, and would be others now";
  return "the accuracy would be that of other images";
}

/// Whether the list begins with an index: a name means the same picture in other data.
bool has_indices(const fs::path& file) {
  std::ifstream text(file);
  std::string line;
  std::getline(text, line);
  return !line.empty() && line.find_first_not_of("0123456789\r") == std::string::npos;
}

void require_data_of_choice(const std::optional<DeclaredChoice>& choice, const DataIdentity& now) {
  if (!choice || choice->by != "file" || !has_indices(choice->file)) return;
  const fs::path folder = fs::path(choice->file).parent_path();
  if (!fs::exists(folder / "resolved.toml")) return;
  const auto was = data_of(folder / "data.json");
  if (!was) return;
  if (const auto change = difference_of_split(*was, now, "train"); !change.empty())
    throw UserError{{choice->where, "the images that " + choice->file + " names are of other data: " + change,
                     "indices count the images of the data that its run was trained with"}};
}

}  // namespace

void require_data_of_run(const RunFolder& folder, const DataIdentity& now) {
  const auto was = data_of(folder.data());
  if (!was) return;
  if (const auto change = difference(*was, now); !change.empty())
    throw UserError{{{},
                     "the run in \"" + folder.path().string() + "\" cannot go on with other data: " + change,
                     "bring the data back, or train anew, with --init " + folder.path().string() +
                         " from the weights of this run"}};
}

void require_data_of_split(const SavedRun& run, const DataIdentity& now, const std::string& split,
                           bool any_data, const Terminal& terminal) {
  const auto was = data_of(RunFolder::open_existing(run.folder).data());
  if (!was) return;
  const auto change = difference_of_split(*was, now, split);
  if (change.empty()) return;
  const std::string message =
      "the data are not those of the run: " + change + "; " + consequence(*was, split);
  if (!any_data)
    throw UserError{{{},
                     message,
                     "bring the data back, say with --data where they lie, or give --any-data to measure "
                     "all the same"}};
  terminal.say("warning: " + message);
}

void require_data_of_indices(const Model& model, const DataIdentity& now) {
  require_data_of_choice(model.data.labels, now);
  require_data_of_choice(model.data.validation, now);
}

}  // namespace sganc
