#include <algorithm>
#include <cstdio>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/measure_run.h"
#include "compiler/driver/same_data.h"
#include "compiler/driver/saved_run.h"
#include "compiler/driver/suggested_spread.h"
#include "compiler/driver/training_settings.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/data/labels.h"
#include "runtime/spread/graph.h"
#include "runtime/spread/suggestion.h"
#include "runtime/system/files.h"
#include "runtime/train/sample.h"

#include <nlohmann/json.hpp>

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr long kMostSuggestions = 10000;

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("count", value<long>()->default_value(20)->value_name("N"), "number of images")(
      "out", value<std::string>()->default_value("suggested.png")->value_name("FILE.png"),
      "the picture of these images, ten in a row")(
      "spread", value<std::string>()->value_name("NAME"),
      "the spread of the model whose graph decides; by default its last one")(
      "labels", value<std::string>()->value_name("FILE"),
      "also write a file for data.labels: the images that the run had labels of, and these; for data that "
      "have "
      "labels of all of them");
  add_run_options(o);
  add_data_option(o);
}

/// The options of the command line.
struct Request {
  std::int64_t count = 0;
  fs::path out;
  std::string spread;
  std::optional<fs::path> labels;
};

/// Throws UserError.
Request request_of(const options::variables_map& values) {
  Request request{.count = values["count"].as<long>(), .out = values["out"].as<std::string>()};
  if (request.count < 1 || request.count > kMostSuggestions)
    throw UserError{{{}, "--count must lie between 1 and " + std::to_string(kMostSuggestions), ""}};
  if (request.out.extension() != ".png")
    throw UserError{
        {{}, "--out is a picture, whose name ends in .png, not \"" + request.out.string() + "\"", ""}};
  if (values.count("spread")) request.spread = values["spread"].as<std::string>();
  if (values.count("labels")) request.labels = values["labels"].as<std::string>();
  return request;
}

/// The spread whose graph decides. Throws UserError if there is none of that name.
DeclaredSpread spread_of(const Model& model, const std::string& name) {
  if (name.empty()) return suggested_spread(model);
  std::vector<std::string> known;
  for (const auto& spread : model.spreads) {
    if (spread.name == name) return spread;
    known.push_back(spread.name);
  }
  throw UserError{{{}, "the model of this run declares no spread \"" + name + "\"", suggestion(name, known)}};
}

/// The name of a training image, as a path from the working folder if it is a picture below that.
std::string shown_name(const LoadedData& loaded, std::int32_t index) {
  auto name = loaded.name_of(index);
  if (loaded.pictures.empty()) return name;
  auto near = fs::proximate(name).string();
  return near.starts_with("..") ? name : near;
}

/// Refuses labels for images whose class the data do not know.
void require_known(const LoadedData& loaded, const std::vector<std::int32_t>& images) {
  const auto& labels = loaded.dataset.train.labels;
  const auto unknown = [&](std::int32_t i) { return labels[static_cast<std::size_t>(i)] == kUnlabelled; };
  if (const auto first = std::ranges::find_if(images, unknown); first != images.end())
    throw UserError{{{},
                     "--labels is for data that have a label for each image, but " +
                         shown_name(loaded, *first) + " has none",
                     "give these images labels, and train with labels = { all = true }"}};
}

/// What is known of one image of the list.
struct Row {
  std::string image, guess;
  std::int32_t index;
  double certainty, settles;
};

void print(const std::vector<Row>& rows, Terminal& terminal) {
  if (terminal.json) {
    for (const auto& row : rows)
      terminal.out << nlohmann::ordered_json{{"image", row.image},
                                             {"index", row.index},
                                             {"guess", row.guess},
                                             {"certainty", row.certainty},
                                             {"settles", row.settles}}
                          .dump()
                   << "\n";
    return;
  }
  for (const auto& row : rows) terminal.out << row.image << "\n";
}

void draw(const Request& request, const Dataset& data, const Model& model,
          std::span<const std::int32_t> images) {
  const auto [height, width, channels] = data.image_shape;
  GeneratedImages picture{static_cast<std::int64_t>(images.size()), height, width, channels, {}};
  const auto bytes = static_cast<std::size_t>(height * width * channels);
  const double low = model.data.range_low, high = model.data.range_high;
  std::vector<std::uint8_t> pixels(bytes);
  for (const auto index : images) {
    data.train.images.read(static_cast<std::size_t>(index) * bytes, pixels);
    for (const auto pixel : pixels)
      picture.values.push_back(static_cast<float>(low + (high - low) * pixel / 255));
  }
  use_given_file([&] { write_sample_grid(request.out, picture, low, high); });
}

