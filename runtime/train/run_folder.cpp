#include "runtime/train/run_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "runtime/data/folder_search.h"
#include "runtime/system/files.h"
#include "runtime/train/run_lock.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The names of the files in a run folder. The last one is removed last: as long as it is there, the folder
/// holds a run.
constexpr std::array<std::string_view, 13> kFiles = {
    "SHA256SUMS",     "model.toml",    "resolved.toml",
    "log.txt",        "labels.txt",    "classes.txt",
    "validation.txt", "metrics.jsonl", "events.out.tfevents.sganc",
    "report.html",    "data.json",     "kernels.so",
    "env.json"};

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
  throw std::runtime_error("the run folder \"" + path.string() + "\" " + what);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Whether the name is of the form epoch_0001.png, for an `ending` of ".png".
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

bool is_file_of_a_run(std::string_view name) {
  return is_run_file(name) || is_sample(name) || is_checkpoint(name);
}

/// Returns NAME for `.NAME.unfinished-123`, the temporary file of write_file_atomically, else the name
/// itself.
std::string_view finished_name(std::string_view name) {
  const auto mark = name.rfind(".unfinished-");
  if (!name.starts_with('.') || mark == 0 || mark == std::string_view::npos) return name;
  return is_number(name.substr(mark + 12)) ? name.substr(1, mark - 1) : name;
}

bool is_unfinished(std::string_view name) {
  const auto finished = finished_name(name);
  return finished != name && is_file_of_a_run(finished);
}

/// Removes the files of a folder whose names `of_a_run` accepts. With `with_folder` also removes the folder,
/// if it is then empty and no link.
void remove_files(const fs::path& folder, bool (*of_a_run)(std::string_view), bool with_folder) {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (!entry.is_directory() && of_a_run(finished_name(entry.path().filename().string())))
      found.push_back(entry.path());
  std::ranges::stable_partition(found, [](const auto& file) { return file.filename() != kFiles.back(); });
  for (const auto& file : found) fs::remove(file);
  if (with_folder && !fs::is_symlink(folder) && fs::is_empty(folder)) fs::remove(folder);
}

std::string numbered(std::int64_t epoch, const char* ending) {
  char name[64];
  std::snprintf(name, sizeof name, "epoch_%04lld%s", static_cast<long long>(epoch), ending);
  return name;
}

/// Whether the file is the env.json of a run: it says which version of sganc wrote it.
bool is_environment(const fs::path& file) {
  std::ifstream stream(file);
  const auto json = nlohmann::json::parse(stream, nullptr, false);
  return json.is_object() && json.contains("command") && json.contains("versions") &&
         json["versions"].is_object() && json["versions"].contains("sganc");
}

/// Whether the file is the state of a run: its metadata, which come first, say so.
bool is_state(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string beginning(1 << 14, '\0');
  stream.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(stream.gcount()));
  return beginning.find("\"holds\":\"state\"") != std::string::npos;
}

}  // namespace

std::string utc_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string to_json(const RunEnvironment& environment) {
  const auto& machine = environment.machine;
  nlohmann::ordered_json json = {
      {"started", utc_text(environment.started)},
      {"command", environment.command},
      {"seed", environment.seed},
      {"threads", environment.threads},
      {"schedule", environment.schedule},
      {"isa", environment.isa},
      {"isa_reason", environment.isa_reason},
      {"processor", machine.processor.name},
      {"instructions", machine.processor.instructions},
      {"cores", machine.cores},
      {"onednn", machine.onednn},
      {"versions", environment.versions},
  };
  if (environment.ranks > 1) json["ranks"] = environment.ranks;
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool RunFolder::is_empty(const fs::path& path) {
  return std::ranges::none_of(fs::recursive_directory_iterator(path), [](const auto& entry) {
    const std::string name = entry.path().filename().string();
    return !entry.is_directory() && name != kRunLockFile && !is_unfinished(name);
  });
}

bool RunFolder::holds_run(const fs::path& path) {
  const RunFolder folder(path);
  return is_state(folder.state()) || is_environment(folder.environment());
}

void RunFolder::require_new(const fs::path& path, bool force) {
  try {
    if (!fs::exists(path)) return;
    if (!fs::is_directory(path)) refuse(path, "is a file: give another --out");
    if (is_empty(path)) return;
    if (!holds_run(path))
      refuse(path,
             force
                 ? "is not empty and holds no run, and --force replaces nothing but a run: give another --out"
                 : "is not empty and holds no run: give another --out");
    if (!force)
      refuse(path, "is not empty: give --resume to go on with it, --force to begin anew, or another --out");
  } catch (const fs::filesystem_error& error) {
    refuse(path, "cannot be made: " + error.code().message());
  }
}

RunFolder RunFolder::open_new(const fs::path& path, bool force) {
  require_new(path, force);
  const RunFolder folder(path);
  try {
    if (fs::exists(path)) {
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

RunFolder RunFolder::open_to_resume(const fs::path& path) {
  std::error_code none;
  if (!fs::exists(path, none)) refuse(path, "does not exist");
  if (!fs::is_directory(path, none)) refuse(path, "is a file");
  if (!holds_run(path)) refuse(path, "holds no run");
  RunFolder folder(path);
  if (fs::exists(folder.state(), none)) return folder;
  const bool weights = fs::exists(folder.last(), none);
  throw std::runtime_error(
      "the run in \"" + path.string() + "\" cannot go on: there is no " + folder.state().string() +
      "; give --force to begin anew" +
      (weights ? ", or --init " + path.string() + " with another --out to begin with its last weights" : ""));
}

/// Removes the state first, so that nobody resumes a part of a run, and env.json last: see kFiles.
void RunFolder::remove_run() const {
  fs::remove(state());
  remove_files(samples(), is_sample, true);
  remove_files(checkpoints(), is_checkpoint, true);
  remove_files(path_, is_run_file, false);
}

void RunFolder::remove_unfinished() const {
  std::error_code ignored;
  for (const auto& folder : {path_, samples(), checkpoints()})
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      if (is_unfinished(entry.path().filename().string())) fs::remove(entry.path(), ignored);
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

void RunFolder::write_data(const std::string& text) const {
  write_file_atomically(data(), text);
}

fs::path RunFolder::epoch_sample(std::int64_t epoch) const {
  return samples() / numbered(epoch, ".png");
}

fs::path RunFolder::epoch_checkpoint(std::int64_t epoch) const {
  return checkpoints() / numbered(epoch, ".safetensors");
}

std::vector<std::int64_t> RunFolder::epoch_checkpoints() const {
  constexpr std::size_t kMostDigits = 18;
  std::vector<std::int64_t> epochs;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(checkpoints(), none))
    if (const auto name = entry.path().stem().string();
        is_of_an_epoch(entry.path().filename().string(), ".safetensors") && name.size() < 6 + kMostDigits)
      epochs.push_back(std::stoll(name.substr(6)));
  std::ranges::sort(epochs);
  return epochs;
}

}  // namespace sganc
