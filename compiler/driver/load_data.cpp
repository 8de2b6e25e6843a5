#include "compiler/driver/load_data.h"

#include <algorithm>
#include <limits>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/places.h"
#include "runtime/data/array_files.h"
#include "runtime/data/test_part.h"

namespace sganc {
namespace {

/// Returns the result of `use`, which reads files that the model names at `where`.
template <class Use>
auto use_files(const Location& where, Use&& use) {
  try {
    return use();
  } catch (const std::runtime_error& error) {
    throw UserError{{where, error.what(), ""}};
  }
}

/// The paths of pictures relative to their folder.
std::vector<std::string> names_of(const std::vector<FolderPicture>& pictures,
                                  const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& picture : pictures) names.push_back(picture.path.lexically_relative(folder).string());
  return names;
}

LoadedData load_folder(const Model& model, int threads, LoadProgress& progress) {
  const Located<std::string>& given = model.data.source.files.at("folder");
  const DeclaredInput* image = model.image();
  if (!image)
    throw UserError{{given.where, "pictures of a folder need an image input, which says their shape",
                     "write image = [32, 32, 3] under [input]"}};
  std::array<std::int64_t, 3> shape{};
  std::ranges::copy(image->shape, shape.begin());
  if (shape[2] != 1 && shape[2] != 3)
    throw UserError{
        {image->where, "pictures of a folder have 1 or 3 channels, not " + std::to_string(shape[2]), ""}};
  const Fit fit = model.data.source.fit == "stretch" ? Fit::stretch : Fit::crop;
  LoadedData loaded;
  use_files(given.where, [&] {
    const auto folder = list_image_folder(given.value, progress.stop.get_token());
    loaded.other_files = folder.other_files;
    loaded.notes = folder.notes;
    loaded.dataset = load_image_folder(folder, shape, fit, threads, progress);
    loaded.identity = identity_of(loaded.dataset);
    name_pictures(loaded.identity, names_of(folder.train, given.value), names_of(folder.test, given.value));
    for (const auto& picture : folder.train) loaded.pictures.push_back(picture.path.string());
  });
  return loaded;
}

/// The images and labels that two keys of data.source name. Without the second key the images have no labels.
Split load_arrays(const DeclaredSource& source, const std::string& images, const std::string& labels,
                  std::array<std::int64_t, 3>& shape, const std::stop_token& stop) {
  const auto& image_file = source.files.at(images);
  auto arrays = use_files(image_file.where, [&] { return read_array_images(image_file.value, stop); });
  shape = arrays.shape;
  Split split{arrays.count, std::move(arrays.pixels), {}};
  if (const auto file = source.files.find(labels); file != source.files.end())
    split.labels =
        use_files(file->second.where, [&] { return read_array_labels(file->second.value, split.count); });
  else
    split.labels.assign(static_cast<std::size_t>(split.count), kUnlabelled);
  return split;
}

/// Makes sure that classes begin at 0. Throws UserError at the key that names the labels.
void require_first_class(const DeclaredSource& source, const std::vector<std::int32_t>& labels) {
  const auto file = source.files.find("labels");
  if (file == source.files.end()) return;
  std::int32_t least = std::numeric_limits<std::int32_t>::max();
  for (const auto label : labels)
    if (label != kUnlabelled) least = std::min(least, label);
  if (least == 0 || least == std::numeric_limits<std::int32_t>::max()) return;
  throw UserError{
      {file->second.where,
       file->second.value + ": no image has the label 0, the smallest is " + std::to_string(least),
       "classes are counted from 0: do the labels begin at " + std::to_string(least) + "? subtract " +
           std::to_string(least) + " from each"}};
}

std::string shape_text(const std::array<std::int64_t, 3>& s) {
  return "[" + std::to_string(s[0]) + ", " + std::to_string(s[1]) + ", " + std::to_string(s[2]) + "]";
}

}  // namespace

DeclaredChoice default_test_part(const Model& model) {
  return {.by = "fraction", .fraction = 0.1, .seed = 0, .where = model.data.source.where};
}

Dataset load_arrays(const DeclaredSource& source, const std::stop_token& stop) {
  Dataset data;
  data.name = std::filesystem::path(source.files.at("images").value).filename().string();
  data.train = load_arrays(source, "images", "labels", data.image_shape, stop);
  require_first_class(source, data.train.labels);
  if (const auto test = source.files.find("test_images"); test != source.files.end()) {
    std::array<std::int64_t, 3> shape{};
    data.test = load_arrays(source, "test_images", "test_labels", shape, stop);
    if (shape != data.image_shape)
      throw UserError{{test->second.where,
                       "the test images are " + shape_text(shape) + ", the training images " +
                           shape_text(data.image_shape),
                       ""}};
  }
  for (const auto* split : {&data.train, &data.test})
    for (const auto label : split->labels) data.classes = std::max(data.classes, label + 1);
  data.class_names = numbered_classes(data.classes);
  return data;
}

