// sganc-run: runs a program that `sganc export --to program` wrote. It has neither the compiler nor Halide.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "runtime/execute/fault.h"
#include "runtime/execute/machine.h"
#include "runtime/run/command.h"
#include "runtime/train/state.h"

namespace sganc {

extern const Command classify_command, sample_command, bench_command;

LoadedProgram load_program(const std::string& folder, const options::variables_map& values) {
  LoadedProgram loaded{.exported = read_exported_program(folder), .threads = this_machine().cores};
  if (values.count("threads")) loaded.threads = values["threads"].as<int>();
  if (loaded.threads < 1 || loaded.threads > 1024) throw Misuse("--threads must lie between 1 and 1024", "");
  loaded.executor =
      std::make_unique<Executor>(std::move(loaded.exported.program), loaded.threads, loaded.exported.seed);
  load_weights(weights_of_exported_program(folder), *loaded.executor);
  return loaded;
}

namespace {

enum ExitCode : int { kDone = 0, kFailed = 1, kBadInput = 2 };

const Command* const kCommands[] = {&classify_command, &sample_command, &bench_command};

void print_overview(std::ostream& out) {
  out << "sganc-run runs a program that sganc export RUN --to program --out DIR wrote\n\n"
         "usage: sganc-run COMMAND DIR ...\n\n";
  for (const auto* command : kCommands)
    out << "  " << command->name << std::string(10 - command->name.size(), ' ') << command->summary << '\n';
  out << "\nsganc-run COMMAND --help explains a command.\n";
}

options::variables_map parse(const Command& command, const options::options_description& visible,
                             const std::vector<std::string>& given, std::vector<std::string>& words) try {
  options::options_description all(visible);
  all.add_options()("word", options::value<std::vector<std::string>>());
  options::positional_options_description positional;
  positional.add("word", -1);
  using Style = options::command_line_style::style_t;
  options::variables_map values;
  options::store(options::command_line_parser(given)
                     .options(all)
                     .positional(positional)
                     .style(Style::unix_style & ~Style::allow_guessing)
                     .run(),
                 values);
  options::notify(values);
  if (values.count("word")) words = values["word"].as<std::vector<std::string>>();
  return values;
} catch (const options::error& error) {
  throw Misuse(error.what(), "see sganc-run " + command.name + " --help");
}

int run(const Command& command, const std::vector<std::string>& given) {
  options::options_description visible("options", 100);
  command.add_options(visible);
  visible.add_options()("threads", options::value<int>()->value_name("N"),
                        "number of threads; by default all cores")("help,h", "this page");
  std::vector<std::string> words;
  const auto values = parse(command, visible, given, words);
  if (values.count("help")) {
    std::cout << command.summary << "\n\nusage: sganc-run " << command.name << " " << command.usage << "\n\n"
              << visible;
    return kDone;
  }
  if (words.size() < command.words || (words.size() > command.words && !command.repeats))
    throw Misuse("sganc-run " + command.name + " needs " +
                     (words.empty() ? "the folder of a program" : "other arguments"),
                 "write sganc-run " + command.name + " " + command.usage);
  const int code = command.run(values, words);
  if (!std::cout.flush()) throw std::runtime_error("standard output cannot be written");
  return code;
}

int run(const std::vector<std::string>& words) {
  if (words.empty()) {
    print_overview(std::cerr);
    return kBadInput;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print_overview(std::cout);
    return kDone;
  }
  const auto found =
      std::ranges::find(kCommands, words[0], [](const Command* command) { return command->name; });
  if (found == std::end(kCommands))
    throw Misuse("sganc-run has no command \"" + words[0] + "\"", "it has classify, sample and bench");
  return run(**found, {words.begin() + 1, words.end()});
}

}  // namespace
}  // namespace sganc

/// Starts this program anew with short waits of threads for each other, unless the environment says how they
/// wait. OpenMP's library reads that before main.
static void wait_briefly(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  ::setenv("GOMP_SPINCOUNT", "5000", 1);
  ::execv("/proc/self/exe", argv);  // if it fails, threads wait longer
}

int main(int argc, char** argv) {
  wait_briefly(argv);
  sganc::report_faults();
  try {
    return sganc::run({argv + 1, argv + argc});
  } catch (const sganc::Misuse& error) {
    std::cerr << "error: " << error.what() << '\n';
    if (!error.help.empty()) std::cerr << "help: " << error.help << '\n';
    return sganc::kBadInput;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return sganc::kFailed;
  }
}
