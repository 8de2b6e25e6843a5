#pragma once
// What a person sees of a compilation: where its time goes, and what each pass changed.

#include <chrono>
#include <filesystem>
#include <optional>
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
  /// Throws UserError for an unknown pass, and for one that cannot be left out.
  explicit PassReport(const options::variables_map& values);
  PassReport(const PassReport&) = delete;
  PassReport& operator=(const PassReport&) = delete;

  /// Runs of the pipeline that are seen by this.
  PassOptions options();

  /// What `work` gives; its time is that of the stage, which stands above the passes in the table.
  template <class Work>
  auto timed(const std::string& stage, const Work& work) {
    const auto begin = Clock::now();
    auto result = work();
    stages_.push_back({stage, std::chrono::duration<double>(Clock::now() - begin).count()});
    return result;
  }

  /// The kernels are there.
  void built(const LibraryWork& work) { library_ = work; }

  /// The table of times as a message, its last line the time since this was made; the folder with a text for
  /// each change and index.html. Throws std::runtime_error where it cannot be written.
  void write(Terminal& terminal) const;

 private:
  /// One pass over one function.
  struct Run {
    std::string function, pass;  // pass "" for what the pipeline begins with
    std::string text;            // after it; "" where nothing is dumped
    double seconds = 0;
  };
  using Clock = std::chrono::steady_clock;
  struct Stage {
    std::string name;
    double seconds = 0;
  };
  void write_times(Terminal& terminal) const;
  void write_dump(const std::filesystem::path& folder) const;

  PassOptions options_;
  bool times_ = false;
  std::optional<std::filesystem::path> dump_;
  std::vector<Run> runs_;
  const Clock::time_point begin_ = Clock::now();
  std::vector<Stage> stages_;
  std::optional<LibraryWork> library_;
};

}  // namespace sganc
