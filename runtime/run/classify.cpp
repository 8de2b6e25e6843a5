// sganc-run classify: the rows of `sganc predict`, by a program in a folder.

#include <unistd.h>

#include <iostream>

#include "runtime/deploy/image_blocks.h"
#include "runtime/run/command.h"
#include "runtime/run/prediction_options.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  add_prediction_options(o);
  o.add_options()("format", options::value<std::string>()->default_value("csv")->value_name("csv|json"),
                  "format of results");
}

PredictionColumns columns_of(const LoadedProgram& program, const Predictor& predictor,
                             const options::variables_map& values) {
  const auto format = values["format"].as<std::string>();
  if (format != "csv" && format != "json")
    throw Misuse("--format cannot be \"" + format + "\"", "expected one of \"csv\", \"json\"");
  if (values.count("logits") && !predictor.has_logits())
    throw Misuse("there are no logits: the classifier does not end in a softmax", "");
  return columns_of(values, predictor, program.exported.classes, format == "json");
}

int run(const options::variables_map& values, const std::vector<std::string>& words) {
  const auto files = list_image_files({words.begin() + 1, words.end()});
  const LoadedProgram program = load_program(words[0], values);
  if (!program.executor->program().function(FunctionRole::predict))
    throw std::runtime_error(words[0] + ": this program classifies nothing");
  Predictor predict(*program.executor);
  const auto columns = columns_of(program, predict, values);
  const std::string file = values.count("out") ? values["out"].as<std::string>() : "";
  std::string rows = prediction_header(columns);
  const Messages messages{.say = [](const std::string& text) { std::cerr << text << '\n'; },
                          .error = [](const std::string& text) { std::cerr << "error: " << text << '\n'; }};
  const auto style =
      file.empty() && ::isatty(STDOUT_FILENO) ? ProgressStyle::silent : ProgressStyle::automatic;
  const auto read = for_each_block(
      {files, program.exported.pictures, program.threads, program.exported.arrays}, predict.batch(), style,
      "classified", messages, [&](const ImageBlock& block) {
        const auto predictions = predict(block.pixels, static_cast<std::int64_t>(block.names.size()));
        rows += prediction_rows(columns, block.names, predictions);
        if (file.empty()) std::cout << std::exchange(rows, "") << std::flush;
      });
  if (!file.empty()) write_file_atomically(file, rows);
  if (read.refused == 0) return 0;
  messages.say(refused_text(read));
  return 1;
}

}  // namespace

extern const Command classify_command{.name = "classify",
                                      .summary = "classify pictures",
                                      .usage =
                                          "DIR PATH... [--out FILE] [--probabilities] [--logits] "
                                          "[--format csv|json] [--threads N]",
                                      .words = 2,
                                      .repeats = true,
                                      .add_options = add_options,
                                      .run = run};

}  // namespace sganc
