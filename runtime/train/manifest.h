#pragma once
// SHA256SUMS: the digests of a run's text files, so that a file that is damaged, changed or of another run is
// noticed. `sha256sum -c SHA256SUMS` can check them too. model.toml, log.txt, metrics.jsonl, the event file
// and the report are not in it, nor are kernels.so and the checkpoints, which carry their own digests.
// Failures are std::runtime_error.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "runtime/train/run_folder.h"

namespace sganc {

class Manifest {
 public:
  /// The manifest of the present files in the folder.
  static Manifest of(const RunFolder& folder);

  /// Reads the folder's manifest. Returns nothing if it has none, as in runs of older versions. Throws for a
  /// damaged one.
  static std::optional<Manifest> read(const RunFolder& folder);

  void write(const RunFolder& folder) const;

  /// Throws, with its name, for a file that is missing, that is not as the run wrote it, or that is not
  /// listed.
  void require_unchanged(const RunFolder& folder) const;

  /// One digest of the files that a run never changes: labels, classes and data. Checkpoints carry it.
  std::string run() const;

  /// `allow` permits one more content for a file; `allow_only` permits only this content.
  void allow(const std::string& name, std::string_view content);
  void allow_only(const std::string& name, std::string_view content);

  bool operator==(const Manifest&) const = default;

 private:
  std::string lines() const;

  std::map<std::string, std::set<std::string>> digests_;  // the permitted digests of each file, by name
};

/// Replaces a file that the manifest names. At every moment the file in the folder is one that the manifest
/// permits.
void rewrite_file(const RunFolder& folder, const std::filesystem::path& file, std::string_view content);

}  // namespace sganc
