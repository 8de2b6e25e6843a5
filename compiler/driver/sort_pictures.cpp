#include "compiler/driver/sort_pictures.h"

#include <algorithm>
#include <stdexcept>

#include "compiler/language/source.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The class's name as that of a folder.
std::string folder_name(std::string name) {
  std::ranges::replace(name, '/', '_');
  return name.empty() || name == "." || name == ".." ? "_" + name : name;
}

/// The path, or with a number if a file has it already.
fs::path free_path(const fs::path& wanted) {
  fs::path path = wanted;
  for (int number = 2; fs::exists(fs::symlink_status(path)); ++number)
    path = wanted.parent_path() /
           (wanted.stem().string() + " (" + std::to_string(number) + ")" + wanted.extension().string());
  return path;
}

}  // namespace

SortedPictures::SortedPictures(const fs::path& folder, std::vector<std::string> classes, double sure,
                               bool links)
    : folder_(folder), sure_(sure), links_(links) {
  std::error_code error;
  if (fs::exists(folder_, error) && (!fs::is_directory(folder_) || !fs::is_empty(folder_, error)))
    throw UserError{
        {{}, "\"" + folder_.string() + "\" holds something already", "name a new folder as --sort"}};
  for (auto& name : classes) places_.push_back(folder_name(std::move(name)));
  places_.emplace_back("unsure");
  counts_.resize(places_.size());
}

void SortedPictures::add(std::span<const std::string> pictures, const Predictions& predictions) {
  const auto known = static_cast<std::ptrdiff_t>(places_.size() - 1);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!fs::is_regular_file(pictures[i]))
      throw UserError{{{}, "--sort is for pictures, and " + pictures[i] + " is an image of an array", ""}};
    const auto row = predictions.probability.begin() +
                     static_cast<std::ptrdiff_t>(i) * static_cast<std::ptrdiff_t>(predictions.classes);
    const auto best = std::max_element(row, row + known);
    place(pictures[i], static_cast<double>(*best) >= sure_ ? static_cast<std::size_t>(best - row)
                                                           : static_cast<std::size_t>(known));
  }
}

void SortedPictures::place(const fs::path& picture, std::size_t place) {
  try {
    const fs::path folder = folder_ / places_[place];
    fs::create_directories(folder);
    const fs::path to = free_path(folder / picture.filename());
    if (links_)
      fs::create_symlink(fs::absolute(picture).lexically_normal(), to);
    else
      fs::copy_file(picture, to);
    ++counts_[place];
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error((error.path2().empty() ? error.path1() : error.path2()).string() +
                             ": cannot be written: " + error.code().message());
  }
}

std::string SortedPictures::text() const {
  std::int64_t all = 0;
  std::string parts;
  for (std::size_t k = 0; k < places_.size(); ++k) {
    all += counts_[k];
    if (counts_[k] > 0) parts += (parts.empty() ? "" : ", ") + places_[k] + " " + std::to_string(counts_[k]);
  }
  return std::to_string(all) + (all == 1 ? " picture" : " pictures") + " in " + folder_.string() + ": " +
         parts;
}

}  // namespace sganc
