#include <algorithm>

#include "compiler/driver/load_data.h"
#include "compiler/driver/look_at_images.h"
#include "compiler/driver/places.h"
#include "compiler/driver/starter/model.h"
#include "compiler/language/spelling.h"
#include "runtime/data/npz.h"
#include "runtime/data/stored_array.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("out", value<std::string>()->default_value("model.toml")->value_name("FILE"),
                  "the model file to write")("force", "overwrite an existing file")(
      "size", value<long>()->default_value(64)->value_name("N"),
      "the longest side, in pixels, to which larger pictures are reduced")(
      "recipe", value<std::string>()->default_value("classifier")->value_name("classifier|gan"),
      "a classifier, or a semi-supervised GAN, which also draws images");
  add_label_options(o,
                    "a table (CSV or TSV) with a column of the folder's pictures and one of their classes");
  add_data_option(o);
}

/// The schema's path for the first line of a file, relative if the schema lies beside or below the file.
std::string schema_of(const fs::path& out) {
  const auto schema = schema_file();
  if (!schema) return "sganc.schema.json";
  const auto near = fs::proximate(*schema, fs::absolute(out).parent_path()).string();
  return near.starts_with("..") ? schema->string() : near;
}

ImagesFound look(const options::variables_map& values, const fs::path& out, Terminal& terminal) {
  const auto words = values["FOLDER"].as<std::vector<std::string>>();
  const auto table = label_table(values);
  if (table && !(words.size() == 1 && fs::is_directory(words[0])))
    throw UserError{{{}, "--labels goes with a folder of pictures", "sganc init FOLDER --labels FILE"}};
  if (words.size() > 1) return look_at_arrays(words, out, terminal);
  if (const auto* source = find_source(words[0]))
    return look_at_known(*source, data_places(values), terminal);
  if (fs::is_regular_file(words[0]) && is_npz(words[0])) return look_at_arrays(words, out, terminal);
  if (fs::is_directory(words[0]))
    return look_at_folder(words[0], table, values["size"].as<long>(), out, terminal);
  if (fs::exists(words[0])) {
    use_given_file([&] { return open_array(words[0], ArrayOf::images); });  // fails if it is none
    throw UserError{{{},
                     "\"" + words[0] + "\" is no folder",
                     "for arrays, name the images and their labels: sganc init x.npy y.npy"}};
  }
  std::vector<std::string> known;
  for (const auto& source : known_sources()) known.push_back(source.name);
  throw UserError{
      {{}, "there is no folder and no data set \"" + words[0] + "\"", suggestion(words[0], known)}};
}

bool is_gan(const std::string& recipe) {
  const std::vector<std::string> known = {"classifier", "gan"};
  if (std::ranges::find(known, recipe) == known.end())
    throw UserError{{{}, "there is no recipe \"" + recipe + "\"", suggestion(recipe, known)}};
  return recipe == "gan";
}

std::string what_learns(const StarterChoices& choices) {
  switch (choices.recipe) {
    case Recipe::few_labels:
      return "a classifier that learns from " + std::to_string(choices.labelled) +
             " labels and spreads them over " + std::to_string(choices.drawn) + " images";
    case Recipe::all_labels:
      return "a classifier that learns from " + std::to_string(choices.labelled) + " labels";
    case Recipe::gan:
      break;
  }
  return "a semi-supervised GAN that learns from " + std::to_string(choices.labelled) + " labels and " +
         std::to_string(choices.drawn) + " images";
}

int run(const options::variables_map& values, Terminal& terminal) {
  const std::string out = values["out"].as<std::string>();
  const long size = values["size"].as<long>();
  if (size < 8 || size > 1024) throw UserError{{{}, "--size must lie between 8 and 1024", ""}};
  if (fs::exists(out) && !values.count("force"))
    throw UserError{
        {{}, "\"" + out + "\" is there already", "name another as --out, or write over it with --force"}};
  const bool gan = is_gan(values["recipe"].as<std::string>());
  const ImagesFound found = look(values, out, terminal);
  const StarterChoices choices = choose(found, gan);
  const std::string text = starter_model(found, choices, out, schema_of(out));
  use_given_file([&] { write_file_atomically(out, text); });
  const auto [height, width, channels] = found.shape;
  terminal.say("model: images of " + std::to_string(height) + "x" + std::to_string(width) + "x" +
               std::to_string(channels) + ", " + counted(found.train.size(), "class") + "; " +
               what_learns(choices) + "; what to change and to type next stands in the file");
  terminal.out << out << "\n";
  return kDone;
}

}  // namespace

extern const Verb init_verb{
    .name = "init",
    .summary = "write a first model for images of your own",
    .usage =
        "FOLDER [--labels FILE [--class-column NAME]] | NAME | IMAGES LABELS [TEST_IMAGES TEST_LABELS] "
        "[--recipe gan] [--out "
        "model.toml] [--size "
        "N] [--force]",
    .details =
        "Reads every picture in a folder of pictures (one folder for each class, and\n"
        "unlabeled/), or arrays (.npy, .npz or IDX), or a data set by name. Says on standard error what it\n"
        "found. Writes a model that suits these images and can be trained as it is, and prints the path of\n"
        "the file. It is a classifier that learns from the labels and, if only some images have one, from\n"
        "the others too. --recipe gan writes a semi-supervised GAN.\n"
        "  sganc init photos\n"
        "  sganc init photos --labels photos.csv --class-column breed\n"
        "  sganc init x.npy y.npy --out mine.toml\n"
        "  sganc init mnist.npz\n"
        "  sganc init fashion-mnist --out fashion.toml\n\n"
        "If all pictures have one size, with sides of at most --size pixels, they keep it. Otherwise all "
        "get\n"
        "one size: the median height and width, reduced to at most --size pixels and rounded down to\n"
        "multiples of 4.\n",
    .positional = {"FOLDER"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .repeats = true};

}  // namespace sganc
