#include "compiler/driver/load_arrays.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "compiler/driver/verb.h"
#include "compiler/graph/type.h"
#include "compiler/language/spelling.h"
#include "runtime/data/array_files.h"
#include "runtime/data/class_names.h"
#include "runtime/data/npz.h"

namespace sganc {
namespace {

/// Reads the arrays of a source, key by key.
class ArraySource {
 public:
  ArraySource(const DeclaredSource& source, const std::optional<std::array<std::int64_t, 3>>& shape,
              const ImageRoom& room, const std::stop_token& stop)
      : files_(source.files), stop_(stop) {
    reading_ = {.shape = shape, .values = source.values, .transposed = source.transposed, .room = room};
    take_archive();
  }

  LoadedArrays load() {
    Dataset& data = loaded_.dataset;
    const std::filesystem::path file = files_.at("images").value;
    const auto member = archive_member(file);
    data.name = (member ? member->archive : file).filename().string();
    data.train = images("images", data.image_shape);
    auto train = labels("labels", data.train.count, data.image_shape);
    const auto test = measured("test", data.test);
    Split held_out;
    const auto validation = measured("validation", held_out);
    name_classes(train, test, validation);
    add_validation(held_out);
    return std::move(loaded_);
  }

 private:
  /// If `images` names a whole archive, takes the arrays with usual names from it.
  void take_archive() {
    const auto images = files_.at("images");
    const std::filesystem::path archive = images.value;
    if (!std::filesystem::is_regular_file(archive) || !is_npz(archive)) return;
    std::string text;
    for (const auto& [key, name] : use_given_file([&] { return usual_arrays(archive); }, images.where)) {
      if (key != "images" && files_.contains(key)) continue;
      files_[key] = {(archive / name).string(), images.where};
      text += (text.empty() ? "" : ", ") + key + " = " + name;
    }
    loaded_.notes.push_back(archive.filename().string() + ": " + text);
    std::vector<std::string> others;
    for (const auto& name : npz_names(archive))
      if (std::ranges::none_of(files_, [&](const auto& file) { return file.second.value == archive / name; }))
        others.push_back(name);
    if (!others.empty())
      loaded_.notes.push_back(archive.filename().string() + ": not taken: " + listed_names(others));
  }

  /// Reads the images of a part that is measured. Returns their labels.
  ArrayLabels measured(const std::string& part, Split& split) {
    const auto given = files_.find(part + "_images");
    if (given == files_.end()) return {};
    std::array<std::int64_t, 3> shape{};
    const auto& expected = loaded_.dataset.image_shape;
    reading_.shape = expected;
    split = images(given->first, shape);
    if (shape != expected)
      throw UserError{{given->second.where,
                       "the " + part + " images are " + to_string(Shape(shape.begin(), shape.end())) +
                           ", the training images " + to_string(Shape(expected.begin(), expected.end())),
                       ""}};
    return labels(part + "_labels", split.count, shape);
  }

  /// Puts the validation images behind the training images.
  void add_validation(const Split& held_out) {
    Dataset& data = loaded_.dataset;
    data.train.images.append(held_out.images);
    data.train.labels.insert(data.train.labels.end(), validation_.begin(), validation_.end());
    for (const auto label : validation_) {
      if (label == kUnlabelled)
        throw UserError{{files_.at("validation_labels").where,
                         "image " + std::to_string(data.validation.size()) +
                             " of the validation images has no label, and cannot be measured",
                         ""}};
      data.validation.push_back(static_cast<std::int32_t>(data.train.count++));
    }
  }

  Split images(const std::string& key, std::array<std::int64_t, 3>& shape) {
    const auto& file = files_.at(key);
    auto arrays = use_given_file([&] { return read_array_images(file.value, reading_, stop_); }, file.where);
    shape = arrays.shape;
    // Test images are read with the values of the training images.
    loaded_.values = arrays.values;
    reading_.values = arrays.values.value_or(std::array<double, 2>{0, 255});
    note(arrays.notes);
    if (!arrays.pixels.are_in_memory())
      note({std::filesystem::path(file.value).filename().string() + ": " +
            gigabytes(static_cast<double>(arrays.pixels.size())) +
            " of images stay in a file, from which each batch is read"});
    return {arrays.count, std::move(arrays.pixels), {}};
  }

  /// The labels of a key; none for each image if it is absent.
  ArrayLabels labels(const std::string& key, std::int64_t images, const std::array<std::int64_t, 3>& shape) {
    const auto file = files_.find(key);
    if (file == files_.end())
      return {.numbers = std::vector<std::int64_t>(static_cast<std::size_t>(images), kUnlabelled),
              .texts = {}};
    auto labels = use_given_file([&] { return read_array_labels(file->second.value, images, shape); },
                                 file->second.where);
    note(labels.notes);
    return labels;
  }

  void name_classes(const ArrayLabels& train, const ArrayLabels& test, const ArrayLabels& validation) {
    const auto file = files_.find("labels");
    const Location where = file == files_.end() ? files_.at("images").where : file->second.where;
    LabelClasses classes;
    try {
      classes = classes_of(train, test, validation);
    } catch (const std::runtime_error& error) {
      throw UserError{{where, (file == files_.end() ? "" : file->second.value + ": ") + error.what(), ""}};
    }
    Dataset& data = loaded_.dataset;
    data.train.labels = std::move(classes.train);
    data.test.labels = std::move(classes.test);
    validation_ = std::move(classes.validation);
    data.class_names = std::move(classes.names);
    data.classes = static_cast<int>(data.class_names.size());
    note(classes.notes);
  }

  void note(const std::vector<std::string>& lines) {
    loaded_.notes.insert(loaded_.notes.end(), lines.begin(), lines.end());
  }

  std::map<std::string, Located<std::string>> files_;
  ImageReading reading_;
  const std::stop_token& stop_;
  LoadedArrays loaded_;
  std::vector<std::int32_t> validation_;  // labels
};

}  // namespace

LoadedArrays load_arrays(const DeclaredSource& source,
                         const std::optional<std::array<std::int64_t, 3>>& shape, const ImageRoom& room,
                         const std::stop_token& stop) {
  return ArraySource(source, shape, room, stop).load();
}

}  // namespace sganc
