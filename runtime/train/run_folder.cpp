#include "runtime/train/run_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "runtime/report/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kFiles = {"model.toml",    "resolved.toml", "env.json",
                                                    "log.txt",       "labels.txt",    "validation.txt",
                                                    "metrics.jsonl", "report.html",   "classes.txt"};

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
  throw std::runtime_error("the run folder \"" + path.string() + "\" " + what);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// epoch_0001.png, for an `ending` of ".png".
bool is_of_an_epoch(std::string_view name, std::string_view ending) {
  if (!name.starts_with("epoch_") || !name.ends_with(ending)) return false;
  return is_number(name.substr(6, name.size() - 6 - ending.size()));
}

bool is_sample(std::string_view name) {
  return is_of_an_epoch(name, ".png");
}

bool is_checkpoint(std::string_view name) {
  return is_of_an_epoch(name, ".safetensors") || name == "last.safetensors" || name == "best.safetensors" ||
         name == "state.safetensors";
}

bool is_run_file(std::string_view name) {
  return std::ranges::find(kFiles, name) != kFiles.end();
}

/// The name under which write_file_atomically keeps `.NAME.unfinished-123`, else the name itself.
std::string_view finished_name(std::string_view name) {
  const auto mark = name.rfind(".unfinished-");
  if (!name.starts_with('.') || mark == 0 || mark == std::string_view::npos) return name;
  return is_number(name.substr(mark + 12)) ? name.substr(1, mark - 1) : name;
}

/// Removes the files of a folder that are a run's; the folder itself where nothing else is left and it is one
/// that a run makes.
void remove_files(const fs::path& folder, bool (*of_a_run)(std::string_view), bool with_folder) {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (!entry.is_directory() && of_a_run(finished_name(entry.path().filename().string())))
      found.push_back(entry.path());
  for (const auto& file : found) fs::remove(file);
  if (with_folder && !fs::is_symlink(folder) && fs::is_empty(folder)) fs::remove(folder);
}

std::string numbered(std::int64_t epoch, const char* ending) {
  char name[64];
  std::snprintf(name, sizeof name, "epoch_%04lld%s", static_cast<long long>(epoch), ending);
  return name;
}

std::string utc_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

std::string to_json(const RunEnvironment& environment) {
  const auto& machine = environment.machine;
  const nlohmann::ordered_json json = {
      {"started", utc_text(environment.started)},
      {"command", environment.command},
      {"seed", environment.seed},
      {"threads", environment.threads},
      {"isa", environment.isa},
      {"isa_reason", environment.isa_reason},
      {"processor", machine.processor.name},
      {"instructions", machine.processor.instructions},
      {"cores", machine.cores},
      {"onednn", machine.onednn},
      {"versions", environment.versions},
  };
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

namespace {

/// Folders alone, as an attempt leaves them that ended before the run began, count as nothing.
bool holds_files(const fs::path& folder) {
  return std::ranges::any_of(fs::recursive_directory_iterator(folder),
                             [](const auto& entry) { return !entry.is_directory(); });
}

}  // namespace

RunFolder RunFolder::open_new(const fs::path& path, bool force) {
  const RunFolder folder(path);
  try {
    if (fs::exists(path) && !fs::is_directory(path)) refuse(path, "is a file: give another --out");
    if (fs::exists(path) && holds_files(path)) {
      if (!force)
        refuse(path, "is not empty: give --resume to go on with it, --force to begin anew, or another --out");
      folder.require_writable();
      folder.remove_run();
    }
    folder.create_folders();
  } catch (const fs::filesystem_error& error) {
    refuse(path, "cannot be made: " + error.code().message());
  }
  folder.require_writable();
  return folder;
}

RunFolder RunFolder::open_existing(const fs::path& path) {
  std::error_code none;
  if (!fs::exists(path, none)) refuse(path, "does not exist");
  if (!fs::is_directory(path, none)) refuse(path, "is a file");
  RunFolder folder(path);
  if (!fs::exists(folder.model(), none)) refuse(path, "holds no run: it has no model.toml");
  return folder;
}

void RunFolder::remove_run() const {
  remove_files(path_, is_run_file, false);
  remove_files(samples(), is_sample, true);
  remove_files(checkpoints(), is_checkpoint, true);
}

void RunFolder::create_folders() const {
  fs::create_directories(path_);
  fs::create_directories(samples());
  fs::create_directories(checkpoints());
}

void RunFolder::require_writable() const {
  try {
    create_folders();
  } catch (const fs::filesystem_error& error) {
    refuse(path_, "cannot be written: " + error.code().message());
  }
  for (const auto& folder : {path_, samples(), checkpoints()}) {
    const auto probe = folder / ".writable";
    const int descriptor = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) refuse(path_, "cannot be written: " + std::generic_category().message(errno));
    ::close(descriptor);
    ::unlink(probe.c_str());
  }
}

void RunFolder::write_model(const std::string& text) const {
  write_file_atomically(model(), text);
}

void RunFolder::write_resolved(const std::string& text) const {
  write_file_atomically(resolved(), text);
}

void RunFolder::write_environment(const RunEnvironment& value) const {
  write_file_atomically(environment(), to_json(value));
}

void RunFolder::write_labels(const std::string& text) const {
  write_file_atomically(labels(), text);
}

void RunFolder::write_held_out(const std::string& text) const {
  write_file_atomically(held_out(), text);
}

void RunFolder::write_classes(const std::string& text) const {
  write_file_atomically(classes(), text);
}

fs::path RunFolder::epoch_sample(std::int64_t epoch) const {
  return samples() / numbered(epoch, ".png");
}

fs::path RunFolder::epoch_checkpoint(std::int64_t epoch) const {
  return checkpoints() / numbered(epoch, ".safetensors");
}

}  // namespace sganc
