#pragma once
// What a person sees of the passes: their times, and what each changed.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

  /// The table of times as a message; the folder with a text for each change and index.html. Throws
  /// std::runtime_error where it cannot be written.
  void write(Terminal& terminal) const;

 private:
  /// One pass over one function.
  struct Run {
    std::string function, pass;  // pass "" for what the pipeline begins with
    std::string text;            // after it; "" where nothing is dumped
    double seconds = 0;
  };
  void write_times(Terminal& terminal) const;
  void write_dump(const std::filesystem::path& folder) const;

  PassOptions options_;
  bool times_ = false;
  std::optional<std::filesystem::path> dump_;
  std::vector<Run> runs_;
};

}  // namespace sganc
