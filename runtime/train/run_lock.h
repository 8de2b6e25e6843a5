#pragma once
// A run folder belongs to one process at a time.

#include <filesystem>
#include <vector>

namespace sganc {

class RunLock {
 public:
  /// Creates the folder where it is missing, and locks the file `.lock` in it. The lock ends with this value,
  /// or with the process in whatever way. Throws std::runtime_error that names the process which has the
  /// folder, or says why it cannot be made or written. Where the file system knows no locks it goes without.
  explicit RunLock(const std::filesystem::path& folder);

  /// Throws in the same way where another process has the folder. Changes nothing.
  static void require_free(const std::filesystem::path& folder);

  /// Removes the file, and folders that this has created and that hold no file.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// The name of the file, which is no file of a run.
  static constexpr const char* kFile = ".lock";

 private:
  void create_folders();
  void lock();
  void remove_created() const;

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> created_;  // the outermost first
  int descriptor_ = -1;
};

}  // namespace sganc
