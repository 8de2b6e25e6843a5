#include "compiler/driver/load_arrays.h"

#include <filesystem>
#include <map>

#include "compiler/driver/verb.h"
#include "compiler/graph/type.h"
#include "runtime/data/array_files.h"
#include "runtime/data/npz.h"

namespace sganc {
namespace {

/// Reads the arrays of a source, key by key.
class ArraySource {
 public:
  ArraySource(const DeclaredSource& source, const std::optional<std::array<std::int64_t, 3>>& shape,
              const std::stop_token& stop)
      : files_(source.files), stop_(stop) {
    reading_ = {.shape = shape, .values = source.values, .transposed = source.transposed};
    take_archive();
  }

  LoadedArrays load() {
    Dataset& data = loaded_.dataset;
    const std::filesystem::path file = files_.at("images").value;
    const auto member = archive_member(file);
    data.name = (member ? member->archive : file).filename().string();
    data.train = images("images", data.image_shape);
    auto train = labels("labels", data.train.count);
    ArrayLabels test;
    if (const auto given = files_.find("test_images"); given != files_.end()) {
      std::array<std::int64_t, 3> shape{};
      reading_.shape = data.image_shape;
      data.test = images("test_images", shape);
      if (shape != data.image_shape)
        throw UserError{{given->second.where,
                         "the test images are " + to_string(Shape(shape.begin(), shape.end())) +
                             ", the training images " +
                             to_string(Shape(data.image_shape.begin(), data.image_shape.end())),
                         ""}};
      test = labels("test_labels", data.test.count);
    }
    name_classes(train, test);
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
  }

  Split images(const std::string& key, std::array<std::int64_t, 3>& shape) {
    const auto& file = files_.at(key);
    auto arrays = use_given_file([&] { return read_array_images(file.value, reading_, stop_); }, file.where);
    shape = arrays.shape;
    // Test images are read with the values of the training images.
    loaded_.values = arrays.values;
    reading_.values = arrays.values.value_or(std::array<double, 2>{0, 255});
    note(arrays.notes);
    return {arrays.count, std::move(arrays.pixels), {}};
  }

  /// The labels of a key; none for each image if it is absent.
  ArrayLabels labels(const std::string& key, std::int64_t images) {
    const auto file = files_.find(key);
    if (file == files_.end())
      return {.numbers = std::vector<std::int64_t>(static_cast<std::size_t>(images), kUnlabelled),
              .texts = {}};
    auto labels =
        use_given_file([&] { return read_array_labels(file->second.value, images); }, file->second.where);
    note(labels.notes);
    return labels;
  }

  void name_classes(const ArrayLabels& train, const ArrayLabels& test) {
    const auto file = files_.find("labels");
    const Location where = file == files_.end() ? files_.at("images").where : file->second.where;
    LabelClasses classes;
    try {
      classes = classes_of(train, test);
    } catch (const std::runtime_error& error) {
      throw UserError{{where, (file == files_.end() ? "" : file->second.value + ": ") + error.what(), ""}};
    }
    Dataset& data = loaded_.dataset;
    data.train.labels = std::move(classes.train);
    data.test.labels = std::move(classes.test);
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
};

}  // namespace

LoadedArrays load_arrays(const DeclaredSource& source,
                         const std::optional<std::array<std::int64_t, 3>>& shape,
                         const std::stop_token& stop) {
  return ArraySource(source, shape, stop).load();
}

}  // namespace sganc
