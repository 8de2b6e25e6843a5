#pragma once
// Runs each verb on a run, in a process of its own, and compares that with what the verb does on the same
// run undamaged.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sganc::damage {

/// What a verb left behind: how it ended, what it printed, and the content of files that it wrote.
struct Ending {
  int code = 0;  // the exit code, or minus the signal that ended it
  std::string out, err;
  std::map<std::string, std::string> files;
};

enum class Outcome { noticed, right, unnamed, wrong, crash, hang };

const char* name_of(Outcome outcome);

/// Returns false for an error that names the file and for the same results, true for everything else.
bool is_bad(Outcome outcome);

Outcome outcome_of(const Ending& ending, const Ending& undamaged, const std::string& file);

/// The folder in which verbs run: it holds model.toml, x.npy, y.npy and `run`.
class Stage {
 public:
  /// Writes the model and its data, and trains the run. Verbs are those of `program` if it is given, else
  /// those of this program. Throws std::runtime_error.
  Stage(std::filesystem::path folder, std::filesystem::path program);

  /// The paths of the run's files, relative to the run.
  const std::vector<std::string>& files() const { return files_; }
  const std::string& content(const std::string& file) const { return content_.at(file); }

  /// Restores the run, but with `content` in one of its files.
  void damage(const std::string& file, const std::string& content) const;

  /// Runs each verb that reads runs; the last one changes the run. If `file` is a checkpoint, eval reads it
  /// instead of the run.
  std::map<std::string, Ending> run_verbs(const std::string& file) const;

 private:
  Ending run(const std::vector<std::string>& words) const;

  std::filesystem::path folder_, program_;
  std::vector<std::string> files_;
  std::map<std::string, std::string> content_;
};

}  // namespace sganc::damage
