#include "runtime/train/sample.h"

#include <algorithm>
#include <cstdio>
#include <regex>

#include "compiler/driver/saved_run.h"
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
                                                          "also write the latent points of the images");
  add_run_options(o);
}

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f GB", bytes / 1e9);
  return text;
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
  std::string source;                   // where the count comes from, for errors: --count 100
  std::optional<ArrayPoints> points;    // of --latent
  std::optional<NumberedFiles> single;  // a picture for each image
  bool array() const { return std::filesystem::path(out).extension() == ".npy"; }
};

/// Reads the options and the given points. Throws UserError.
Request request_of(const options::variables_map& values) {
  Request request{.out = values["out"].as<std::string>(), .count = values["count"].as<long>()};
  if (request.count < 1) throw UserError{{{}, "--count must be at least 1", ""}};
  request.single = NumberedFiles::read(request.out);
  request.source = "--count " + std::to_string(request.count);
  if (!values.count("latent")) return request;
  const auto file = values["latent"].as<std::string>();
  for (const std::string flag : {"count", "seed", "save-latent"})
    if (values.count(flag) && !values[flag].defaulted())
      throw UserError{{{}, "--" + flag + " is for points that are drawn, but --latent gives the points", ""}};
  request.points = use_given_file([&] { return read_array_points(file); });
  request.count = request.points->count;
  request.source = file;
  return request;
}

/// Throws UserError if that many images, or the picture of them, cannot be held in memory or written.
void require_room(const Executor& executor, const Request& request) {
  const auto [grid, numbers, all] = sample_size(executor, request.count);
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

/// Returns a function that throws UserError for a model without a generator, and else builds what `make`
/// builds.
BuildModule of_generator(const BuildModule& make) {
  return [make](const Model& model, Diagnostics& diagnostics) {
    if (model.evaluate.generator.value.empty())
      throw UserError{{{}, "the model of this run declares no generator", "name one as evaluate.generator"}};
    return make(model, diagnostics);
  };
}

/// The images of the given points.
GeneratedImages images_of_given(SavedRun& run, const Request& request) {
  try {
    return images_of_points(*run.executor, *request.points);
  } catch (const std::runtime_error& error) {
    throw UserError{{{}, request.source + ": " + error.what(), ""}};
  }
}

/// Images of drawn points. Saves the points if --save-latent is given.
GeneratedImages drawn_images(SavedRun& run, const Request& request, const options::variables_map& values) {
  ArrayPoints points;
  const bool saves = values.count("save-latent");
  const auto& outputs = run.executor->program().function(FunctionRole::sample)->outputs;
  if (saves && std::ranges::find(outputs, "latent", &NamedBuffer::name) == outputs.end())
    throw UserError{{{}, "--save-latent is for a generator of one latent input", ""}};
  auto images = sample_images(*run.executor, static_cast<std::uint64_t>(run.model.train.seed), request.count,
                              saves ? &points : nullptr);
  if (!saves) return images;
  const std::int64_t shape[] = {points.count, points.size};
  use_given_file([&] { write_array(values["save-latent"].as<std::string>(), shape, points.values); });
  return images;
}

void write(const Request& request, const GeneratedImages& images, const DeclaredData& data) {
  const std::int64_t shape[] = {images.count, images.height, images.width, images.channels};
  if (request.array())
    write_array(request.out, shape, images.values);
  else if (request.single)
    write_single_samples([&](std::int64_t i) { return request.single->path(i); }, images, data.range_low,
                         data.range_high);
  else
    write_sample_grid(request.out, images, data.range_low, data.range_high);
}

int run(const options::variables_map& values, Terminal& terminal) {
  const Request request = request_of(values);
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal,
                              of_generator(request.points ? build_generation : training_module));
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
        "RUN [--count 100 | --latent FILE.npy] [--out grid.png|FILE.npy|%04d.png] [--checkpoint best|last|N]",
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
        "  sganc sample runs/photos --count 1000 --out faces/%04d.png\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
