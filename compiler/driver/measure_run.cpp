#include "compiler/driver/measure_run.h"

#include <algorithm>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_folder.h"
#include "compiler/driver/same_data.h"
#include "compiler/language/spelling.h"

namespace sganc {

void require_split(const std::string& split) {
  const std::vector<std::string> splits = {"train", "hidden", "validation", "test"};
  if (std::ranges::find(splits, split) == splits.end())
    throw UserError{{{}, "there is no split \"" + split + "\"", suggestion(split, splits)}};
}

namespace {

/// Reads the data of a run, which may have moved.
LoadedData read_moved(const SavedRun& run, const options::variables_map& values, const Terminal& terminal,
                      ProgressLine& progress) {
  try {
    return DataLoading(run.model, values, run.threads, terminal, run.folder).get(progress);
  } catch (UserError& error) {
    say_where(error, run.model, "--data DIR, or eval --set");
    throw;
  }
}

}  // namespace

RunData read_run_data(const SavedRun& run, const std::string& split, const options::variables_map& values,
                      const Terminal& terminal) {
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  RunData data{read_moved(run, values, terminal, progress), {}};
  require_same_classes(run, data.loaded.dataset);
  require_data_of_split(run, data.loaded.identity, split, values.count("any-data"), terminal);
  data.division = division_of(run, data.loaded.dataset);
  return data;
}

void move_source(DeclaredSource& source, const std::filesystem::path& folder) {
  for (auto& [key, file] : source.files) {
    const std::filesystem::path was = file.value, archive = was.parent_path();
    const auto name = archive.extension() == ".npz" ? archive.filename() / was.filename() : was.filename();
    file.value = (key == "folder" ? folder : folder / name).string();
  }
}

MeasuredRun measure_run(SavedRun& run, const RunData& read, const std::string& split) {
  const Dataset& data = read.loaded.dataset;
  MeasuredRun measured{.class_names = data.class_names, .images = labelled_of(data, read.division, split)};
  measured.evaluation = *evaluate(*run.executor, data, read.division, split, {}, &measured.probabilities);
  const auto& stored = split == "test" ? data.test : data.train;
  for (const auto index : measured.images)
    measured.labels.push_back(stored.labels[static_cast<std::size_t>(index)]);
  return measured;
}

MeasuredRun measure_run(SavedRun& run, const std::string& split, const options::variables_map& values,
                        const Terminal& terminal) {
  return measure_run(run, read_run_data(run, split, values, terminal), split);
}

namespace {

namespace fs = std::filesystem;

Dataset load_other(const SavedRun& run, const OtherImages& other, const Terminal& terminal) {
  const Model& model = run.model;
  if (fs::is_directory(other.images)) {
    const auto folder = use_given_file([&] { return list_image_folder(other.images, other.labels); });
    for (const auto& note : folder.notes) terminal.say(note);
    ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
    LoadProgress done;
    const auto load = [&] { return load_image_folder(folder, folder_reading(model), run.threads, done); };
    auto found =
        use_folder([&] { return show_loading(std::async(std::launch::async, load), done, progress); });
    for (const auto& line : unreadable_lines(found)) terminal.say(line);
    return std::move(found.dataset);
  }
  DeclaredSource source{
      .known = "", .values = model.data.source.values, .transposed = model.data.source.transposed};
  source.files["images"] = {other.images, {}};
  if (other.labels) source.files["labels"] = {other.labels->file.string(), {}};
  std::array<std::int64_t, 3> shape{};
  std::ranges::copy(model.image()->shape, shape.begin());
  auto loaded = load_arrays(source, shape);
  for (const auto& note : loaded.notes) terminal.say(note);
  return std::move(loaded.dataset);
}

/// Appends the images of `from` that have a label, with the class of the run that has the same name.
void append(const Split& from, const std::vector<std::int32_t>& classes, std::size_t bytes,
            std::vector<std::uint8_t>& pixels, std::vector<std::int32_t>& labels) {
  for (std::size_t i = 0; i < from.labels.size(); ++i) {
    if (from.labels[i] == kUnlabelled) continue;
    pixels.resize(pixels.size() + bytes);
    from.images.read(i * bytes, std::span(pixels).last(bytes));
    labels.push_back(classes.at(static_cast<std::size_t>(from.labels[i])));
  }
}

}  // namespace

MeasuredRun measure_images(SavedRun& run, const OtherImages& other, const Terminal& terminal) {
  const Dataset loaded = load_other(run, other, terminal);
  const auto& outputs = run.executor->program().function(FunctionRole::classify)->outputs;
  const auto known = std::ranges::find(outputs, "probability", &NamedBuffer::name)->buffer.extents.back();
  MeasuredRun measured{.class_names = class_names_of(run.folder, known)};
  std::vector<std::int32_t> classes;
  for (const auto& name : loaded.class_names) {
    const auto at = std::ranges::find(measured.class_names, name);
    if (at == measured.class_names.end())
      throw UserError{{{},
                       "the run knows no class \"" + name + "\" of " + other.images,
                       suggestion(name, measured.class_names, "its classes are those in its classes.txt")}};
    classes.push_back(static_cast<std::int32_t>(at - measured.class_names.begin()));
  }
  Dataset data{loaded.name, loaded.image_shape, static_cast<int>(measured.class_names.size()), {}, {}};
  const auto [height, width, channels] = loaded.image_shape;
  if (!std::ranges::equal(loaded.image_shape, run.model.image()->shape))
    throw UserError{
        {{}, "the images of " + other.images + " do not have the shape that the model takes", ""}};
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;
  for (const auto* split : {&loaded.train, &loaded.test})
    append(*split, classes, static_cast<std::size_t>(height * width * channels), pixels, labels);
  data.test = {static_cast<std::int64_t>(labels.size()), std::move(pixels), std::move(labels)};
  if (data.test.count == 0) throw UserError{{{}, other.images + ": no image has a label", ""}};
  measured.evaluation = *evaluate(*run.executor, data, {}, "test", {}, &measured.probabilities);
  measured.evaluation.record.split = other.images;
  measured.labels = data.test.labels;
  return measured;
}

}  // namespace sganc
