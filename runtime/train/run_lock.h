#pragma once
// The lock of a run folder, which only one process at a time can write to.

#include <filesystem>
#include <vector>

namespace sganc {

class RunLock {
 public:
  /// Creates the folder if it is missing, and locks the file `.lock` in it. The lock ends with this object,
  /// or when the process ends for any reason. Throws std::runtime_error, which names the process that holds
  /// the folder, or says why the folder cannot be made or written. Does without a lock if the file system has
  /// none.
  explicit RunLock(const std::filesystem::path& folder);

  /// Throws in the same way if another process holds the folder. Changes nothing.
  static void require_free(const std::filesystem::path& folder);

  /// Removes the lock file, and the folders that this object has created if they hold no file.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  void create_folders();
  void lock();
  void remove_created() const;

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> created_;  // outermost first
  int descriptor_ = -1;
};

}  // namespace sganc
