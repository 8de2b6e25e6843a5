// sganc: declares, compiles and trains semi-supervised GANs. `sganc VERB --help` explains each verb.

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "compiler/driver/places.h"
#include "compiler/driver/shell_word.h"
#include "compiler/driver/verb.h"
#include "compiler/language/source.h"
#include "runtime/execute/fault.h"

namespace {

/// A model to begin with: as the working folder sees it, or where this program was installed.
std::string first_model() {
  const std::filesystem::path here = "models/mnist_stacked.toml";
  const auto models = sganc::models_folder();
  if (!models || std::filesystem::exists(here)) return here;
  return sganc::shell_word((*models / here.filename()).string());
}

void print_overview(std::ostream& out) {
  out << "sganc compiles semi-supervised GANs declared in TOML and trains them on the CPU\n\n"
         "usage: sganc VERB ...\n\n";
  for (const auto* verb : sganc::all_verbs())
    out << "  " << verb->name << std::string(10 - verb->name.size(), ' ') << verb->summary << '\n';
  out << "\nsganc VERB --help explains a verb; sganc --version names this version.\n"
         "Begin with: sganc train "
      << first_model()
      << "\n"
         "or, with images of your own: sganc init FOLDER\n";
}

}  // namespace

int main(int argc, char** argv) {
  // If a parent made this program ignore SIGCHLD, it would not learn how its children ended.
  std::signal(SIGCHLD, SIG_DFL);
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) {
    print_overview(std::cerr);
    return sganc::kBadInput;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print_overview(std::cout);
    return sganc::kDone;
  }
  if (words[0] == "--version") {
    std::cout << "sganc " << sganc::version() << "\n";
    return sganc::kDone;
  }
  std::vector<std::string> names;
  for (const auto* verb : sganc::all_verbs()) {
    if (verb->name == words[0]) {
      sganc::report_faults();
      return sganc::run_verb(*verb, {words.begin() + 1, words.end()});
    }
    names.push_back(verb->name);
  }
  const sganc::Terminal terminal;
  terminal.error("sganc has no verb \"" + words[0] + "\"", sganc::suggestion(words[0], names));
  return sganc::kBadInput;
}
