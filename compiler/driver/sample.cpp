#include "runtime/train/sample.h"

#include <algorithm>
#include <cstdio>
#include <regex>

#include "compiler/driver/latent_path.h"
#include "compiler/driver/saved_run.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("count", value<long>()->default_value(100)->value_name("N"), "number of images")(
      "out", value<std::string>()->default_value("grid.png")->value_name("FILE"),
      "the picture to write; FILE.npy writes the images as an array, and a name with %d or %04d in it "
      "writes a picture for each image")("seed", value<long>()->value_name("N"),
                                         "seed of the latent points; by default that of the run")(
      "latent", value<std::string>()->value_name("FILE.npy"),
      "make images from the latent points in this array")("save-latent",
                                                          value<std::string>()->value_name("FILE.npy"),
                                                          "also write the latent points of the images")(
      "class", value<std::string>()->value_name("CLASS"),
      "make images of this class, by its name or number, with a generator that takes a class")(
      "between", value<std::string>()->value_name("I,J,..."),
      "make --count images on the way from image I to image J, and a row for each further one");
  add_run_options(o);
}

/// Names of numbered files: "out/%04d.png" stands for out/0000.png, out/0001.png and so on.
class NumberedFiles {
 public:
  /// Nothing if the name has no "%d" or "%04d". Throws UserError for another width, or for files that are no
  /// pictures.
  static std::optional<NumberedFiles> read(const std::string& name) {
    const std::string cure = "for example --out out/%04d.png";
    std::smatch found;
    if (!std::regex_search(name, found, std::regex("%([0-9]*)d"))) return {};
    const std::string width = found[1];
    if (!std::regex_match(width, std::regex("(0[1-9])?")))
      throw UserError{{{}, "the numbers of files are %d or %01d to %09d, not \"" + found.str() + "\"", cure}};
    if (!name.ends_with(".png"))
      throw UserError{{{}, "\"" + name + "\" names files that are no PNG pictures", cure}};
    return NumberedFiles{found.prefix(), found.suffix(),
                         width.empty() ? 0 : static_cast<std::size_t>(width[1] - '0')};
  }

  /// Makes their folder.
  void make_folder() const {
    const auto folder = path(0).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder);
  }

  std::filesystem::path path(std::int64_t number) const {
    const auto digits = std::to_string(number);
    return before_ + std::string(width_ - std::min(width_, digits.size()), '0') + digits + after_;
  }

 private:
  NumberedFiles(std::string before, std::string after, std::size_t width)
      : before_(std::move(before)), after_(std::move(after)), width_(width) {}
  std::string before_, after_;
  std::size_t width_;
};

/// The options of the command line.
struct Request {
  std::string out;
  std::int64_t count = 0;
  std::string source;                     // where the count comes from, for errors: --count 100
  std::optional<ArrayPoints> points;      // of --latent
  std::vector<std::int64_t> between;      // the numbers of images
  std::optional<std::string> class_name;  // of --class
  std::optional<NumberedFiles> single;    // a picture for each image
  std::int64_t images() const {
    return between.empty() ? count : count * (static_cast<std::int64_t>(between.size()) - 1);
  }
  bool array() const { return std::filesystem::path(out).extension() == ".npy"; }
};

/// Throws UserError for a name of a file that people would take for one of another kind than it will be.
void require_png_or_npy(const std::filesystem::path& out) {
  const std::string ending = out.extension().string();
  if (ending.empty() || ending == ".png" || ending == ".PNG" || ending == ".npy") return;
  throw UserError{{{},
                   "\"" + out.string() + "\" does not name a PNG picture or an array",
                   "for example --out " + std::filesystem::path(out).replace_extension(".png").string()}};
}

/// Reads the options and the given points. Throws UserError.
Request request_of(const options::variables_map& values) {
  Request request{.out = values["out"].as<std::string>(), .count = values["count"].as<long>()};
  if (request.count < 1) throw UserError{{{}, "--count must be at least 1", ""}};
  request.single = NumberedFiles::read(request.out);
  require_png_or_npy(request.out);
  if (values.count("between")) {
    request.between = read_between(values["between"].as<std::string>());
    if (values["count"].defaulted()) request.count = 10;
    if (request.count < 2) throw UserError{{{}, "--between needs a --count of at least 2", ""}};
  }
  if (values.count("class")) request.class_name = values["class"].as<std::string>();
  request.source = "--count " + std::to_string(request.count);
  if (!values.count("latent")) return request;
  const auto file = values["latent"].as<std::string>();
  for (const std::string flag : {"count", "seed", "save-latent"})
    if (values.count(flag) && !values[flag].defaulted() && !(flag == "count" && !request.between.empty()))
      throw UserError{{{}, "--" + flag + " is for points that are drawn, but --latent gives the points", ""}};
  request.points = use_given_file([&] { return read_array_points(file); });
  if (!request.between.empty()) return request;
  request.count = request.points->count;
  request.source = file;
  return request;
}

