#include "compiler/driver/load_data.h"

#include <algorithm>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/places.h"
#include "runtime/data/class_names.h"
#include "runtime/data/test_part.h"

namespace sganc {
namespace {

/// The paths of pictures relative to their folder.
std::vector<std::string> names_of(const std::vector<FolderPicture>& pictures,
                                  const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& picture : pictures) names.push_back(picture.path.lexically_relative(folder).string());
  return names;
}

/// "white", "black", or the colour's numbers.
std::string background_text(const std::array<std::uint8_t, 3>& colour) {
  const auto& [red, green, blue] = colour;
  if (red == green && green == blue && (red == 255 || red == 0)) return red == 0 ? "black" : "white";
  return "the colour " + std::to_string(red) + ", " + std::to_string(green) + ", " + std::to_string(blue);
}

/// Reads the pictures. Throws UserError at `where`, with a way to go on, for those that cannot be read.
FolderImages read_folder(const ImageFolder& folder, const FolderReading& reading, int threads,
                         LoadProgress& progress, const Location& where) {
  try {
    return load_image_folder(folder, reading, threads, progress);
  } catch (const UnreadablePictures& error) {
    throw UserError{{where, error.summary,
                     "unreadable = \"skip\" under [data] leaves out what cannot be read", error.list}};
  } catch (const std::runtime_error& error) {
    throw UserError{{where, error.what(), ""}};
  }
}

LoadedData load_folder(const Model& model, int threads, LoadProgress& progress) {
  const Located<std::string>& given = model.data.source.files.at("folder");
  const DeclaredInput* image = model.image();
  if (!image)
    throw UserError{{given.where, "pictures of a folder need an image input, which says their shape",
                     "write image = [32, 32, 3] under [input]"}};
  if (const auto channels = image->shape.at(2); channels != 1 && channels != 3)
    throw UserError{
        {image->where, "pictures of a folder have 1 or 3 channels, not " + std::to_string(channels), ""}};
  const FolderReading reading = folder_reading(model);
  LoadedData loaded;
  const auto table = label_table(model.data.source);
  const auto folder =
      use_given_file([&] { return list_image_folder(given.value, table, progress.stop.get_token()); },
                     table ? model.data.source.files.at("labels").where : given.where);
  loaded.other_files = folder.other_files;
  loaded.notes = folder.notes;
  auto found = read_folder(folder, reading, threads, progress, given.where);
  loaded.dataset = std::move(found.dataset);
  loaded.identity = identity_of(loaded.dataset);
  name_pictures(loaded.identity, names_of(found.train, given.value), names_of(found.test, given.value));
  for (const auto& picture : found.train) loaded.pictures.push_back(picture.path.string());
  if (found.transparent > 0)
    loaded.notes.push_back("pictures with transparent parts, which lie on " +
                           background_text(reading.background) + ": " + std::to_string(found.transparent));
  for (const auto& reason : found.unreadable) loaded.notes.push_back("left out: " + reason);
  return loaded;
}

}  // namespace

std::optional<LabelTable> label_table(const DeclaredSource& source) {
  const auto file = source.files.find("labels");
  if (file == source.files.end() || !source.files.contains("folder")) return {};
  return LabelTable{file->second.value, source.file_column, source.class_column};
}

FolderReading folder_reading(const Model& model) {
  FolderReading reading{.shape = {},
                        .fit = model.data.source.fit == "stretch" ? Fit::stretch : Fit::crop,
                        .background = model.data.background,
                        .skip_unreadable = model.data.skip_unreadable};
  std::ranges::copy(model.image()->shape, reading.shape.begin());
  return reading;
}

DeclaredChoice default_test_part(const Model& model) {
  return {.by = "fraction", .fraction = 0.1, .seed = 0, .where = model.data.source.where};
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
  use_given_file([&] { loaded.places = split_off_test(data, choice_of(*loaded.test, 0)); },
                 loaded.test->where);
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
  else {
    std::optional<std::array<std::int64_t, 3>> shape;
    if (const auto* image = model.image()) std::ranges::copy(image->shape, shape.emplace().begin());
    auto arrays = load_arrays(source, shape, places.stop);
    loaded.dataset = std::move(arrays.dataset);
    loaded.values = arrays.values;
    loaded.notes = std::move(arrays.notes);
  }
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
  if (!data.validation.empty())
    lines.push_back("         " + std::to_string(data.validation.size()) +
                    " of the training images are validation images of its own");
  if (loaded.test) {
    lines.emplace_back("         the test images are taken from the training images, of each class");
    for (const auto count : class_histogram(data.test.labels, data.classes))
      lines.back() += " " + std::to_string(count);
  }
  if (loaded.other_files > 0)
    lines.push_back("         files that are no pictures, left out: " + std::to_string(loaded.other_files));
  for (const auto& note : loaded.notes) lines.push_back("         " + note);
  if (data.classes > 0) lines.push_back("classes  " + listed_names(data.class_names));
  if (const auto none = classes_without_images(data); !none.empty())
    lines.push_back("         no training image is of the class " + listed_names(none));
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