namespace {

/// Takes test images from the training images if the source has none: the declared choice, or else a tenth of
/// each class.
void add_test_part(const Model& model, LoadedData& loaded) {
  Dataset& data = loaded.dataset;
  const auto& declared = model.data.test;
  if (data.test.count > 0) {
    if (!declared) return;
    throw UserError{{declared->where, data.name + " has test images of its own", "leave data.test out"}};
  }
  const bool labelled = data.train.unlabelled() < data.train.count;
  if (!declared && !labelled) return;
  loaded.test = declared.value_or(default_test_part(model));
  use_files(loaded.test->where, [&] { loaded.places = split_off_test(data, choice_of(*loaded.test, 0)); });
}

LoadedData load_data(const Model& model, DataPlaces places, int threads, const Terminal& terminal,
                     LoadProgress& progress) {
  places.stop = progress.stop.get_token();
  const DeclaredSource& source = model.data.source;
  const auto say = [&](const std::string& line) { terminal.say(line); };
  LoadedData loaded;
  if (!source.known.empty())
    loaded.dataset = load_dataset(source.known, places, say);
  else if (source.files.contains("folder"))
    loaded = load_folder(model, threads, progress);
  else
    loaded.dataset = load_arrays(source, places.stop);
  if (loaded.identity.train.images.empty()) loaded.identity = identity_of(loaded.dataset);
  add_test_part(model, loaded);
  return loaded;
}

std::vector<std::string> classes_without_images(const Dataset& data) {
  std::vector<std::string> none;
  const auto histogram = class_histogram(data.train.labels, data.classes);
  for (std::size_t c = 0; c < histogram.size(); ++c)
    if (histogram[c] == 0) none.push_back(data.class_names[c]);
  return none;
}

/// "airplane, automobile, ...": the first twenty names.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return text + (names.size() > kMost ? " and " + std::to_string(names.size() - kMost) + " more" : "");
}

}  // namespace

std::string LoadedData::name_of(std::int32_t index) const {
  const auto place = places.empty() ? index : places.at(static_cast<std::size_t>(index));
  if (!pictures.empty()) return pictures.at(static_cast<std::size_t>(place));
  return dataset.name + "[" + std::to_string(place) + "]";
}

std::vector<std::string> data_text(const LoadedData& loaded) {
  const Dataset& data = loaded.dataset;
  const auto [height, width, channels] = data.image_shape;
  std::vector<std::string> lines = {"data     " + data.name + ": " + std::to_string(data.train.count) +
                                    " training and " + std::to_string(data.test.count) + " test images of " +
                                    std::to_string(height) + "x" + std::to_string(width) + "x" +
                                    std::to_string(channels)};
  if (const auto count = data.train.unlabelled(); count > 0)
    lines.push_back("         " + std::to_string(count) + " of the training images have no label");
  if (loaded.test) {
    lines.push_back("         the test images are taken from the training images, of each class");
    for (const auto count : class_histogram(data.test.labels, data.classes))
      lines.back() += " " + std::to_string(count);
  }
  if (loaded.other_files > 0)
    lines.push_back("         files that are neither PNG nor JPEG, left out: " +
                    std::to_string(loaded.other_files));
  for (const auto& note : loaded.notes) lines.push_back("         " + note);
  if (data.classes > 0) lines.push_back("classes  " + listed(data.class_names));
  if (const auto none = classes_without_images(data); !none.empty())
    lines.push_back("         no training image is of the class " + listed(none));
  return lines;
}

DataPlaces data_places(const options::variables_map& values) {
  return {.folder = values.count("data") ? values["data"].as<std::string>() : default_data_folder().string()};
}

DataLoading::DataLoading(const Model& model, const options::variables_map& values, int threads,
                         const Terminal& terminal)
    : loading_(
          std::async(std::launch::async, [this, &model, &terminal, threads, places = data_places(values)] {
            return load_data(model, places, threads, terminal, progress_);
          })) {}

LoadedData DataLoading::get(ProgressLine& progress, const std::function<void()>& between) {
  return show_loading(std::move(loading_), progress_, progress, between);
}

}  // namespace sganc
