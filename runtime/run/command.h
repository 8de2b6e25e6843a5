#pragma once
// A command of sganc-run: its arguments, its help, and what it does. Each command has a file; main.cpp lists
// them.

#include <boost/program_options.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/deploy/exported_program.h"
#include "runtime/execute/executor.h"

namespace sganc {

namespace options = boost::program_options;

struct Command {
  std::string name;
  std::string summary;  // one line
  std::string usage;    // DIR PATH... [options]
  std::size_t words;    // how many arguments it needs at least, with DIR
  bool repeats;         // whether there may be more
  void (*add_options)(options::options_description&);
  int (*run)(const options::variables_map&, const std::vector<std::string>& words);
};

/// A mistake of the command line, with what to do about it.
struct Misuse : std::runtime_error {
  Misuse(const std::string& what, std::string cure) : std::runtime_error(what), help(std::move(cure)) {}
  std::string help;
};

/// A program in a folder with its weights, ready to run.
struct LoadedProgram {
  ExportedProgram exported;  // without `program`, which the executor has
  std::unique_ptr<Executor> executor;
  int threads = 1;
};

/// Reads the folder, for as many threads as --threads says, or else all cores.
LoadedProgram load_program(const std::string& folder, const options::variables_map& values);

}  // namespace sganc
