// sganc_damage --flips N --seed S: flips random bytes of random files of a finished run, one at a time, and
// runs the verbs that read runs. Each flip must be noticed with an error that names the file, or make no
// difference. Prints how often each was the case, by file, and exits with 1 if a flip did neither.

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <regex>
#include <set>

#include "tests/damage/trial.h"

namespace {

namespace fs = std::filesystem;
namespace options = boost::program_options;
using namespace sganc::damage;

struct Flip {
  std::string file;
  std::size_t at;
  unsigned char by;
};

/// In half of the flips every byte is equally likely, in the other half every file.
Flip next_flip(const Stage& stage, std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::vector<std::string> files;
  std::size_t total = 0;
  for (const auto& file : stage.files())
    if (const auto size = stage.content(file).size(); size > 0) files.push_back(file), total += size;
  const auto by = static_cast<unsigned char>(1 + below(255));
  if (below(2) == 0) {
    const auto& file = files[below(files.size())];
    return {file, below(stage.content(file).size()), by};
  }
  std::size_t at = below(total);
  for (const auto& file : files) {
    if (at < stage.content(file).size()) return {file, at, by};
    at -= stage.content(file).size();
  }
  throw std::logic_error("no such byte");
}

/// Returns the name of a file without its epoch: the files of all epochs are one kind.
std::string kind_of(const std::string& file) {
  return std::regex_replace(file, std::regex("epoch_[0-9]+"), "epoch_N");
}

using Counts = std::map<Outcome, std::int64_t>;

void print(const std::map<std::string, Counts>& table, const std::map<std::string, std::int64_t>& flips) {
  constexpr Outcome kAll[] = {Outcome::noticed, Outcome::right, Outcome::unnamed,
                              Outcome::wrong,   Outcome::crash, Outcome::hang};
  std::printf("%-34s %7s", "file", "flips");
  for (const auto outcome : kAll) std::printf(" %8s", name_of(outcome));
  std::printf("\n");
  std::int64_t all = 0;
  Counts sums;
  for (const auto& [kind, counts] : table) {
    std::printf("%-34s %7lld", kind.c_str(), static_cast<long long>(flips.at(kind)));
    all += flips.at(kind);
    for (const auto outcome : kAll) {
      const auto found = counts.find(outcome);
      const auto count = found == counts.end() ? 0 : found->second;
      sums[outcome] += count;
      std::printf(" %8lld", static_cast<long long>(count));
    }
    std::printf("\n");
  }
  std::printf("%-34s %7lld", "all", static_cast<long long>(all));
  for (const auto outcome : kAll) std::printf(" %8lld", static_cast<long long>(sums[outcome]));
  std::printf("\n");
}

/// Runs the verbs on one flip and prints what went wrong.
Counts try_flip(const Stage& stage, const Flip& flip, std::map<std::string, Ending>& undamaged) {
  std::string content = stage.content(flip.file);
  content[flip.at] = static_cast<char>(content[flip.at] ^ flip.by);
  stage.damage(flip.file, content);
  Counts counts;
  for (const auto& [verb, ending] : stage.run_verbs(flip.file)) {
    const auto outcome = outcome_of(ending, undamaged.at(verb), flip.file);
    ++counts[outcome];
    if (!is_bad(outcome)) continue;
    std::printf("%s: %s, byte %zu, 0x%02x by 0x%02x: %s\n", name_of(outcome), flip.file.c_str(), flip.at,
                static_cast<unsigned char>(stage.content(flip.file)[flip.at]), flip.by, verb.c_str());
    std::printf("  code %d: %s\n", ending.code, ending.err.substr(0, ending.err.find('\n')).c_str());
  }
  return counts;
}

int run(const options::variables_map& values) {
  const auto seed = values["seed"].as<std::uint64_t>();
  const auto count = values["flips"].as<std::int64_t>();
  const fs::path program = values.count("program") ? fs::absolute(values["program"].as<std::string>()) : "";
  std::string folder = (fs::temp_directory_path() / "sganc-damage-XXXXXX").string();
  if (!::mkdtemp(folder.data())) throw std::runtime_error("no temporary folder");
  const Stage stage(folder, program);

  // What each verb does with the undamaged run, by the file that eval is given.
  std::map<std::string, std::map<std::string, Ending>> undamaged;
  for (const auto& file : stage.files()) {
    const std::string key = file.starts_with("checkpoints/") ? file : "";
    if (undamaged.contains(key)) continue;
    stage.damage("", "");
    undamaged[key] = stage.run_verbs(file);
    for (const auto& [verb, ending] : undamaged[key])
      if (ending.code != 0) throw std::runtime_error(verb + " of the whole run fails: " + ending.err);
  }

  std::mt19937_64 random(seed);
  std::map<std::string, Counts> table;
  std::map<std::string, std::int64_t> flips;
  bool bad = false;
  for (std::int64_t i = 0; i < count; ++i) {
    const Flip flip = next_flip(stage, random);
    const std::string key = flip.file.starts_with("checkpoints/") ? flip.file : "";
    ++flips[kind_of(flip.file)];
    for (const auto& [outcome, n] : try_flip(stage, flip, undamaged.at(key))) {
      table[kind_of(flip.file)][outcome] += n;
      bad = bad || is_bad(outcome);
    }
    if ((i + 1) % 500 == 0) std::fprintf(stderr, "%lld flips\n", static_cast<long long>(i + 1));
  }
  std::printf("%lld flips, seed %llu; each by eval, predict, sample, inspect and train --resume\n",
              static_cast<long long>(count), static_cast<unsigned long long>(seed));
  print(table, flips);
  fs::remove_all(folder);
  return bad ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  options::options_description o("options");
  o.add_options()("flips", options::value<std::int64_t>()->default_value(150), "how many")(
      "seed", options::value<std::uint64_t>()->default_value(1), "of their places")(
      "program", options::value<std::string>(), "another sganc, instead of the code of this build")(
      "help", "this page");
  try {
    options::variables_map values;
    options::store(options::parse_command_line(argc, argv, o), values);
    if (values.count("help")) return std::cout << o << "\n", 0;
    return run(values);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 2;
  }
}
