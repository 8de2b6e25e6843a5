#include "compiler/driver/load_data.h"

#include <algorithm>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/places.h"
#include "compiler/language/spelling.h"
#include "runtime/data/class_names.h"
#include "runtime/data/folder_search.h"
#include "runtime/data/limit.h"
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

/// The names, or none if one of them cannot be a line of a text.
std::vector<std::string> names_for_lists(std::vector<std::string> names) {
  const auto has_break = [](const std::string& name) {
    return name.find_first_of("\n\r") != std::string::npos;
  };
  if (std::ranges::any_of(names, has_break)) names.clear();
  return names;
}

/// "white", "black", or the colour's numbers.
std::string background_text(const std::array<std::uint8_t, 3>& colour) {
  const auto& [red, green, blue] = colour;
  if (red == green && green == blue && (red == 255 || red == 0)) return red == 0 ? "black" : "white";
  return "the colour " + std::to_string(red) + ", " + std::to_string(green) + ", " + std::to_string(blue);
}

/// Removes the pictures with these paths relative to the folder.
void leave_out(std::vector<FolderPicture>& pictures, const std::vector<std::string>& names,
               const std::filesystem::path& folder, LeftOut& left_out) {
  if (names.empty()) return;
  std::erase_if(pictures, [&](const FolderPicture& picture) {
    const auto name = picture.path.lexically_relative(folder).string();
    if (std::ranges::find(names, name) == names.end()) return false;
    left_out.add(name);
    return true;
  });
}

/// The pictures that a run could not read.
std::vector<std::string> skipped_by(const std::filesystem::path& run) {
  const auto file = run / "data.json";
  if (run.empty() || !std::filesystem::exists(file)) return {};
  return use_given_file([&] { return read_identity(file); }).skipped;
}

/// Leaves out pictures beyond the limit, but none of the folder's own validation images.
void limit_pictures(std::vector<FolderPicture>& pictures, const Located<std::int64_t>& limit) {
  std::vector<FolderPicture> drawn, kept;
  std::vector<std::int32_t> labels;
  for (const auto& picture : pictures)
    if (!picture.validation) drawn.push_back(picture), labels.push_back(picture.label);
  for (const auto place : use_given_file([&] { return limited(labels, limit.value); }, limit.where))
    kept.push_back(drawn[static_cast<std::size_t>(place)]);
  std::ranges::copy_if(pictures, std::back_inserter(kept), &FolderPicture::validation);
  pictures = std::move(kept);
}

/// The same for other images. Validation images are the last ones.
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

/// Images that do not fit into memory go to a file in `data_folder`. `skipped` are pictures that are left out
/// because they could not be read before.
LoadedData load_folder(const Model& model, const std::filesystem::path& data_folder,
                       const std::vector<std::string>& skipped, int threads, LoadProgress& progress) {
  const Located<std::string>& given = model.data.source.files.at("folder");
  const DeclaredInput* image = model.image();
  if (!image)
    throw UserError{{given.where, "pictures of a folder need an image input, which says their shape",
                     "write image = [32, 32, 3] under [input]"}};
  if (const auto channels = image->shape.at(2); channels != 1 && channels != 3)
    throw UserError{
        {image->where, "pictures of a folder have 1 or 3 channels, not " + std::to_string(channels), ""}};
  FolderReading reading = folder_reading(model);
  reading.room.file_folder = data_folder;
  LoadedData loaded;
  const auto table = label_table(model.data.source);
  auto folder =
      use_given_file([&] { return list_image_folder(given.value, table, progress.stop.get_token()); },
                     table ? model.data.source.files.at("labels").where : given.where);
  loaded.other_files = folder.other_files;
  loaded.notes = folder.notes;
  LeftOut left_out;
  for (auto* pictures : {&folder.train, &folder.test}) leave_out(*pictures, skipped, given.value, left_out);
  left_out.say("left out, since they could not be read when the run began", loaded.notes);
  if (model.data.limit) limit_pictures(folder.train, *model.data.limit);
  auto found = use_folder([&] { return load_image_folder(folder, reading, threads, progress); }, given.where);
  loaded.dataset = std::move(found.dataset);
  loaded.identity = identity_of(loaded.dataset);
  name_pictures(loaded.identity, names_of(found.train, given.value), names_of(found.test, given.value));
  loaded.identity.skipped = skipped;
  for (const auto& picture : found.skipped)
    loaded.identity.skipped.push_back(picture.path.lexically_relative(given.value).string());
  for (const auto& picture : found.train) loaded.pictures.push_back(picture.path.string());
  loaded.dataset.picture_names = names_for_lists(names_of(found.train, given.value));
  if (found.transparent > 0)
    loaded.notes.push_back("pictures with transparent parts, which lie on " +
                           background_text(reading.background) + ": " + std::to_string(found.transparent));
  if (found.dim > 0) loaded.notes.push_back(dim_text(found.dim));
  if (found.bytes_in_file > 0)
    loaded.notes.push_back("images that are kept in a file in " + data_folder.string() + ": " +
                           gigabytes(found.bytes_in_file));
  for (auto& line : unreadable_lines(found)) loaded.notes.push_back(std::move(line));
  return loaded;
}

}  // namespace

std::string dim_text(std::int64_t count) {
  return "pictures of 16 bits that use no more than 12 of them, and so are nearly black: " +
         std::to_string(count);
}

std::vector<std::string> unreadable_lines(const FolderImages& found) {
  constexpr std::size_t kMost = 20;
  std::vector<std::string> lines;
  const auto& reasons = found.unreadable;
  if (reasons.empty()) return lines;
  lines.push_back("pictures that cannot be read, left out: " + std::to_string(reasons.size()));
  for (std::size_t i = 0; i < std::min(reasons.size(), kMost); ++i) lines.push_back("  " + reasons[i]);
  if (reasons.size() > kMost) lines.push_back("  and " + std::to_string(reasons.size() - kMost) + " more");
  return lines;
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

FolderReading folder_reading(const Model& model) {
  FolderReading reading{.shape = {},
                        .fit = model.data.source.fit == "stretch" ? Fit::stretch : Fit::crop,
                        .background = model.data.background,
                        .skip_unreadable = model.data.skip_unreadable};
  reading.room = image_room(model);
  std::ranges::copy(model.image()->shape, reading.shape.begin());
  return reading;
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

/// The labels of pictures, as images of no pixels.
Split without_pixels(const std::vector<FolderPicture>& pictures) {
  Split split{.count = static_cast<std::int64_t>(pictures.size()), .images = {}, .labels = {}};
  for (const auto& picture : pictures) split.labels.push_back(picture.label);
  return split;
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
  const auto& given = model.data.source.files.at("folder");
  auto folder = use_given_file([&] { return list_image_folder(given.value, label_table(model.data.source)); },
                               given.where);
  if (model.data.limit) limit_pictures(folder.train, *model.data.limit);
  LoadedData loaded;
  loaded.dataset = {folder.name,
                    {},
                    static_cast<int>(folder.classes.size()),
                    without_pixels(folder.train),
                    without_pixels(folder.test),
                    folder.classes};
  loaded.dataset.picture_names = names_for_lists(names_of(folder.train, given.value));
  for (std::size_t i = 0; i < folder.train.size(); ++i) {
    loaded.pictures.push_back(folder.train[i].path.string());
    if (folder.train[i].validation) loaded.dataset.validation.push_back(static_cast<std::int32_t>(i));
  }
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