/// Throws UserError if that many images, or the picture of them, cannot be held in memory or written.
void require_room(const Executor& executor, const Request& request) {
  const auto [grid, numbers, all] = sample_size(executor, request.images());
  const double memory = request.array() ? numbers : all;
  if (const auto available = static_cast<double>(available_memory_bytes()); memory > available)
    throw UserError{{{},
                     request.source + " needs " + gigabytes(memory) + " of memory, of which " +
                         gigabytes(available) + " are available",
                     ""}};
  if (grid > kMostGridBytes && !request.array() && !request.single)
    throw UserError{{{},
                     request.source + " makes a picture of " + gigabytes(grid) +
                         ", and PNG files are written up to " + gigabytes(kMostGridBytes),
                     ""}};
}

Module drawing_module(const Model& model, Diagnostics& diagnostics) {
  return build_functions(model, {FunctionRole::sample}, diagnostics);
}

/// Returns a function that throws UserError for a model without a generator, and else builds what `make`
/// builds.
BuildModule of_generator(const BuildModule& make) {
  return [make](const Model& model, Diagnostics& diagnostics) {
    if (model.evaluate.generator.value.empty())
      throw UserError{{{}, "the model of this run declares no generator", "name one as evaluate.generator"}};
    return make(model, diagnostics);
  };
}

/// The number of the class that --class names, if it is given. Throws UserError for an unknown one, and for a
/// generator that takes no class.
ClassOfImage class_of(const SavedRun& run, const Request& request) {
  if (!request.class_name) return {};
  const Model& model = run.model;
  const auto& taken = model.net(model.evaluate.generator.value)->arguments;
  const auto input = std::ranges::find_if(
      taken, [&](const std::string& name) { return model.input(name)->kind == DeclaredInput::Kind::label; });
  if (input == taken.end())
    throw UserError{{{},
                     "the generator of this run takes no class, so that --class means nothing to it",
                     "models/papers/conditional_gan.toml has one that does"}};
  const auto names = class_names_of(run.folder, model.input(*input)->shape.at(0));
  auto found = std::ranges::find(names, *request.class_name);
  if (found == names.end()) {
    std::vector<std::string> numbers = numbered_classes(static_cast<int>(names.size()));
    const auto number = std::ranges::find(numbers, *request.class_name);
    if (number == numbers.end())
      throw UserError{{{},
                       "the run knows no class \"" + *request.class_name + "\"",
                       suggestion(*request.class_name, names)}};
    found = names.begin() + (number - numbers.begin());
  }
  return [number = found - names.begin()](std::int64_t) { return static_cast<std::int64_t>(number); };
}

/// Whether the points of the generator's latent input are normal, and not uniform.
bool are_normal(const Model& model) {
  for (const auto& name : model.net(model.evaluate.generator.value)->arguments)
    if (const auto* input = model.input(name); input->kind == DeclaredInput::Kind::latent)
      return input->distribution == "normal";
  return false;
}

/// The images of the given points, or on the way between some of them. If the generator takes a class, it is
/// that of the point where the way begins.
GeneratedImages images_of_given(SavedRun& run, const Request& request) {
  try {
    const auto named = class_of(run, request);
    if (request.between.empty()) return images_of_points(*run.executor, *request.points, named);
    const auto path = points_between(*request.points, request.between, request.count, are_normal(run.model));
    const ClassOfImage of_row = [&](std::int64_t i) {
      const auto way = std::min(static_cast<std::size_t>(i / request.count), request.between.size() - 1);
      return request.between[way];
    };
    return images_of_points(*run.executor, path, named ? named : of_row);
  } catch (const UserError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw UserError{{{}, request.source + ": " + error.what(), ""}};
  }
}

