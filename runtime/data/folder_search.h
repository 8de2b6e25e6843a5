#pragma once
// Searches folders for pictures, leaves out other things, and reports what it left out.

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace sganc {

/// The lock file of a run folder, which a process creates before any other file in it. A folder with this
/// file holds no data.
inline constexpr const char* kRunLockFile = ".lock";

/// The names of things of one kind that were left out, relative to the searched folder.
class LeftOut {
 public:
  void add(std::string name) { names_.push_back(std::move(name)); }
  /// Adds the line `WHAT: a, b and 3 more`, or nothing if there are none.
  void say(const std::string& what, std::vector<std::string>& lines) const;

 private:
  std::vector<std::string> names_;
};

/// Searches a folder and those below it. Throws std::runtime_error, with its path, for a folder that cannot
/// be read.
class FolderSearch {
 public:
  /// Whether to leave out what sganc wrote: run folders, and pictures with its mark. A search for pictures to
  /// classify takes the pictures, since the user may have sampled them.
  enum class Own { left_out, taken };

  /// A search also fails if `stop` is requested.
  explicit FolderSearch(const std::filesystem::path& root, Own own, std::stop_token stop = {});

  /// The entries of a folder, sorted by name, without those that are left out.
  std::vector<std::filesystem::path> entries(const std::filesystem::path& folder);

  /// The pictures in a folder and those below it, by path.
  std::vector<std::filesystem::path> pictures(const std::filesystem::path& folder);

  /// Whether the file is a picture: by its name or, if that has no ending, by its content. Counts other
  /// files. A file with another ending may be a copy that a program made, as x.jpg_original.
  bool is_picture(const std::filesystem::path& file);

  std::int64_t other_files() const { return other_files_; }

  /// A message about pictures in formats that are not read, such as HEIC; "" if there are none.
  std::string foreign_formats() const;

  /// Messages about what was left out, one for each kind.
  std::vector<std::string> notes() const;

 private:
  bool is_left_out(const std::filesystem::path& entry);
  void collect(const std::filesystem::path& folder, std::vector<std::filesystem::path>& into);
  std::string name_of(const std::filesystem::path& entry) const;

  std::filesystem::path root_;
  Own own_;
  std::stop_token stop_;
  std::vector<std::filesystem::path> above_;  // the folders that are being searched, canonical
  std::int64_t other_files_ = 0;
  LeftOut written_, hidden_, dangling_, circular_, foreign_, renamed_, without_ending_;
};

}  // namespace sganc
