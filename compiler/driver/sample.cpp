#include "runtime/train/sample.h"

#include <cstdio>

#include "compiler/driver/saved_run.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("count", value<long>()->default_value(100)->value_name("N"), "images")(
      "out", value<std::string>()->default_value("grid.png")->value_name("PNG"), "the picture")(
      "seed", value<long>()->value_name("N"), "seed of the latent points; the run's where not given");
  add_run_options(o);
}

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f GB", bytes / 1e9);
  return text;
}

/// Makes sure that so many images and their picture can be held and written. Throws UserError.
void require_room(const Executor& executor, std::int64_t count) {
  const auto [grid, memory] = sample_size(executor, count);
  const std::string images = "--count " + std::to_string(count);
  if (const auto available = static_cast<double>(available_memory_bytes()); memory > available)
    throw UserError{{{},
                     images + " needs " + gigabytes(memory) + " of memory, of which " + gigabytes(available) +
                         " are available",
                     ""}};
  if (grid > kMostGridBytes)
    throw UserError{{{},
                     images + " makes a picture of " + gigabytes(grid) +
                         ", and PNG files are written up to " + gigabytes(kMostGridBytes),
                     ""}};
}

int run(const options::variables_map& values, Terminal& terminal) {
  const long count = values["count"].as<long>();
  if (count < 1) throw UserError{{{}, "--count must be at least 1", ""}};
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal);
  if (!saved) return kBadInput;
  if (saved->model.evaluate.generator.value.empty())
    throw UserError{{{}, "the model of this run declares no generator", "name one as evaluate.generator"}};
  require_room(*saved->executor, count);
  const auto seed = static_cast<std::uint64_t>(saved->model.train.seed);
  const std::string out = values["out"].as<std::string>();
  const auto& data = saved->model.data;
  const auto images = sample_images(*saved->executor, seed, count);
  use_given_file([&] { write_sample_grid(out, images, data.range_low, data.range_high); });
  terminal.out << out << "\n";
  return kDone;
}

}  // namespace

extern const Verb sample_verb{
    .name = "sample",
    .summary = "draw images from a trained generator",
    .usage = "RUN [--count 100] [--out grid.png] [--checkpoint best|last|N]",
    .details =
        "RUN is a run folder, of which --checkpoint says which one is taken (the last), or a checkpoint in "
        "one.\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
