#pragma once
// The folder of a run: the paths of its files, and the files that are written at its start. Failures are
// std::runtime_error.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/execute/machine.h"

namespace sganc {

/// The content of env.json: where, when and how a run was started.
struct RunEnvironment {
  Machine machine;
  int threads = 1;
  std::string schedule = {};                    // its name or file
  std::string isa;                              // the target of kernels
  std::map<std::string, std::string> versions;  // versions of sganc and its libraries
  std::uint64_t seed = 0;
  std::chrono::system_clock::time_point started;
  std::vector<std::string> command;  // the program and its arguments
  std::string isa_reason = {};       // why the target has no more instructions
  int ranks = 1;                     // processes that train together
};

/// {"started":"2026-11-23T01:27:36Z","command":["sganc","train"],...} and a newline.
std::string to_json(const RunEnvironment& environment);

/// 2026-11-23T01:27:36Z
std::string utc_text(std::chrono::system_clock::time_point time);

class RunFolder {
 public:
  /// Creates the folder and its folders. It must be absent or empty. With `force` it may also hold a run,
  /// whose files, and no others, are then removed.
  static RunFolder open_new(const std::filesystem::path& path, bool force);

  /// Throws if open_new would refuse the folder. Changes nothing.
  static void require_new(const std::filesystem::path& path, bool force);

  /// Opens a folder in which a run was started.
  static RunFolder open_existing(const std::filesystem::path& path);

  /// Opens a folder whose run can be resumed: it has a state.
  static RunFolder open_to_resume(const std::filesystem::path& path);

  /// The paths of a folder that another rank has opened.
  static RunFolder of_other_rank(const std::filesystem::path& path) { return RunFolder(path); }

  /// Whether the folder holds no files. Folders do not count, nor do the lock and the unfinished files of a
  /// process that was killed before the run started.
  static bool is_empty(const std::filesystem::path& path);

  /// Whether a run was started in the folder: it has a state, or an env.json that sganc wrote.
  static bool holds_run(const std::filesystem::path& path);

  /// Removes unfinished files of killed processes. This process must hold the folder's lock.
  void remove_unfinished() const;

  /// Throws if the folder cannot be written to. Checks by creating and removing a file.
  void require_writable() const;

  void write_model(const std::string& text) const;
  void write_resolved(const std::string& text) const;
  void write_environment(const RunEnvironment& environment) const;
  void write_labels(const std::string& text) const;
  void write_held_out(const std::string& text) const;
  void write_classes(const std::string& text) const;
  void write_data(const std::string& text) const;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path model() const { return path_ / "model.toml"; }
  std::filesystem::path resolved() const { return path_ / "resolved.toml"; }
  std::filesystem::path environment() const { return path_ / "env.json"; }
  std::filesystem::path log() const { return path_ / "log.txt"; }
  std::filesystem::path labels() const { return path_ / "labels.txt"; }
  std::filesystem::path held_out() const { return path_ / "validation.txt"; }
  std::filesystem::path classes() const { return path_ / "classes.txt"; }
  std::filesystem::path data() const { return path_ / "data.json"; }
  std::filesystem::path manifest() const { return path_ / "SHA256SUMS"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path events() const { return path_ / "events.out.tfevents.sganc"; }  // TensorBoard's
  std::filesystem::path report() const { return path_ / "report.html"; }
  std::filesystem::path kernels() const { return path_ / "kernels.so"; }
  std::filesystem::path samples() const { return path_ / "samples"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path last() const { return checkpoints() / "last.safetensors"; }
  std::filesystem::path best() const { return checkpoints() / "best.safetensors"; }
  std::filesystem::path state() const { return checkpoints() / "state.safetensors"; }
  std::filesystem::path epoch_sample(std::int64_t epoch) const;      // samples/epoch_0001.png
  std::filesystem::path epoch_checkpoint(std::int64_t epoch) const;  // checkpoints/epoch_0001.safetensors

  /// The epochs that have a checkpoint, in ascending order.
  std::vector<std::int64_t> epoch_checkpoints() const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void remove_run() const;
  void create_folders() const;

  std::filesystem::path path_;
};

}  // namespace sganc
