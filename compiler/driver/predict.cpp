#include <unistd.h>

#include <functional>

#include "compiler/driver/load_folder.h"
#include "compiler/driver/saved_run.h"
#include "compiler/driver/sort_pictures.h"
#include "compiler/layers/build.h"
#include "runtime/deploy/image_blocks.h"
#include "runtime/run/prediction_options.h"
#include "runtime/system/files.h"
#include "runtime/train/run_folder.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  using options::value;
  add_prediction_options(o);
  o.add_options()("sort", value<std::string>()->value_name("DIR"),
                  "also copy the pictures into a folder for each class, DIR/CLASS")(
      "sure", value<double>()->default_value(0.9, "0.9")->value_name("P"),
      "with --sort: pictures whose class has a smaller probability go into DIR/unsure")(
      "link", "with --sort: make links to the pictures instead of copies")(
      "layer", value<std::string>()->value_name("NET[.LAYER]"),
      "write what this net or layer gives for each image as an array, --out FILE.npy, and print the names");
  add_run_options(o);
}

Module prediction_module(const Model& model, Diagnostics& diagnostics) {
  if (model.evaluate.classifier.value.empty())
    throw UserError{{{}, "the model of this run declares no classifier", "name one as evaluate.classifier"}};
  return build_prediction(model, diagnostics);
}

ImageReader reader_of(const SavedRun& run, const std::vector<fs::path>& files) {
  const auto& source = run.model.data.source;
  return {files,
          folder_reading(run.model),
          run.threads,
          {.values = source.values, .transposed = source.transposed}};
}

/// The destination of results: standard output at once, or a file when all results are there.
class Results {
 public:
  Results(std::string header, const options::variables_map& values, Terminal& terminal)
      : header_(std::move(header)), terminal_(terminal) {
    if (values.count("out")) file_ = values["out"].as<std::string>();
  }

  bool to_terminal() const { return file_.empty() && ::isatty(STDOUT_FILENO); }

  void add(const std::string& rows) {
    text_ += std::exchange(header_, "") + rows;
    if (!file_.empty()) return;
    terminal_.out << std::exchange(text_, "") << std::flush;
  }

  void finish() const {
    if (!file_.empty()) use_given_file([&] { write_file_atomically(file_, text_); });
  }

 private:
  std::string header_, file_, text_;
  Terminal& terminal_;
};

/// The folders of --sort. Throws UserError.
std::optional<SortedPictures> sorting(const options::variables_map& values,
                                      const PredictionColumns& columns) {
  const double sure = values["sure"].as<double>();
  if (!(sure >= 0 && sure <= 1)) throw UserError{{{}, "--sure must lie between 0 and 1", ""}};
  if (values.count("sort"))
    return SortedPictures(values["sort"].as<std::string>(), columns.classes, sure, values.count("link") > 0);
  if (values.count("link") || !values["sure"].defaulted())
    throw UserError{
        {{}, std::string(values.count("link") ? "--link" : "--sure") + " goes with --sort DIR", ""}};
  return {};
}

/// Reads the images in blocks of `batch`, and gives each block to `use`. Shows progress: what `done` says,
/// unless `silent`. Returns the exit code.
int for_each_block(ImageReader reader, std::int64_t batch, bool silent, const std::string& done,
                   const Terminal& terminal, const std::function<void(const ImageBlock&)>& use,
                   const std::function<void()>& finish) {
  const Messages messages{.say = [&](const std::string& text) { terminal.say(text); },
                          .error = [&](const std::string& text) { terminal.error(text); }};
  const auto style = silent ? ProgressStyle::silent : ProgressStyle::automatic;
  const ReadImages read = for_each_block(std::move(reader), batch, style, done, messages, use);
  finish();
  if (read.refused == 0) return kDone;
  terminal.say(refused_text(read));
  return kFailed;
}

