#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_data.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/evaluate.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  o.add_options()("split",
                  options::value<std::string>()->default_value("test")->value_name("train|validation|test"),
                  "which images");
  add_run_options(o);
  add_data_option(o);
}

int run(const options::variables_map& values, Terminal& terminal) {
  const std::string split = values["split"].as<std::string>();
  const std::vector<std::string> splits = {"train", "validation", "test"};
  if (std::ranges::find(splits, split) == splits.end())
    throw UserError{{{}, "there is no split \"" + split + "\"", suggestion(split, splits)}};
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal);
  if (!saved) return kBadInput;
  if (saved->model.evaluate.classifier.value.empty())
    throw UserError{{{}, "the model of this run declares no classifier", "name one as evaluate.classifier"}};
  if (split == "validation" && !saved->model.data.validation)
    throw UserError{{{},
                     "there is no split \"validation\": the model of this run holds no images out",
                     "write validation = { per_class = 100 } under [data], and train anew"}};
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  const Dataset data = DataLoading(saved->model, values, saved->threads, terminal).get(progress).dataset;
  require_same_classes(*saved, data);
  const auto checkpoint = Checkpoint::read(saved->checkpoint);
  auto evaluation = evaluate(*saved->executor, data, division_of(*saved, data), split);
  evaluation->record.step = checkpoint.integer("step");
  evaluation->record.epoch = checkpoint.integer("epoch");
  if (terminal.json)
    terminal.out << to_json(evaluation->record) << "\n";
  else
    terminal.out << saved->checkpoint.string() << ": " << evaluation_text(evaluation->record) << "\n";
  return kDone;
}

}  // namespace

extern const Verb eval_verb{
    .name = "eval",
    .summary = "measure a trained classifier on the images of a split",
    .usage = "RUN [--split train|validation|test] [--checkpoint best|last|N]",
    .details =
        "RUN is a run folder, of which --checkpoint says which one is taken (the last), or a\n"
        "checkpoint in one. Images that data.validation holds out are the split validation.\n"
        "  sganc eval runs/mnist-stacked --split test\n"
        "  sganc eval runs/mnist-stacked --checkpoint 12\n"
        "  sganc eval runs/mnist-stacked/checkpoints/epoch_0012.safetensors\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
