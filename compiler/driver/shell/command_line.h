#pragma once
// What a person can type after `sganc`: the verbs, their options and arguments, and what completes each word.
// The manual page and the completions of the shells are made from this alone.

#include <string>
#include <vector>

#include "compiler/driver/verb.h"

namespace sganc {

/// What can stand in the place of a word.
struct Completion {
  std::vector<std::string> words = {};    // one of these; one that ends in "=" goes on with a value
  std::vector<std::string> endings = {};  // or a file whose name ends so; "" is for any file
  bool folder = false;                    // or a folder
  bool run = false;                       // or a run folder, or a checkpoint in it
  bool operator==(const Completion&) const = default;
};

struct TypedOption {
  std::string name;      // --quiet
  std::string letter;    // -q, or ""
  std::string value;     // NAME|FILE, or "" for an option without a value
  std::string fallback;  // the value if the option is not given, or ""
  std::string description;
  bool repeats = false;
  Completion completion = {};  // of the value
  bool operator==(const TypedOption&) const = default;
};

struct TypedArgument {
  std::string name;  // MODEL
  Completion completion = {};
};

struct TypedVerb {
  const Verb* verb;
  std::vector<TypedOption> options;
  std::vector<TypedArgument> arguments;  // the last one repeats if the verb says so
};

/// All verbs. `schedules` are the names that --schedule takes.
std::vector<TypedVerb> command_line(const std::vector<std::string>& schedules);

}  // namespace sganc
