#pragma once
// The built program as a person runs it: a child process in a folder of its own; what it prints, how it ends.

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/data_folder.h"

namespace sganc::testing {

struct Ending {
  int code = 0;  // the exit code, or minus the signal that ended it
  std::string out, err;
};

/// A child process whose outputs go to files. Unless wait() was called, the destructor kills it and waits.
class RunningProgram {
 public:
  RunningProgram(pid_t pid, std::filesystem::path out, std::filesystem::path err);
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  ~RunningProgram();

  void send(int signal) const;
  pid_t pid() const { return pid_; }
  std::string errors() const;  // so far
  bool is_running() const;
  Ending wait();

  /// Waits until the text file has `count` lines. The test fails if the program ends before.
  void wait_for_lines(const std::filesystem::path& file, std::ptrdiff_t count) const;

  /// Waits in the same way until `text` is among its errors.
  void wait_for_error(const std::string& text) const;

 private:
  pid_t pid_;
  bool waited_ = false;
  std::filesystem::path out_, err_;
};

/// A folder for one test in which the program runs, so that paths in its messages are short. It holds
/// small.toml, a model that trains in milliseconds. Compiled kernels are kept beside the built program, for
/// all tests.
class ProgramTest : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  ProgramTest();

  /// Runs `sganc WORDS` to its end, or starts it.
  Ending sganc(const Words& words);
  RunningProgram start(const Words& words);

  /// Starts another program with the same folder, environment and outputs.
  RunningProgram start_other(const Words& words);

  /// Runs `sganc WORDS` to its end with a terminal as standard error.
  Ending sganc_on_terminal(const Words& words);

  /// Trains small.toml into `out` with one thread and `more` words. The test fails if that fails.
  Ending train(const std::string& out, const Words& more = {});

  /// Returns the words that train small.toml into `out` with one thread, and `more`.
  static Words training(const std::string& out, const Words& more = {});

  /// Writes `name`: small.toml with every `from` replaced by `to`.
  void write_variant(const std::string& name, const std::string& from, const std::string& to) const;

  std::string content(const std::string& file) const { return content_of(folder / file); }
  bool exists(const std::string& file) const { return std::filesystem::exists(folder / file); }

  /// Returns the records of a file of JSON lines.
  std::vector<nlohmann::ordered_json> records(const std::string& file) const;

  RunningProgram start(const Words& words, const std::filesystem::path& err);
  RunningProgram start_program(const Words& words, const std::filesystem::path& err);

  TestFolder folder;
  std::map<std::string, std::string> environment;  // what the child gets besides the inherited variables
};

/// Fails unless the program ended with `code`, printed nothing and said exactly `message`.
void expect_error(const Ending& ending, int code, const std::string& message);

std::vector<std::string> lines_of(const std::string& text);

}  // namespace sganc::testing
