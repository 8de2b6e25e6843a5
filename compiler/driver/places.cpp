#include "compiler/driver/places.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "compiler/language/source.h"
#include "runtime/execute/machine.h"
#include "runtime/system/descriptor.h"
#include "runtime/system/digest.h"
#include "runtime/system/files.h"
#include "runtime/system/folders.h"

namespace sganc {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMostMegabytes = 1'000'000'000;

/// The value of an environment variable, or "" if it is not set.
std::string environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

/// The folder "sganc" under the one that the variable names, or else under `below_home` in the home folder.
/// "" without a home folder.
fs::path from_environment(const char* variable, const char* below_home) {
  if (const auto value = environment(variable); !value.empty()) return fs::path(value) / "sganc";
  const std::string home = environment("HOME");
  return home.empty() ? fs::path() : fs::path(home) / below_home / "sganc";
}

/// The folders of schedules: beside the build folder, in the source folder to which the build folder has a
/// link, or, at last, under share if the program is installed. Models lie beside them.
std::vector<fs::path> schedule_folders() {
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path();
  return {program.parent_path() / "schedules", program / "source/schedules",
          program / SGANC_SHARE "/schedules"};
}

/// Writes a new key into the folder, unless another process has done so meanwhile.
void make_key(const fs::path& folder) {
  fs::create_directories(folder);
  std::string name = folder / ".unfinished-XXXXXX", key(kDigestBytes, '\0');
  if (::getentropy(key.data(), key.size()) != 0) return;
  const Descriptor file(::mkostemp(name.data(), O_CLOEXEC));  // which only this user can read
  if (file.is_open() && file.write_all(key) && ::fsync(file.number()) == 0) [[maybe_unused]]
    const int there_already = ::link(name.c_str(), (folder / "key").c_str());
  if (file.is_open()) ::unlink(name.c_str());
}

}  // namespace

fs::path default_data_folder() {
  if (const auto value = environment("SGANC_DATA"); !value.empty()) return value;
  const fs::path found = from_environment("XDG_DATA_HOME", ".local/share");
  return found.empty() ? fs::current_path() / "sganc-data" : found;
}

fs::path kernel_cache() {
  const fs::path found = from_environment("XDG_CACHE_HOME", ".cache");
  return found.empty() ? found : found / "kernels";
}

std::int64_t kernel_cache_limit() {
  const std::string text = environment("SGANC_CACHE_MB");
  if (text.empty()) return LibraryOptions{}.most_bytes;
  std::int64_t megabytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), megabytes);
  if (error != std::errc() || end != text.data() + text.size() || megabytes < 0 || megabytes > kMostMegabytes)
    throw UserError{{{},
                     "the environment variable SGANC_CACHE_MB cannot be \"" + text + "\"",
                     "write a number of megabytes, as in SGANC_CACHE_MB=1000"}};
  return megabytes * 1'000'000;
}

LibraryOptions library_options() {
  LibraryOptions options{.cache = kernel_cache()};
  options.threads = static_cast<std::size_t>(this_machine().cores);
  options.most_bytes = kernel_cache_limit();
  if (why_not_kept(options.cache).empty()) return options;
  static const TemporaryFolder folder(  // kept until the process ends, as programs are loaded from it
      temporary_place(), "sganc-kernels-", "no folder for compiled kernels can be made");
  options.private_folder = folder.path();
  return options;
}

std::string user_key() {
  const fs::path folder = from_environment("XDG_STATE_HOME", ".local/state");
  if (folder.empty()) return {};
  try {
    if (!fs::exists(folder / "key")) make_key(folder);
    const std::string key = read_file(folder / "key");
    return key.size() == kDigestBytes ? key : "";
  } catch (const std::exception&) {
    return {};
  }
}

fs::path schedule_file(const std::string& given) {
  if (fs::is_regular_file(given)) return given;
  for (const auto& folder : schedule_folders())
    if (fs::is_regular_file(folder / (given + ".toml"))) return folder / (given + ".toml");
  throw UserError{{{}, "there is no schedule \"" + given + "\"", suggestion(given, schedule_names())}};
}

std::vector<std::string> schedule_names() {
  std::set<std::string> names;  // a build folder in its source finds each twice
  for (const auto& folder : schedule_folders()) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none))
      if (entry.path().extension() == ".toml") names.insert(entry.path().stem());
  }
  return {names.begin(), names.end()};
}

std::optional<fs::path> models_folder() {
  for (const auto& folder : schedule_folders())
    if (auto models = folder.parent_path() / "models"; fs::is_directory(models))
      return fs::canonical(models);  // not by way of a build folder's link
  return {};
}

std::string called_program() {
  const auto folders = schedule_folders();
  const auto found =
      std::ranges::find_if(folders, [](const fs::path& folder) { return fs::is_directory(folder); });
  return found == folders.end() - 1 ? "sganc" : "./sganc";
}

std::optional<fs::path> schema_file() {
  const auto models = models_folder();
  if (models && fs::is_regular_file(*models / "sganc.schema.json")) return *models / "sganc.schema.json";
  return {};
}

}  // namespace sganc
