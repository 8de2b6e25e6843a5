#include "compiler/driver/places.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

namespace fs = std::filesystem;

namespace {

fs::path from_environment(const char* variable, const char* below_home) {
  if (const char* value = std::getenv(variable); value && *value) return fs::path(value) / "sganc";
  const char* home = std::getenv("HOME");
  return home && *home ? fs::path(home) / below_home / "sganc" : fs::temp_directory_path() / "sganc";
}

/// build/sganc stands beside schedules/, an installed bin/sganc beside share/sganc/schedules; one that was built
/// elsewhere knows what it was built from.
std::vector<fs::path> schedule_folders() {
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path();
  return {program.parent_path() / "schedules", program.parent_path() / "share/sganc/schedules",
          fs::path(SGANC_CHECKOUT) / "schedules"};
}

}  // namespace

fs::path default_data_folder() {
  if (const char* value = std::getenv("SGANC_DATA"); value && *value) return value;
  return from_environment("XDG_DATA_HOME", ".local/share");
}

fs::path kernel_cache() {
  return from_environment("XDG_CACHE_HOME", ".cache") / "kernels";
}

fs::path schedule_file(const std::string& given) {
  if (fs::is_regular_file(given)) return given;
  std::vector<std::string> known;
  for (const auto& folder : schedule_folders()) {
    if (fs::is_regular_file(folder / (given + ".toml"))) return folder / (given + ".toml");
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none))
      if (entry.path().extension() == ".toml") known.push_back(entry.path().stem());
  }
  std::ranges::sort(known);
  const auto repeated = std::ranges::unique(known);
  known.erase(repeated.begin(), repeated.end());
  std::string looked;
  for (const auto& folder : schedule_folders()) looked += (looked.empty() ? "" : ", ") + folder.string();
  throw UserError{{{},
                   "there is no schedule \"" + given + "\"",
                   known.empty() ? "there are none in " + looked : suggestion(given, known)}};
}

std::optional<fs::path> schema_file() {
  for (const auto& folder : schedule_folders())
    if (auto file = folder.parent_path() / "models/sganc.schema.json"; fs::is_regular_file(file)) return file;
  return {};
}

std::string program_identity() {
  struct stat s {};
  if (stat("/proc/self/exe", &s) != 0) return "unknown";
  return std::to_string(s.st_size) + "." + std::to_string(s.st_mtim.tv_sec) + "." +
         std::to_string(s.st_mtim.tv_nsec);
}

}  // namespace sganc
