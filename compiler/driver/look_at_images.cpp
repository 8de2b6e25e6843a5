#include "compiler/driver/look_at_images.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <future>
#include <numeric>
#include <set>

#include "compiler/driver/load_folder.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"
#include "runtime/data/survey.h"
#include "runtime/execute/machine.h"
#include "runtime/system/utf8.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLines = 20;  // of classes, and of problems

/// The text as a model's name: characters that a name cannot have become "-".
std::string model_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
    if (allowed && !(name.empty() && c == '.')) name += c;
    if (!allowed && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "model" : name;
}

/// The path as a file beside `out` names it, in TOML.
std::string spelled(const std::string& path, const fs::path& out) {
  if (!is_utf8(path))
    throw UserError{{{},
                     "the name of \"" + toml_comment(path) +
                         "\" holds bytes that are not UTF-8, and a model file could not hold it",
                     "rename it, or name a link to it"}};
  if (fs::path(path).is_absolute()) return toml_string(path);
  return toml_string(fs::proximate(path, fs::absolute(out).parent_path()).string());
}

/// Prints one line for each, but at most kMostLines, and the number of the others.
void say_some(const std::vector<std::string>& lines, Terminal& terminal) {
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) terminal.say(lines[i]);
  if (lines.size() > kMostLines) terminal.say("  and " + std::to_string(lines.size() - kMostLines) + " more");
}

void say_classes(const ImagesFound& found, const std::vector<std::string>& classes, Terminal& terminal) {
  std::vector<std::string> lines;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    lines.push_back("  " + classes[c] + ": " + std::to_string(found.train[c]));
    if (found.test[c] > 0) lines.back() += " and " + std::to_string(found.test[c]) + " to test";
  }
  say_some(lines, terminal);
  if (found.validation > 0) terminal.say("  held out for validation: " + std::to_string(found.validation));
  if (found.unlabelled > 0) terminal.say("  without a label: " + std::to_string(found.unlabelled));
}

/// Throws UserError if no classifier can learn from these images.
void require_classes(const ImagesFound& found, const std::vector<std::string>& classes,
                     const std::string& what, const std::string& help) {
  const auto refuse = [&](const std::string& message) { throw UserError{{{}, what + ": " + message, help}}; };
  if (classes.empty()) refuse("no image has a label, and a classifier needs labels of two classes");
  if (classes.size() == 1) refuse("one class, \"" + classes[0] + "\", and a classifier needs two");
  for (std::size_t c = 0; c < classes.size(); ++c)
    if (found.train[c] == 0) refuse("the class \"" + classes[c] + "\" has no image to learn from");
}

/// The facts about a data set in memory.
ImagesFound found_in(const Dataset& data, std::string name, std::string source) {
  ImagesFound found{.name = std::move(name),
                    .source = std::move(source),
                    .shape = data.image_shape,
                    .train = class_histogram(data.train.labels, data.classes),
                    .test = class_histogram(data.test.labels, data.classes),
                    .unlabelled = data.train.unlabelled(),
                    .validation = static_cast<std::int64_t>(data.validation.size())};
  const auto held_out = class_histogram(data.train.labels, data.validation, data.classes);
  for (std::size_t c = 0; c < held_out.size(); ++c) found.train[c] -= held_out[c];
  std::vector<std::int32_t> drawn(data.train.labels.size() - data.validation.size());
  std::iota(drawn.begin(), drawn.end(), 0);
  found.habits =
      habits_of(images_at(data, even_part(data.train.labels, drawn, looked_at(data.classes))), data.classes);
  return found;
}

std::string contents_of(const Dataset& data) {
  const auto [height, width, channels] = data.image_shape;
  return std::to_string(data.train.count) + " training and " + std::to_string(data.test.count) +
         " test images of " + std::to_string(height) + "x" + std::to_string(width) + "x" +
         std::to_string(channels) + ", " + counted(static_cast<std::size_t>(data.classes), "class");
}

