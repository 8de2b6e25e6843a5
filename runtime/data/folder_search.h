#pragma once
// The search for pictures in folders: what is one, what is left out, and what is said about it.

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace sganc {

/// Remembers names of one kind of thing that was left out, each relative to the folder that is searched.
class LeftOut {
 public:
  void add(std::string name) { names_.push_back(std::move(name)); }
  /// `WHAT: a, b and 3 more`; nothing where there are none.
  void say(const std::string& what, std::vector<std::string>& lines) const;

 private:
  std::vector<std::string> names_;
};

/// Failures are std::runtime_error with the path of the folder that cannot be read.
class FolderSearch {
 public:
  /// What this program wrote: runs, and pictures with its mark. A folder that the user names to be classified
  /// may hold pictures that were sampled.
  enum class Own { left_out, taken };

  /// A search whose end `stop` asks for fails too.
  explicit FolderSearch(const std::filesystem::path& root, Own own, std::stop_token stop = {});

  /// What lies in a folder by name, without what is left out.
  std::vector<std::filesystem::path> entries(const std::filesystem::path& folder);

  /// The pictures in a folder and those below it, by path.
  std::vector<std::filesystem::path> pictures(const std::filesystem::path& folder);

  /// Whether the file is a picture by its name; counts it where it is not.
  bool is_picture(const std::filesystem::path& file);

  std::int64_t other_files() const { return other_files_; }

  /// What was left out, a line for each kind.
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
  LeftOut written_, hidden_, dangling_, circular_;
};

}  // namespace sganc
