#include <iomanip>

#include "compiler/driver/places.h"
#include "compiler/driver/verb.h"
#include "compiler/language/source.h"
#include "runtime/data/sources.h"

namespace sganc {
namespace {

void list_sources(const DataPlaces& places, Terminal& terminal) {
  terminal.out << "data folder: " << places.folder.string() << "\n";
  for (const auto& source : known_sources()) {
    std::string found = "found";
    for (const auto& file : source.files)
      if (!find_file(source, file, places)) found = "not here yet: sganc data " + source.name;
    terminal.out << "  " << std::left << std::setw(15) << source.name << found << "\n";
  }
}

void describe(const Dataset& data, Terminal& terminal) {
  terminal.out << data.name << ": " << data.train.count << " training and " << data.test.count
               << " test images of " << data.image_shape[0] << "x" << data.image_shape[1] << "x"
               << data.image_shape[2] << ", " << data.classes << " classes, every digest as expected\n";
  const auto histogram = class_histogram(data.train.labels, data.classes);
  terminal.out << "training images of each class:";
  for (auto n : histogram) terminal.out << " " << n;
  terminal.out << "\n";
}

int run(const options::variables_map& values, Terminal& terminal) {
  const DataPlaces places{.folder = values.count("data") ? values["data"].as<std::string>()
                                                         : default_data_folder().string()};
  if (!values.count("NAME")) {
    list_sources(places, terminal);
    return kDone;
  }
  const auto name = values["NAME"].as<std::string>();
  if (!find_source(name)) {
    std::vector<std::string> known;
    for (const auto& s : known_sources()) known.push_back(s.name);
    throw UserError{{{}, "there is no data set \"" + name + "\"", suggestion(name, known)}};
  }
  describe(load_dataset(name, places, [&](const std::string& line) { terminal.say(line); }), terminal);
  return kDone;
}

}  // namespace

extern const Verb data_verb{
    .name = "data",
    .summary = "list the known data sets, or find, fetch and check one",
    .usage = "[NAME] [--data DIR]",
    .details = "  sganc data mnist   finds MNIST, or downloads it, and checks its digests\n",
    .positional = {"NAME"},
    .required = 0,
    .add_options = [](options::options_description& o) { add_data_option(o); },
    .run = run};

}  // namespace sganc
