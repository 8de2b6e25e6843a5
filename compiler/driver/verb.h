#pragma once
// A verb of the command line: its words, its help, and what it does. One file a verb; verbs.cpp lists them.

#include <boost/program_options.hpp>

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/driver/terminal.h"
#include "compiler/language/source.h"

namespace sganc {

namespace options = boost::program_options;

struct Verb {
  std::string name;
  std::string summary;                  // one line, for `sganc --help`
  std::string usage;                    // MODEL [options]
  std::string details;                  // a paragraph and examples, for `sganc VERB --help`
  std::vector<std::string> positional;  // names of the words without a flag
  std::size_t required;                 // how many of them must be there
  void (*add_options)(options::options_description&);
  int (*run)(const options::variables_map&, Terminal&);
  bool repeats = false;  // the last word may be given several times: its value is a vector of strings
  std::vector<std::string> formats = {"text", "json"};  // that --format takes; the first where it is absent
};

std::span<const Verb* const> all_verbs();

/// 0.1.0
std::string version();

/// Parses the words behind the verb and runs it; `--help` prints its page. Gives the exit code.
int run_verb(const Verb& verb, const std::vector<std::string>& words);

/// What `use` gives. It uses a file that the command line names: that it cannot is a mistake of the user.
template <class Use>
auto use_given_file(Use&& use) {
  try {
    return use();
  } catch (const std::runtime_error& e) {
    throw UserError{{{}, e.what(), ""}};
  }
}

// Groups of options that several verbs take.
void add_model_options(options::options_description& o);  // --set --schedule --threads --seed
void add_data_option(options::options_description& o);    // --data

}  // namespace sganc
