#pragma once
// What the program does with a run, each verb in a process of its own, and how that compares with what it
// does with the same run undamaged.

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

/// Everything but: an error that names the file, or the same results.
bool is_bad(Outcome outcome);

Outcome outcome_of(const Ending& ending, const Ending& undamaged, const std::string& file);

/// The folder in which verbs run: it holds model.toml, x.npy, y.npy and `run`.
class Stage {
 public:
  /// Writes model and data and trains the run. `program` is run where it is given, else the verbs of this
  /// one. Throws std::runtime_error.
  Stage(std::filesystem::path folder, std::filesystem::path program);

  /// The paths of the files of the run, in it.
  const std::vector<std::string>& files() const { return files_; }
  const std::string& content(const std::string& file) const { return content_.at(file); }

  /// Puts the run as it was, with one file of it as given.
  void damage(const std::string& file, const std::string& content) const;

  /// Runs each verb that reads runs; the last one changes it. `file`: a checkpoint is evaluated itself.
  std::map<std::string, Ending> run_verbs(const std::string& file) const;

 private:
  Ending run(const std::vector<std::string>& words) const;

  std::filesystem::path folder_, program_;
  std::vector<std::string> files_;
  std::map<std::string, std::string> content_;
};

}  // namespace sganc::damage