int run(const options::variables_map& values, Terminal& terminal) {
  const Request request = request_of(values);
  DeclaredSpread spread;
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal,
                              [&](const Model& model, Diagnostics& diagnostics) {
                                spread = spread_of(model, request.spread);
                                return build_graph(model, spread, diagnostics);
                              });
  if (!saved) return kBadInput;
  if (values.count("data")) move_source(saved->model.data.source, values["data"].as<std::string>());
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  const LoadedData loaded =
      DataLoading(saved->model, values, saved->threads, terminal, saved->folder).get(progress);
  const Dataset& data = loaded.dataset;
  require_same_classes(*saved, data);
  require_data_of_split(*saved, loaded.identity, "train", false, terminal);
  const Division division = division_of(*saved, data);
  if (division.labelled.empty())
    throw UserError{{{}, "this run used no labels: any image of a class is the first one to label", ""}};

  const SpreadSettings settings = spread_settings(spread);
  const auto graph =
      graph_of(*saved->executor, settings, data, division, [&](const std::string& what, double done) {
        progress.update([&] { return what + " " + std::to_string(static_cast<int>(100 * done)) + "%"; });
        return true;
      });
  const auto spread_labels = classify(
      diffuse(graph->ties, graph->labels, data.classes, settings.alpha, settings.rounds), graph->labels);
  progress.update([] { return std::string("choosing images"); });
  const auto chosen =
      suggest(graph->ties, spread_labels, graph->labels, request.count, settings.alpha, settings.rounds);
  progress.erase();
  if (chosen.empty()) {
    terminal.say("no image is uncertain: all have labels, or no label could make a difference");
    return kDone;
  }

  std::vector<Row> rows;
  std::vector<std::int32_t> images;
  for (const auto& [node, settles] : chosen) {
    const auto at = static_cast<std::size_t>(node);
    const auto guess = spread_labels.label[at];
    images.push_back(graph->images[at]);
    rows.push_back({shown_name(loaded, images.back()),
                    guess < 0 ? "" : data.class_names.at(static_cast<std::size_t>(guess)), images.back(),
                    static_cast<double>(spread_labels.certainty[at]), settles});
  }
  if (request.labels) {
    require_known(loaded, images);
    auto all = division.labelled;
    all.insert(all.end(), images.begin(), images.end());
    use_given_file([&] { write_file_atomically(*request.labels, labels_text(all, data.picture_names)); });
  }
  draw(request, data, saved->model, images);
  double settled = 0;
  for (const auto& row : rows) settled += row.settles;
  char part[32];
  std::snprintf(part, sizeof part, "%.0f %%", 100 * settled);
  terminal.say(std::to_string(rows.size()) + " images, the most helpful first; " + request.out.string() +
               " shows them, ten in a row; their labels would settle " + part +
               " of what is uncertain in the graph of " + settings.name);
  print(rows, terminal);
  return kDone;
}

}  // namespace

extern const Verb suggest_verb{
    .name = "suggest",
    .summary = "list the images whose label would help most",
    .usage = "RUN [--count 20] [--out suggested.png] [--spread NAME] [--labels FILE] [--format json]",
    .details =
        "RUN is a run folder or a checkpoint in one. suggest ties the training images to those that they "
        "are\n"
        "most like, as the model's last [spread.NAME] says, spreads the labels along these ties, and lists\n"
        "images that are uncertain, that many others are like, and that no labelled image is near. For a\n"
        "model without a spread it compares what the first net of the classifier makes of the images.\n"
        "  sganc suggest runs/photos --count 20\n\n"
        "Prints one path for each image; images of arrays and known data sets are called x.npy[12],\n"
        "mnist[12]. Put the pictures into the folders of their classes, and train again. --format json adds\n"
        "the class that the image would be given now, how certain it is, and the part of all uncertainty\n"
        "that goes away with its label.\n"
        "If the data know all labels, --labels writes a file with which a further run shows what they "
        "bring:\n"
        "  sganc suggest runs/few --count 10 --labels more.txt\n"
        "  sganc train model.toml --set 'data.labels={file=\"more.txt\"}' --out runs/more\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
