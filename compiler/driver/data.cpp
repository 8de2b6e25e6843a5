#include <iomanip>

#include "compiler/driver/load_folder.h"
#include "compiler/driver/places.h"
#include "compiler/language/spelling.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void list_sources(const DataPlaces& places, Terminal& terminal) {
  terminal.out << "data folder: " << places.folder.string() << "\n";
  for (const auto& source : known_sources()) {
    std::string found = "found";
    for (const auto& file : source.files)
      if (!find_file(source, file, places))
        found =
            "not here yet: sganc data " + source.name + (can_be_fetched(source) ? "" : " says how to get it");
    terminal.out << "  " << std::left << std::setw(15) << source.name << found << "\n";
  }
  terminal.out << R"(your own images, under [data] of a model:
  source = { folder = "photos" }                   photos/CLASS/*.jpg, photos/unlabeled/*;
                                                   sganc data photos looks at them
  source = { images = "x.npy", labels = "y.npy" }  arrays, or images = "mnist.npz"
)";
}

void describe(const DataSource& source, const Dataset& data, Terminal& terminal) {
  const bool digests = !source.files.front().digest.empty();
  terminal.out << data.name << ": " << data.train.count << " training and " << data.test.count
               << " test images of " << data.image_shape[0] << "x" << data.image_shape[1] << "x"
               << data.image_shape[2] << ", " << data.classes << " classes, every "
               << (digests ? "digest" : "size") << " as expected\n";
  terminal.out << "training images of each class:";
  for (auto n : class_histogram(data.train.labels, data.classes)) terminal.out << " " << n;
  terminal.out << "\n";
}

/// The name of the folder in a table of [data]: its own name, quoted.
std::string spelled(const fs::path& folder) {
  return toml_string((folder.has_filename() ? folder : folder.parent_path()).string());
}

/// Counts the pictures of a folder, whose classes a table may say, and reads each of them.
void describe_folder(const fs::path& path, const std::optional<LabelTable>& table, Terminal& terminal) {
  const ImageFolder folder = use_given_file([&] { return list_image_folder(path, table); });
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  LoadProgress done;
  const auto check = [&] {
    return load_image_folder(folder, {.shape = {1, 1, 3}}, this_machine().cores, done);
  };
  const FolderImages found =
      use_folder([&] { return show_loading(std::async(std::launch::async, check), done, progress); });
  const Dataset& data = found.dataset;
  terminal.out << data.name << ": " << data.train.count << " training and " << data.test.count
               << " test images, " << counted(folder.classes.size(), "class") << ", every picture readable\n";
  const auto train = class_histogram(data.train.labels, data.classes),
             test = class_histogram(data.test.labels, data.classes);
  for (std::size_t c = 0; c < train.size(); ++c) {
    terminal.out << "  " << data.class_names[c] << ": " << train[c];
    if (data.test.count > 0) terminal.out << " and " << test[c];
    terminal.out << "\n";
  }
  if (const auto count = data.train.unlabelled(); count > 0)
    terminal.out << "  without a label: " << count << "\n";
  if (!data.validation.empty())
    terminal.out << "  of the training images, held out for validation: " << data.validation.size() << "\n";
  if (found.transparent > 0) terminal.out << "  with transparent parts: " << found.transparent << "\n";
  if (found.dim > 0) terminal.out << "  " << dim_text(found.dim) << "\n";
  if (folder.other_files > 0)
    terminal.out << "  files that are no pictures, left out: " << folder.other_files << "\n";
  for (const auto& note : folder.notes) terminal.out << "  " << note << "\n";
  terminal.out << "under [data] of a model: source = { folder = " << spelled(path)
               << (table ? ", " + table_keys(*table, toml_string(table->file.string())) : "") << " }\n";
}

void add_options(options::options_description& o) {
  add_label_options(o,
                    "a table (CSV or TSV) with a column of the folder's pictures and one of their classes");
  add_data_option(o);
}

int run(const options::variables_map& values, Terminal& terminal) {
  const DataPlaces places = data_places(values);
  const auto table = label_table(values);
  if (table && !(values.count("NAME") && fs::is_directory(values["NAME"].as<std::string>())))
    throw UserError{{{}, "--labels goes with a folder of pictures", "sganc data FOLDER --labels FILE"}};
  if (!values.count("NAME")) {
    list_sources(places, terminal);
    return kDone;
  }
  const auto name = values["NAME"].as<std::string>();
  if (const auto* source = find_source(name)) {
    describe(*source, load_dataset(*source, places, [&](const std::string& line) { terminal.say(line); }),
             terminal);
  } else if (fs::is_directory(name)) {
    describe_folder(name, table, terminal);
  } else {
    std::vector<std::string> known;
    for (const auto& s : known_sources()) known.push_back(s.name);
    if (fs::is_regular_file(name))
      throw UserError{
          {{},
           "\"" + name + "\" is a file, and this looks at data sets and folders of pictures",
           "sganc init looks at arrays: " + called_program() + " init x.npy y.npy, or init mnist.npz"}};
    throw UserError{{{}, "there is no data set \"" + name + "\"", suggestion(name, known)}};
  }
  return kDone;
}

}  // namespace

extern const Verb data_verb{
    .name = "data",
    .summary = "list the known data sets, or find, fetch and check one",
    .usage = "[NAME|FOLDER [--labels FILE [--class-column NAME]]] [--data DIR]",
    .details =
        "  sganc data mnist    finds or downloads MNIST, and checks its digests\n"
        "  sganc data photos   reads and counts the pictures in a folder\n"
        "  sganc data photos --labels photos.csv\n"
        "                      the same, and a table says the class of each; --class-column breed names its "
        "column\n",
    .positional = {"NAME"},
    .required = 0,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
