#include "compiler/language/sections.h"

#include <stdexcept>

namespace sganc {

std::vector<KindKeys> model_sections() {
  using Numbers = std::vector<double>;
  using Texts = std::vector<std::string>;
  return {
      {"",
       {text("name", "the model's name, which also names its run folder"),
        text("extends", "a model file, relative to this one, that this file changes").may_be_absent()},
       "the file itself; tables: data, input, net, optimizer, update, train, evaluate"},
      {"data",
       {text("source", "the data set").one_of({"mnist", "fashion-mnist"}).defaulting(std::string("mnist")),
        numbers("range", "what the bytes 0 and 255 of a pixel become")
            .of_length(2)
            .defaulting(Numbers{-1, 1})},
       "where images and labels come from; a table: labels"},
      {"data.labels",
       {integer("per_class", "labelled images of each class; all others are used without their labels")
            .from(1)
            .defaulting(std::int64_t{10})},
       "which labels may be used"},
      {"input.image",
       {integers("image", "height, width, channels").of_length(3).from(1)},
       "an image that a net takes"},
      {"input.latent",
       {integer("size", "how many numbers").from(1),
        text("distribution", "normal: mean 0, deviation 1; uniform: from -1 to 1")
            .one_of({"normal", "uniform"})
            .defaulting(std::string("normal"))},
       "a random vector that a net takes"},
      {"net",
       {text("of", "the input or net that this net is a function of")},
       "[net.NAME]: layers, a list of tables, each with its kind, a name where it needs one, and the kind's "
       "keys"},
      {"update",
       {text("name", "names the update in metrics and overrides"),
        text("minimize", "the expression to be minimized"),
        texts("train", "the nets whose parameters change"), text("optimizer", "the optimizer, by its name")},
       "[[update]], in the order in which they run each step; draw, a table: variable = \"SOURCE COUNT\""},
      {"train",
       {integer("epochs", "how many epochs").from(1).defaulting(std::int64_t{20}),
        integer("steps_per_epoch", "how many rounds of all updates make an epoch")
            .from(1)
            .defaulting(std::int64_t{600}),
        number("checkpoint_minutes", "minutes between checkpoints within an epoch")
            .greater_than(0)
            .defaulting(5.0),
        integer("seed", "of all random numbers").from(0).defaulting(std::int64_t{0})},
       "how long and from which seed"},
      {"evaluate",
       {text("classifier", "the net whose accuracy is measured (default: the net \"classifier\")")
            .may_be_absent(),
        text("generator", "the net that draws the samples (default: the net \"generator\")").may_be_absent(),
        texts("splits", "the images that accuracy is measured on")
            .one_of({"train", "test"})
            .defaulting(Texts{"train"})},
       "after every epoch"},
  };
}

std::vector<Key> section_keys(const std::string& name) {
  for (auto& section : model_sections())
    if (section.name == name) return section.keys;
  throw std::logic_error("section_keys: no section " + name);
}

std::vector<std::string> alternatives(const std::string& path) {
  if (path == "data.labels" || path == "data.validation")
    return {"per_class", "total", "fraction", "file", "all"};
  return {};
}

}  // namespace sganc