/// Throws UserError if the generator has not one latent input, whose points `flag` is about.
void require_points(const SavedRun& run, const std::string& flag) {
  const auto& outputs = run.executor->program().function(FunctionRole::sample)->outputs;
  if (std::ranges::find(outputs, "latent", &NamedBuffer::name) == outputs.end())
    throw UserError{{{}, flag + " is for a generator of one latent input", ""}};
}

/// Images of drawn points. Saves the points if --save-latent is given.
GeneratedImages drawn_images(SavedRun& run, const Request& request, const options::variables_map& values) {
  ArrayPoints points;
  const bool saves = values.count("save-latent");
  if (saves) require_points(run, "--save-latent");
  auto images = sample_images(*run.executor, static_cast<std::uint64_t>(run.model.train.seed), request.count,
                              {.points = saves ? &points : nullptr, .class_of = class_of(run, request)});
  if (!saves) return images;
  const std::int64_t shape[] = {points.count, points.size};
  use_given_file([&] { write_array(values["save-latent"].as<std::string>(), shape, points.values); });
  return images;
}

/// The points of the images that `sample` would draw, up to the last one of --between. Returns nothing if the
/// model has mistakes, which are printed.
std::optional<ArrayPoints> drawn_points(const Request& request, const options::variables_map& values,
                                        Terminal& terminal) {
  auto run = open_saved_run(values["RUN"].as<std::string>(), values, terminal, of_generator(drawing_module));
  if (!run) return {};
  require_points(*run, "--between");
  ArrayPoints points;
  sample_images(*run->executor, static_cast<std::uint64_t>(run->model.train.seed),
                *std::ranges::max_element(request.between) + 1, {.points = &points});
  return points;
}

void write(const Request& request, const GeneratedImages& images, const DeclaredData& data) {
  const std::int64_t shape[] = {images.count, images.height, images.width, images.channels};
  if (request.array())
    write_array(request.out, shape, images.values);
  else if (request.single) {
    request.single->make_folder();
    write_single_samples([&](std::int64_t i) { return request.single->path(i); }, images, data.range_low,
                         data.range_high);
  } else
    write_sample_grid(request.out, images, data.range_low, data.range_high,
                      request.between.empty() ? std::nullopt : std::optional(request.count));
}

int run(const options::variables_map& values, Terminal& terminal) {
  Request request = request_of(values);
  if (!request.between.empty() && !request.points) {
    request.points = drawn_points(request, values, terminal);
    if (!request.points) return kBadInput;
  }
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal,
                              of_generator(request.points ? build_generation : drawing_module));
  if (!saved) return kBadInput;
  require_room(*saved->executor, request);
  const auto images =
      request.points ? images_of_given(*saved, request) : drawn_images(*saved, request, values);
  use_given_file([&] { write(request, images, saved->model.data); });
  if (request.single)
    for (std::int64_t i = 0; i < images.count; ++i) terminal.out << request.single->path(i).string() << "\n";
  else
    terminal.out << request.out << "\n";
  return kDone;
}

}  // namespace

extern const Verb sample_verb{
    .name = "sample",
    .summary = "make images with a trained generator",
    .usage =
        "RUN [--count 100 | --latent FILE.npy] [--class CLASS] [--between I,J] [--out "
        "grid.png|FILE.npy|%04d.png] [--checkpoint best|last|N]",
    .details =
        "RUN is a run folder or a checkpoint in one. Of a folder, --checkpoint selects the checkpoint; the\n"
        "last one is the default.\n"
        "The images become one picture. If --out ends in .npy, they become an array of 32-bit floats with\n"
        "the shape (count, height, width, channels), in the range that the model's [data] declares.\n"
        "If it has %d or %04d in it, each image becomes a picture of its own: out/0000.png, out/0001.png.\n"
        "--latent reads an array of 32- or 64-bit floats with the shape (count, size). It may hold, for\n"
        "example, points between two that --save-latent wrote.\n"
        "  sganc sample runs/photos --count 16 --save-latent points.npy\n"
        "  sganc sample runs/photos --latent points.npy --out images.npy\n"
        "  sganc sample runs/photos --count 1000 --out faces/%04d.png\n"
        "--between makes a strip of ten images, or --count, on the way from one latent point to another. "
        "Points\n"
        "are numbered as the images of the same run and seed are, from 0 and row by row, or by --latent.\n"
        "  sganc sample runs/photos --between 3,17,42 --out strip.png\n"
        "  sganc sample runs/digits --class 7 --count 20\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