/// Writes what a layer gives for the images as an array, and prints their names.
int write_layer(const std::vector<fs::path>& files, const options::variables_map& values,
                Terminal& terminal) {
  const auto layer = values["layer"].as<std::string>();
  const auto out = values.count("out") ? values["out"].as<std::string>() : "";
  if (!out.ends_with(".npy"))
    throw UserError{{{}, "--layer writes an array", "name its file: --out features.npy"}};
  for (const std::string flag : {"probabilities", "logits", "sort", "link"})
    if (values.count(flag))
      throw UserError{
          {{}, "--" + flag + " is for a classifier's results, and --layer writes those of a layer", ""}};
  const auto saved = open_saved_run(
      values["RUN"].as<std::string>(), values, terminal,
      [&](const Model& model, Diagnostics& diagnostics) { return build_layer(model, layer, diagnostics); });
  if (!saved) return kBadInput;
  LayerReader layers(*saved->executor);
  std::vector<float> numbers;
  std::string names;
  std::int64_t count = 0;
  return for_each_block(
      reader_of(*saved, files), layers.batch(), terminal.quiet, "read", terminal,
      [&](const ImageBlock& block) {
        const auto images = static_cast<std::int64_t>(block.names.size());
        layers.read(block.pixels, images, numbers);
        count += images;
        for (const auto& name : block.names) names += name + "\n";
      },
      [&] {
        std::vector<std::int64_t> shape = layers.shape();
        shape.insert(shape.begin(), count);
        use_given_file([&] { write_array(out, shape, numbers); });
        terminal.out << names;
      });
}

int run(const options::variables_map& values, Terminal& terminal) {
  std::vector<fs::path> paths;
  for (const auto& word : values["PATH"].as<std::vector<std::string>>()) paths.emplace_back(word);
  const auto files = use_given_file([&] { return list_image_files(paths); });
  if (values.count("layer")) return write_layer(files, values, terminal);
  const auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal, prediction_module);
  if (!saved) return kBadInput;

  Predictor predict(*saved->executor);
  if (values.count("logits") && !predict.has_logits())
    throw UserError{{{}, "there are no logits: the classifier of this run does not end in a softmax", ""}};
  const auto columns =
      columns_of(values, predict, class_names_of(saved->folder, predict.classes()), terminal.json);
  Results results(prediction_header(columns), values, terminal);
  auto sorted = sorting(values, columns);
  return for_each_block(
      reader_of(*saved, files), predict.batch(), terminal.quiet || results.to_terminal(), "classified",
      terminal,
      [&](const ImageBlock& block) {
        const auto predictions = predict(block.pixels, static_cast<std::int64_t>(block.names.size()));
        results.add(prediction_rows(columns, block.names, predictions));
        if (sorted) sorted->add(block.names, predictions);
      },
      [&] {
        results.finish();
        if (sorted) terminal.say(sorted->text());
      });
}

}  // namespace

extern const Verb predict_verb{
    .name = "predict",
    .summary = "classify pictures with a trained classifier",
    .usage =
        "RUN PATH... [--out FILE] [--probabilities] [--logits] [--sort DIR] [--layer NET] [--format "
        "csv|json] "
        "[--checkpoint best|last|N]",
    .details =
        "RUN is a run folder or a checkpoint in one. Of a folder, --checkpoint selects the checkpoint; the\n"
        "last one is the default.\n"
        "A PATH is a picture (PNG, JPEG, WebP, GIF, TIFF, BMP), a folder, which is searched for pictures, or "
        "an array of images\n"
        "(.npy, IDX, or FILE.npz/NAME), whose images are called x.npy[0], x.npy[1] and so on. Pictures are "
        "fitted to the\n"
        "size and channels of the model's images, as its [data] says. Arrays must have that size already.\n"
        "  sganc predict runs/photos holiday/ cat.jpg > results.csv\n"
        "  sganc predict runs/photos holiday/ --format json --probabilities --out results.jsonl\n\n"
        "Writes one row for each image; the pictures of a folder are sorted by their paths. A row has the\n"
        "path, the name of the most probable class, and its probability. If the model has a critic\n"
        "(evaluate.critic), it also has the probability that the image is real, like the training images.\n"
        "With --format json each line is an object.\n"
        "--sort also copies each picture into the folder of its class, or into unsure/ where the class is "
        "not\n"
        "probable enough. What has been looked through can be trained on.\n"
        "  sganc predict runs/photos holiday/ --sort sorted --sure 0.95 --link > results.csv\n\n"
        "--layer writes what a net or one of its layers gives for each image, in place of classes: an array "
        "of\n"
        "32-bit floats (count, numbers) or (count, height, width, channels). The names of the images go to\n"
        "standard output, in the same order.\n"
        "  sganc predict runs/photos holiday/ --layer trunk --out features.npy > names.txt\n\n"
        "If a file cannot be read, predict names it on standard error, classifies the others, and exits\n"
        "with 1.\n",
    .positional = {"RUN", "PATH"},
    .required = 2,
    .add_options = add_options,
    .run = run,
    .repeats = true,
    .formats = {"csv", "json", "text"}};

}  // namespace sganc
