#pragma once
// The schedules that `bench` compares: their names on the command line, and the program that each gives.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/compilation.h"

namespace sganc {

/// The elements of --schedules A,B, else --schedule alone. Throws UserError where both are given, where an
/// element is empty, and where a schedule is unknown or named twice.
std::vector<std::string> schedules_of(const options::variables_map& values);

struct Variant {
  std::string schedule;  // as it was named
  PlannedModule planned;
  Program program;
  int threads = 1;
  double compile_s = 0;  // from the model file to the program
  double begin_s = 0;    // the age of the process when it was done, were this the only variant
};

struct Variants {
  Model model;
  Module module;
  std::vector<Variant> list;

  /// What runs in a training step: the updates, and the averages of the weights.
  std::vector<std::string> functions_of_step() const;
};

/// One program a schedule, of one model; a kernel that several have is compiled once. Mistakes of the user
/// are printed and give nothing.
std::optional<Variants> compile_variants(const ModelRequest& request,
                                         const std::vector<std::string>& schedules, Terminal& terminal);

}  // namespace sganc
