// sganc-run sample: images of a program's generator.

#include "runtime/train/sample.h"

#include <iostream>

#include "runtime/run/command.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("count", value<long>()->default_value(100)->value_name("N"), "number of images")(
      "out", value<std::string>()->default_value("grid.png")->value_name("FILE"),
      "the picture to write; FILE.npy writes the images as an array")(
      "seed", value<std::uint64_t>()->value_name("N"), "seed of the latent points; by default the run's")(
      "latent", value<std::string>()->value_name("FILE.npy"),
      "make images from the latent points in this array");
}

GeneratedImages make(const LoadedProgram& program, const options::variables_map& values) {
  const bool given = values.count("latent");
  if (!program.executor->program().function(given ? FunctionRole::generate : FunctionRole::sample))
    throw std::runtime_error(given ? "this program takes no latent points" : "this program has no generator");
  if (given)
    return images_of_points(*program.executor, read_array_points(values["latent"].as<std::string>()));
  const auto seed = values.count("seed") ? values["seed"].as<std::uint64_t>() : program.exported.seed;
  return sample_images(*program.executor, seed, values["count"].as<long>());
}

int run(const options::variables_map& values, const std::vector<std::string>& words) {
  if (values["count"].as<long>() < 1) throw Misuse("--count must be at least 1", "");
  const LoadedProgram program = load_program(words[0], values);
  const GeneratedImages images = make(program, values);
  const auto out = values["out"].as<std::string>();
  const std::int64_t shape[] = {images.count, images.height, images.width, images.channels};
  if (out.ends_with(".npy"))
    write_array(out, shape, images.values);
  else
    write_sample_grid(out, images, program.exported.range_low, program.exported.range_high);
  std::cout << out << '\n';
  return 0;
}

}  // namespace

extern const Command sample_command{
    .name = "sample",
    .summary = "make images",
    .usage = "DIR [--count 100 | --latent FILE.npy] [--seed N] [--out grid.png|FILE.npy] [--threads N]",
    .words = 1,
    .repeats = false,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