/// Adds the readable pictures to the counts of their classes. Returns the number of pictures without a class.
std::int64_t count(std::span<const FolderPicture> pictures, std::span<const PictureFacts> facts,
                   std::vector<std::int64_t>& classes) {
  std::int64_t without = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!facts[i].problem.empty()) continue;
    if (pictures[i].label == kUnlabelled)
      ++without;
    else
      ++classes[static_cast<std::size_t>(pictures[i].label)];
  }
  return without;
}

/// What is done to the images of the pictures, of which some are read.
ImageHabits habits_of(const ImageFolder& folder, std::span<const PictureFacts> facts,
                      const std::array<std::int64_t, 3>& shape) {
  std::vector<std::int32_t> labels, readable;
  for (std::size_t i = 0; i < folder.train.size(); ++i) {
    labels.push_back(folder.train[i].label);
    if (facts[i].problem.empty() && !folder.train[i].validation)
      readable.push_back(static_cast<std::int32_t>(i));
  }
  const auto classes = static_cast<std::int64_t>(folder.classes.size());
  ImageFolder some{.name = folder.name, .classes = folder.classes, .train = {}, .test = {}, .notes = {}};
  for (const auto index : even_part(labels, readable, looked_at(classes)))
    some.train.push_back(folder.train[static_cast<std::size_t>(index)]);
  if (some.train.empty()) return {};
  LoadProgress progress;
  const auto read = use_given_file(
      [&] { return load_image_folder(some, {.shape = shape}, this_machine().cores, progress); });
  std::vector<std::int32_t> all(read.dataset.train.labels.size());
  std::iota(all.begin(), all.end(), 0);
  return habits_of(images_at(read.dataset, all), classes);
}

std::string size_text(const std::array<std::int64_t, 2>& size) {
  return std::to_string(size[0]) + "x" + std::to_string(size[1]);
}

/// The shape of the images that are made from these pictures.
std::array<std::int64_t, 3> shape_for(const PictureSurvey& survey, std::int64_t longest) {
  const auto& [height, width] = survey.middle;
  const std::int64_t channels = survey.in_color > 0 ? 3 : 1;
  if (survey.one_size() && std::max(height, width) <= longest) return {height, width, channels};
  const double scale =
      std::min(1.0, static_cast<double>(longest) / static_cast<double>(std::max(height, width)));
  const auto side = [&](std::int64_t length) {
    const auto reduced = std::llround(static_cast<double>(length) * scale);
    return std::max<std::int64_t>(4, reduced / 4 * 4);
  };
  return {side(height), side(width), channels};
}

void say_pictures(const PictureSurvey& survey, const ImageFolder& folder, Terminal& terminal) {
  const std::string colors = survey.in_color == 0 ? "gray"
                             : survey.in_color == survey.readable
                                 ? "in colour"
                                 : std::to_string(survey.in_color) + " in colour";
  terminal.say("  height x width: " +
               (survey.one_size() ? "all " + size_text(survey.smallest)
                                  : size_text(survey.smallest) + " to " + size_text(survey.largest) +
                                        ", the middle one " + size_text(survey.middle)) +
               "; " + colors);
  if (folder.other_files > 0)
    terminal.say("  files that are no pictures, left out: " + std::to_string(folder.other_files));
  if (survey.transparent > 0)
    terminal.say("  with transparent parts, which training puts on white (data.background): " +
                 std::to_string(survey.transparent));
  if (survey.dim > 0) terminal.say("  " + dim_text(survey.dim));
  for (const auto& note : folder.notes) terminal.say("  " + note);
  if (survey.problems.empty()) return;
  terminal.say("  pictures that cannot be read, and that training stops at: " +
               std::to_string(survey.problems.size()));
  std::vector<std::string> lines;
  for (const auto& problem : survey.problems) lines.push_back("    " + problem);
  say_some(lines, terminal);
}

/// How pictures get classes: by folders, or by the table that lies in their folder or beside it.
std::string way_to_classes(const fs::path& folder) {
  for (const auto& place : {folder, fs::absolute(folder).lexically_normal().parent_path()}) {
    std::set<std::string> tables;
    std::error_code none;
    for (fs::directory_iterator entry(place, none), end; !none && entry != end; entry.increment(none))
      if (const auto ending = entry->path().extension(); ending == ".csv" || ending == ".tsv")
        tables.insert(entry->path().string());
    if (!tables.empty()) return "a table can name the class of each picture: --labels " + *tables.begin();
  }
  return "the pictures of each class lie in a folder of its own: " + (folder / "CLASS/*.png").string();
}

}  // namespace

