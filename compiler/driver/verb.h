#pragma once
// A verb of the command line: its arguments, its help, and what it does. Each verb has a file; verbs.cpp
// lists them.

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
  std::vector<std::string> positional;  // names of the arguments that are not options
  std::size_t required;                 // how many of them are required
  void (*add_options)(options::options_description&);
  int (*run)(const options::variables_map&, Terminal&);
  bool repeats = false;  // the last argument may be repeated; its value is a vector of strings
  std::vector<std::string> formats = {"text", "json"};  // values of --format; the first is the default
  bool on_ranks = false;  // whether several processes that mpirun or srun started can share its work
};

std::span<const Verb* const> all_verbs();

/// 0.1.0
std::string version();

/// All options of a verb, in the order of its page.
options::options_description options_of(const Verb& verb);

/// Parses the arguments of a verb and runs it, or prints its page for `--help`. Returns the exit code.
int run_verb(const Verb& verb, const std::vector<std::string>& words);

/// Returns the result of `use`, which reads or writes a file that the command line names, or a model at
/// `where`. Its std::runtime_error becomes a UserError.
template <class Use>
auto use_given_file(Use&& use, const Location& where = {}) {
  try {
    return use();
  } catch (const std::runtime_error& e) {
    throw UserError{{where, e.what(), ""}};
  }
}

// Groups of options that several verbs take.
void add_model_options(options::options_description& o);  // --set --schedule --threads --seed
void add_data_option(options::options_description& o);    // --data

}  // namespace sganc
