#pragma once
// The schedules that `bench` compares: their names on the command line, and their programs.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/compilation.h"

namespace sganc {

/// The elements of --schedules A,B, or else only --schedule. Throws UserError if both are given, if an
/// element is empty, and if a schedule is unknown or named twice.
std::vector<std::string> schedules_of(const options::variables_map& values);

struct Variant {
  std::string schedule;  // its name on the command line
  PlannedModule planned;
  Program program;
  int threads = 1;
  double compile_s = 0;  // from the model file to the program
  double begin_s = 0;    // the age of a process with only this variant when it was compiled
};

struct Variants {
  Model model;
  std::vector<Variant> list;

  /// The functions that run in a training step: the updates, and the averages of the weights.
  std::vector<std::string> functions_of_step() const;
};

/// One program of the model for each schedule. A kernel that several have is compiled once. Prints the user's
/// mistakes and then returns nothing.
std::optional<Variants> compile_variants(const ModelRequest& request,
                                         const std::vector<std::string>& schedules, Terminal& terminal);

}  // namespace sganc
