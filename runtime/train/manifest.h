#pragma once
// SHA256SUMS: what the text files of a run were when the run wrote them, so that none is read that is
// damaged, changed, or of another run. `sha256sum -c SHA256SUMS` reads it too. The model as given, the log
// and the metrics are not in it. Failures are std::runtime_error.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "runtime/train/run_folder.h"

namespace sganc {

class Manifest {
 public:
  /// Of the files that are there.
  static Manifest of(const RunFolder& folder);

  /// As the folder has it; nothing where it has none, as runs of older versions. A damaged one is an error.
  static std::optional<Manifest> read(const RunFolder& folder);

  void write(const RunFolder& folder) const;

  /// Makes sure that each file is there and as the run wrote it, and that there is no other. The error names
  /// the file.
  void require_unchanged(const RunFolder& folder) const;

  /// One digest of those files that a run never changes: labels, classes and data. Its checkpoints tell it.
  std::string run() const;

  /// Another content that a file may have from now on, and what remains once it has it.
  void allow(const std::string& name, std::string_view content);
  void allow_only(const std::string& name, std::string_view content);

  bool operator==(const Manifest&) const = default;

 private:
  std::string lines() const;

  std::map<std::string, std::set<std::string>> digests_;  // of each file by name: any of them
};

/// Replaces a file that the manifest names: whoever reads the folder at any moment finds one that is as the
/// run wrote it.
void rewrite_file(const RunFolder& folder, const std::filesystem::path& file, std::string_view content);

}  // namespace sganc
