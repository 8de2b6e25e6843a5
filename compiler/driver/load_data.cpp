#include "compiler/driver/load_data.h"

#include <algorithm>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_folder.h"
#include "compiler/driver/places.h"
#include "compiler/language/spelling.h"
#include "runtime/data/class_names.h"
#include "runtime/data/limit.h"
#include "runtime/data/npz.h"
#include "runtime/data/test_part.h"

namespace sganc {
namespace {

/// The pictures that a run could not read.
std::vector<std::string> skipped_by(const std::filesystem::path& run) {
  const auto file = run / "data.json";
  if (run.empty() || !std::filesystem::exists(file)) return {};
  return use_given_file([&] { return read_identity(file); }).skipped;
}

/// Leaves out images beyond the limit, but none of the source's own validation images, which are the last
/// ones.
void limit_images(LoadedData& loaded, const Located<std::int64_t>& limit) {
  Split& train = loaded.dataset.train;
  auto& validation = loaded.dataset.validation;
  const auto drawn = std::span(train.labels).first(train.labels.size() - validation.size());
  loaded.places = use_given_file([&] { return limited(drawn, limit.value); }, limit.where);
  for (auto& index : validation) {
    loaded.places.push_back(index);
    index = static_cast<std::int32_t>(loaded.places.size()) - 1;
  }
  const auto [height, width, channels] = loaded.dataset.image_shape;
  keep_images(train, loaded.places, static_cast<std::size_t>(height * width * channels));
}

}  // namespace

void say_where(UserError& error, const Model& model, const std::string& option) {
  for (const auto& [key, file] : model.data.source.files)
    if (error.diagnostic.help.empty() && !std::filesystem::exists(file.value) && !archive_member(file.value))
      error.diagnostic.help = "say where it is now: " + option + " data.source." + key + "=PATH";
}

std::optional<LabelTable> label_table(const DeclaredSource& source) {
  const auto file = source.files.find("labels");
  if (file == source.files.end() || !source.files.contains("folder")) return {};
  return LabelTable{file->second.value, source.file_column, source.class_column};
}

void add_label_options(options::options_description& o, const std::string& labels) {
  using options::value;
  o.add_options()("labels", value<std::string>()->value_name("FILE"), labels.c_str())(
      "file-column", value<std::string>()->value_name("NAME"),
      "the column of that table that names the pictures; by default found by its content")(
      "class-column", value<std::string>()->value_name("NAME"),
      "the column of that table with their classes; by default found by its name");
}

std::optional<LabelTable> label_table(const options::variables_map& values) {
  const auto text = [&](const char* option) {
    return values.count(option) ? values[option].as<std::string>() : std::string();
  };
  for (const std::string option : {"file-column", "class-column"})
    if (values.count(option) && !values.count("labels"))
      throw UserError{{{}, "--" + option + " goes with a table of labels", "name it as --labels FILE"}};
  if (!values.count("labels")) return {};
  return LabelTable{text("labels"), text("file-column"), text("class-column")};
}

std::string table_keys(const LabelTable& table, const std::string& file) {
  std::string text = "labels = " + file;
  if (!table.file_column.empty()) text += ", file_column = " + toml_string(table.file_column);
  if (!table.class_column.empty()) text += ", class_column = " + toml_string(table.class_column);
  return text;
}

ImageRoom image_room(const Model& model) {
  ImageRoom room;
  if (model.data.memory) room.most_memory = *model.data.memory * 1'000'000;
  return room;
}

DeclaredChoice default_test_part(const Model& model) {
  return {.by = "fraction", .fraction = 0.1, .seed = 0, .where = model.data.source.where};
}

namespace {

/// Whether a class has an image with a label beside one that it learns from.
bool has_spare_labels(const Dataset& data) {
  auto left = class_histogram(data.train.labels, data.classes);
  for (const auto index : data.validation)
    --left.at(static_cast<std::size_t>(data.train.labels[static_cast<std::size_t>(index)]));
  return std::ranges::any_of(left, [](std::int64_t count) { return count > 1; });
}

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
  if (!declared && !has_spare_labels(data)) {
    loaded.notes.emplace_back("no test images: no class has two images with a label");
    return;
  }
  loaded.test = declared.value_or(default_test_part(model));
  auto others =
      use_given_file([&] { return split_off_test(data, choice_of(*loaded.test, 0)); }, loaded.test->where);
  for (auto& place : others)
    if (!loaded.places.empty()) place = loaded.places[static_cast<std::size_t>(place)];
  loaded.places = std::move(others);
}

LoadedData load_data(const Model& model, DataPlaces places, const std::vector<std::string>& skipped,
                     int threads, const Terminal& terminal, LoadProgress& progress) {
  places.stop = progress.stop.get_token();
  const DeclaredSource& source = model.data.source;
  const auto say = [&](const std::string& line) { terminal.say(line); };
  LoadedData loaded;
  if (!source.known.empty())
    loaded.dataset = load_dataset(source.known, places, say);
  else if (source.files.contains("folder"))
    loaded = load_folder(model, places.folder, skipped, threads, progress);
  else {
    std::optional<std::array<std::int64_t, 3>> shape;
    if (const auto* image = model.image()) std::ranges::copy(image->shape, shape.emplace().begin());
    ImageRoom room = image_room(model);
    room.file_folder = places.folder;
    auto arrays = load_arrays(source, shape, room, places.stop);
    loaded.dataset = std::move(arrays.dataset);
    loaded.values = arrays.values;
    loaded.notes = std::move(arrays.notes);
  }
  if (model.data.limit && !source.files.contains("folder")) limit_images(loaded, *model.data.limit);
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

LoadedData list_data(const Model& model) {
  LoadedData loaded = list_folder(model);
  add_test_part(model, loaded);
  return loaded;
}

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
                         const Terminal& terminal, const std::filesystem::path& run)
    : loading_(std::async(std::launch::async, [this, &model, &terminal, threads, places = data_places(values),
                                               skipped = skipped_by(run)] {
        return load_data(model, places, skipped, threads, terminal, progress_);
      })) {}

LoadedData DataLoading::get(ProgressLine& progress, const std::function<void()>& between) {
  return show_loading(std::move(loading_), progress_, progress, between);
}

}  // namespace sganc
