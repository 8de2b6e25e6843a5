#include "runtime/train/sample.h"

#include "compiler/driver/saved_run.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("count", value<long>()->default_value(100)->value_name("N"), "images")(
      "out", value<std::string>()->default_value("grid.png")->value_name("PNG"), "the picture")(
      "seed", value<long>()->value_name("N"), "seed of the latent points; the run's where not given");
  add_run_options(o);
}

int run(const options::variables_map& values, Terminal& terminal) {
  const long count = values["count"].as<long>();
  if (count < 1 || count > 100000) throw UserError{{{}, "--count must lie between 1 and 100000", ""}};
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal);
  if (!saved) return kBadInput;
  if (saved->model.evaluate.generator.value.empty())
    throw UserError{{{}, "the model of this run declares no generator", "name one as evaluate.generator"}};
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
    .usage = "RUN [--count 100] [--out grid.png]",
    .details = "RUN is a run folder (its last checkpoint is taken) or a checkpoint in one.\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