ImagesFound look_at_folder(const std::string& path, const std::optional<LabelTable>& table, std::int64_t size,
                           const fs::path& out, Terminal& terminal) {
  const ImageFolder folder = use_given_file([&] { return list_image_folder(path, table); });
  auto pictures = folder.train;
  pictures.insert(pictures.end(), folder.test.begin(), folder.test.end());
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  LoadProgress done;
  done.count = static_cast<std::int64_t>(pictures.size());
  const auto facts = show_loading(
      std::async(std::launch::async, [&] { return survey_pictures(pictures, this_machine().cores, done); }),
      done, progress);
  const PictureSurvey survey = summarize(facts);
  if (survey.readable == 0)
    throw UserError{{{}, path + ": no picture can be read", "the first: " + survey.problems.front()}};

  ImagesFound found{.name = model_name(folder.name), .shape = shape_for(survey, size)};
  found.source = "{ folder = " + spelled(path, out) +
                 (table ? ", " + table_keys(*table, spelled(table->file.string(), out)) : "") +
                 (survey.one_size() ? " }" : ", fit = \"crop\" }  # \"stretch\" shows whole pictures");
  found.train.resize(folder.classes.size());
  found.test.resize(folder.classes.size());
  // The validation images are the last ones of the training images.
  const std::span all(folder.train);
  const auto of_all = std::span(facts).first(all.size());
  const auto drawn =
      static_cast<std::size_t>(std::ranges::count(folder.train, false, &FolderPicture::validation));
  found.unlabelled = count(all.first(drawn), of_all.first(drawn), found.train);
  std::vector<std::int64_t> validation(folder.classes.size());
  count(all.subspan(drawn), of_all.subspan(drawn), validation);
  found.validation = std::accumulate(validation.begin(), validation.end(), std::int64_t{0});
  count(folder.test, std::span(facts).subspan(all.size()), found.test);
  terminal.say(folder.name + ": " + std::to_string(survey.readable) + " pictures, " +
               counted(folder.classes.size(), "class"));
  say_classes(found, folder.classes, terminal);
  say_pictures(survey, folder, terminal);
  require_classes(found, folder.classes, path, table ? "" : way_to_classes(path));
  found.habits = habits_of(folder, facts, found.shape);
  return found;
}

ImagesFound look_at_arrays(const std::vector<std::string>& files, const fs::path& out, Terminal& terminal) {
  const bool archive = files.size() == 1;  // an .npz file, whose arrays have usual names
  if (!archive && files.size() != 2 && files.size() != 4)
    throw UserError{{{},
                     "arrays are two files or four: images and labels, test images and test labels",
                     "a folder or a data set's name stands alone"}};
  DeclaredSource source{.known = ""};
  std::string text;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string& key = array_files()[i];
    source.files[key] = {files[i], {}};
    text += (i == 0 ? "" : ", ") + key + " = " + spelled(files[i], out);
  }
  const LoadedArrays loaded = load_arrays(source, {});
  const Dataset& data = loaded.dataset;
  const std::string file = fs::path(files[0]).filename().string();
  auto found = found_in(data, model_name(file.substr(0, file.find('.'))), "{ " + text + " }");
  terminal.say(data.name + ": " + contents_of(data));
  for (const auto& note : loaded.notes) terminal.say("  " + note);
  say_classes(found, data.class_names, terminal);
  require_classes(
      found, data.class_names, files[archive ? 0 : 1],
      "labels are classes from 0, -1 where an image has none; np.unique(y, return_inverse=True)[1] "
      "numbers those that are there");
  return found;
}

ImagesFound look_at_known(const DataSource& source, const DataPlaces& places, Terminal& terminal) {
  const Dataset data = load_dataset(source, places, [&](const std::string& line) { terminal.say(line); });
  terminal.say(data.name + ": " + contents_of(data));
  auto found = found_in(data, source.name, toml_string(source.name));
  say_classes(found, data.class_names, terminal);
  return found;
}

}  // namespace sganc
