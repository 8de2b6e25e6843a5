#include "runtime/data/folder_search.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "runtime/data/class_names.h"
#include "runtime/data/picture_file.h"
#include "runtime/report/picture.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

bool has_ending(const fs::path& path, std::initializer_list<const char*> endings) {
  const std::string ending = in_small_letters(path.extension().string());
  return std::ranges::find(endings, ending) != endings.end();
}

/// Whether the name is hidden, or that of a folder which a system makes for itself and hides.
bool is_hidden(const fs::path& path) {
  constexpr std::string_view kOfSystems[] = {
      "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found"};
  const auto name = path.filename().string();
  return name.starts_with('.') || std::ranges::find(kOfSystems, name) != std::end(kOfSystems);
}

bool is_folder(const fs::path& path) {
  std::error_code none;
  return fs::is_directory(path, none);
}

/// Whether a training wrote the folder, or has begun to.
bool is_run(const fs::path& folder) {
  std::error_code none;
  if (fs::is_regular_file(folder / kRunLockFile, none)) return true;
  if (!is_folder(folder / "checkpoints")) return false;
  return is_folder(folder / "samples") || fs::is_regular_file(folder / "resolved.toml", none);
}

/// Returns the entries of a folder, sorted. Throws std::runtime_error, with its path, if it cannot be read.
std::vector<fs::path> all_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  try {
    for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error(folder.string() + ": cannot be read: " + error.code().message());
  }
  std::ranges::sort(entries);
  return entries;
}

/// Whether the folder holds run folders, or folders of run folders, and nothing else. An empty folder counts
/// if it is called "runs".
bool holds_runs_alone(const fs::path& folder) {
  std::error_code unreadable;
  bool runs = folder.filename() == "runs";
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    if (is_hidden(entry->path())) continue;
    if (entry->is_symlink(unreadable) || !is_folder(*entry)) return false;
    if (!is_run(*entry) && !holds_runs_alone(*entry)) return false;
    runs = true;
  }
  return runs && !unreadable;
}

/// Whether sganc wrote the entry: a run folder, a folder of runs, or a picture with its mark.
bool is_own(const fs::path& entry) {
  if (is_folder(entry)) return is_run(entry) || holds_runs_alone(entry);
  return has_ending(entry, {".png"}) && fs::is_regular_file(entry) && is_own_picture(entry);
}

}  // namespace

void LeftOut::say(const std::string& what, std::vector<std::string>& lines) const {
  constexpr std::size_t kMost = 3;
  if (names_.empty()) return;
  const auto shown = std::min(names_.size(), kMost);
  std::string text = what + ": ";
  for (std::size_t i = 0; i < shown; ++i)
    text += (i == 0 ? "" : i + 1 == names_.size() ? " and " : ", ") + names_[i];
  if (names_.size() > shown) text += " and " + std::to_string(names_.size() - shown) + " more";
  lines.push_back(std::move(text));
}

FolderSearch::FolderSearch(const fs::path& root, Own own, std::stop_token stop)
    : root_(root), own_(own), stop_(std::move(stop)), above_{fs::canonical(root)} {}

std::string FolderSearch::name_of(const fs::path& entry) const {
  return entry.lexically_relative(root_).string();
}

/// Returns whether the entry is left out. If so, records its name under the reason.
bool FolderSearch::is_left_out(const fs::path& entry) {
  std::error_code none;
  if (is_hidden(entry)) {
    hidden_.add(name_of(entry));
  } else if (!fs::exists(entry, none) && fs::is_symlink(entry, none)) {
    dangling_.add(name_of(entry));
  } else if (own_ == Own::left_out && is_own(entry)) {
    written_.add(name_of(entry));
  } else if (fs::is_symlink(entry, none) && is_folder(entry) &&
             std::ranges::find(above_, fs::canonical(entry)) != above_.end()) {
    circular_.add(name_of(entry));
  } else {
    return false;
  }
  return true;
}

std::vector<fs::path> FolderSearch::entries(const fs::path& folder) {
  auto found = all_entries(folder);
  above_.push_back(fs::canonical(folder));
  std::erase_if(found, [&](const fs::path& entry) { return is_left_out(entry); });
  above_.pop_back();
  return found;
}

void FolderSearch::collect(const fs::path& folder, std::vector<fs::path>& into) {
  above_.push_back(fs::canonical(folder));
  for (const auto& entry : entries(folder)) {
    if (is_folder(entry))
      collect(entry, into);
    else if (is_picture(entry))
      into.push_back(entry);
  }
  above_.pop_back();
}

std::vector<fs::path> FolderSearch::pictures(const fs::path& folder) {
  std::vector<fs::path> found;
  collect(folder, found);
  std::ranges::sort(found);
  return found;
}

bool FolderSearch::is_picture(const fs::path& file) {
  if (stop_.stop_requested()) throw std::runtime_error(file.string() + ": looking for pictures was stopped");
  std::error_code none;
  if (!fs::is_regular_file(file, none)) return false;
  if (has_ending(file, {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".tif", ".tiff", ".bmp"}))
    return true;
  // Formats of cameras and phones: a person takes such a file for a picture.
  if (has_ending(file, {".heic", ".heif", ".avif", ".jxl", ".jp2", ".dng", ".cr2", ".cr3", ".nef", ".arw",
                        ".orf", ".rw2", ".raf", ".pef", ".svg", ".psd"})) {
    foreign_.add(name_of(file));
    return false;
  }
  const bool picture = begins_as_picture(file);
  if (picture && !file.has_extension()) {
    without_ending_.add(name_of(file));
    return true;
  }
  if (picture)
    renamed_.add(name_of(file));
  else
    ++other_files_;
  return false;
}

std::string FolderSearch::foreign_formats() const {
  std::vector<std::string> lines;
  foreign_.say("left out, pictures in a format that is not read (save them as JPEG or PNG)", lines);
  return lines.empty() ? "" : lines[0];
}

std::vector<std::string> FolderSearch::notes() const {
  std::vector<std::string> lines;
  written_.say("left out, since sganc wrote them", lines);
  hidden_.say("left out, since they are hidden", lines);
  dangling_.say("left out, links that lead nowhere", lines);
  circular_.say("left out, links to a folder above them", lines);
  renamed_.say("left out, pictures by their content, but not by their names", lines);
  without_ending_.say("taken for pictures by their content", lines);
  if (const auto text = foreign_formats(); !text.empty()) lines.push_back(text);
  return lines;
}

}  // namespace sganc
