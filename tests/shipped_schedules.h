#pragma once
// The files of schedules/. No schedule may change what is computed. One that does not load fails its own
// tests and no others.

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/implementations/implementation.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

/// Returns their names without the ending.
inline std::vector<std::string> shipped_schedules() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SGANC_SOURCE_DIR "/schedules"))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

/// Throws std::runtime_error with the mistakes if the schedule does not load.
inline Schedule shipped_schedule(const std::string& name) {
  Diagnostics diagnostics;
  auto schedule =
      load_schedule(SGANC_SOURCE_DIR "/schedules/" + name + ".toml", implementation_names(), diagnostics);
  if (schedule) return *schedule;
  std::ostringstream mistakes;
  diagnostics.print(mistakes);
  throw std::runtime_error(mistakes.str());
}

}  // namespace sganc
