#pragma once
// Reports a compilation: where its time goes, and what each pass changed.

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/codegen/library.h"
#include "compiler/driver/verb.h"
#include "compiler/passes/pass.h"

namespace sganc {

/// --time-passes --dump-passes --disable-pass --stop-after --verify
void add_pass_options(options::options_description& o);

class PassReport {
 public:
  /// Throws UserError for an unknown pass, and for one that cannot be disabled.
  explicit PassReport(const options::variables_map& values);
  PassReport(const PassReport&) = delete;
  PassReport& operator=(const PassReport&) = delete;

  /// Options that report every run of the pipeline to this object.
  PassOptions options();

  /// Returns the result of `work`, and records its time under `part`, above the passes in the table.
  template <class Work>
  auto timed(const std::string& part, const Work& work) {
    const auto begin = Clock::now();
    auto result = work();
    parts_.push_back({part, std::chrono::duration<double>(Clock::now() - begin).count()});
    return result;
  }

  /// Forgets the passes over all functions but these.
  void keep(const std::set<std::string>& functions);

  /// Records how the kernels were compiled.
  void built(const LibraryWork& work) { library_ = work; }

  /// Prints the table of times, whose last line is the time since construction, and writes the folder with a
  /// text for each change and index.html. Throws std::runtime_error if the folder cannot be written.
  void write(Terminal& terminal) const;

 private:
  /// One function after one pass.
  struct Snapshot {
    std::string function, pass;  // pass is "" for the input of the pipeline
    std::string text;            // after the pass; "" without --dump-passes
    double seconds = 0;
  };
  using Clock = std::chrono::steady_clock;
  struct Part {
    std::string name;
    double seconds = 0;
  };
  void write_times(Terminal& terminal) const;
  void write_dump(const std::filesystem::path& folder) const;

  PassOptions options_;
  bool times_ = false;
  std::optional<std::filesystem::path> dump_;
  std::vector<Snapshot> snapshots_;
  const Clock::time_point begin_ = Clock::now();
  std::vector<Part> parts_;
  std::optional<LibraryWork> library_;
};

}  // namespace sganc
