#include "compiler/driver/confusion.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/measure_run.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  o.add_options()(
      "split",
      options::value<std::string>()->default_value("test")->value_name("train|hidden|validation|test"),
      "the images to measure on")("any-data",
                                  "measure even if the images are not those of the run, with a warning")(
      "data", options::value<std::string>()->value_name("DIR"),
      "where the data are now: the folder of pictures, of arrays, or of data sets");
  o.add_options()("set", options::value<std::vector<std::string>>()->composing()->value_name("KEY=VALUE"),
                  "where the data are now, key by key: data.source.folder=PATH; repeatable");
  o.add_options()("images", options::value<std::string>()->value_name("PATH"),
                  "measure on other labelled images: a folder of pictures, an .npz archive, or an array");
  add_label_options(
      o, "with --images: the labels of an array, or a table of the classes of a folder's pictures");
  add_run_options(o);
}

/// The other images on which to measure, if there are any. Throws UserError.
std::optional<OtherImages> other_images(const options::variables_map& values) {
  if (!values.count("images")) {
    for (const std::string option : {"labels", "file-column", "class-column"})
      if (values.count(option)) throw UserError{{{}, "--" + option + " goes with --images PATH", ""}};
    return {};
  }
  for (const std::string option : {"split", "data", "any-data"})
    if (values.count(option) && !values[option].defaulted())
      throw UserError{{{}, "--" + option + " is about the images of the run, but --images names others", ""}};
  return OtherImages{values["images"].as<std::string>(), label_table(values)};
}

/// Throws UserError for a change of anything but the place of the data.
void require_places(const options::variables_map& values) {
  if (!values.count("set")) return;
  for (const auto& change : values["set"].as<std::vector<std::string>>())
    if (const auto key = change.substr(0, change.find('='));
        key != "data.source" && !key.starts_with("data.source."))
      throw UserError{{{},
                       "--set of eval says where the data are, data.source, and \"" + key +
                           "\" is part of what was trained",
                       "train anew to change it"}};
}

/// A whole number in the checkpoint's metadata.
std::int64_t told(const SavedRun& run, const std::string& key) {
  return use_given_file([&] { return whole_number(run.checkpoint, run.metadata, key); });
}

int run(const options::variables_map& values, Terminal& terminal) {
  const std::string split = values["split"].as<std::string>();
  require_split(split);
  require_places(values);
  const auto other = other_images(values);
  auto saved = open_saved_run(values["RUN"].as<std::string>(), values, terminal, classification_module);
  if (!saved) return kBadInput;
  if (saved->model.evaluate.classifier.value.empty())
    throw UserError{{{}, "the model of this run declares no classifier", "name one as evaluate.classifier"}};
  if (split == "validation" && !saved->model.data.validation)
    throw UserError{{{},
                     "there is no split \"validation\": the model of this run holds no images out",
                     "write validation = { per_class = 100 } under [data], and train anew"}};
  if (values.count("data")) move_source(saved->model.data.source, values["data"].as<std::string>());
  auto [evaluation, class_names, images, labels, probabilities] =
      other ? measure_images(*saved, *other, terminal) : measure_run(*saved, split, values, terminal);
  evaluation.record.step = told(*saved, "step");
  evaluation.record.epoch = told(*saved, "epoch");
  if (terminal.json) {
    auto json = nlohmann::ordered_json::parse(to_json(evaluation.record));
    add_confusion(evaluation, class_names, json);
    terminal.out << json.dump() << "\n";
  } else {
    terminal.out << saved->checkpoint.string() << ": " << evaluation_text(evaluation.record) << "\n\n"
                 << confusion_text(evaluation, class_names);
  }
  return kDone;
}

}  // namespace

extern const Verb eval_verb{
    .name = "eval",
    .summary = "measure a trained classifier on the images of a split",
    .usage =
        "RUN [--split SPLIT] [--checkpoint best|last|N] [--data DIR] [--set data.source.folder=PATH] "
        "[--any-data] [--images PATH]",
    .details =
        "RUN is a run folder or a checkpoint in one. Of a folder, --checkpoint selects the checkpoint; the\n"
        "last one is the default.\n"
        "Prints the accuracy, the recall and precision of each class, and which classes are confused.\n"
        "The split validation has the images that data.validation holds out. The split hidden has the\n"
        "training images whose labels the run does not use.\n"
        "If files of the run are damaged, or the data have changed since the run, eval refuses to measure.\n"
        "Use --data DIR or --set data.source.folder=PATH if the data have moved, and --any-data to measure "
        "on\n"
        "other data.\n"
        "--images measures on other labelled images, whose classes have the same names: a folder of "
        "pictures,\n"
        "an archive .npz, or an array or an unsorted folder with --labels.\n"
        "  sganc eval runs/photos --images camera2/\n"
        "  sganc eval runs/mnist-stacked --split test\n"
        "  sganc eval runs/mnist-stacked --checkpoint 12\n"
        "  sganc eval runs/mnist-stacked/checkpoints/epoch_0012.safetensors\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
