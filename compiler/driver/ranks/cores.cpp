#include "compiler/driver/ranks/cores.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "runtime/execute/allowance.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

struct Place {
  std::string machine;
  int usable = 1;          // cores, by affinity and quota
  std::vector<int> cores;  // their numbers, by affinity
};

Place place_of(const std::string& word) {
  std::istringstream text(word);
  Place place;
  text >> place.machine >> place.usable;
  for (int core = 0; text >> core;) place.cores.push_back(core);
  return place;
}

/// The identity of the running system: containers on a machine share it, and two machines never do.
std::string boot() {
  try {
    const auto text = read_file("/proc/sys/kernel/random/boot_id");
    return text.substr(0, text.find('\n'));
  } catch (const std::runtime_error&) {
    return "unknown";
  }
}

}  // namespace

std::string cores_word() {
  std::string word = boot() + " " + std::to_string(usable_cores().usable());
  for (const int core : allowed_cores()) word += " " + std::to_string(core);
  return word;
}

int threads_of_each(const std::vector<std::string>& words) {
  std::vector<Place> places;
  std::map<std::pair<std::string, int>, int> users;  // of a machine's core
  std::map<std::string, int> ranks;                  // on a machine
  for (const auto& word : words) {
    places.push_back(place_of(word));
    ++ranks[places.back().machine];
    for (const int core : places.back().cores) ++users[{places.back().machine, core}];
  }
  double least = 1e6;
  for (const auto& place : places) {
    double share = 0;
    for (const int core : place.cores) share += 1.0 / users[{place.machine, core}];
    const bool quota = place.usable < static_cast<int>(place.cores.size());
    least = std::min(least, quota ? std::min(share, 1.0 * place.usable / ranks[place.machine]) : share);
  }
  return std::max(1, static_cast<int>(least + 1e-6));
}

int machines_of(const std::vector<std::string>& words) {
  std::set<std::string> machines;
  for (const auto& word : words) machines.insert(place_of(word).machine);
  return static_cast<int>(machines.size());
}

}  // namespace sganc
