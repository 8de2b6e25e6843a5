#include "runtime/data/each_once.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "runtime/data/folder_search.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& folder, const std::string& what) {
  throw std::runtime_error(folder.string() + ": " + what);
}

bool is_learned(const FolderPicture& picture) {
  return !picture.validation && picture.label != kUnlabelled;
}

std::set<std::int32_t> learned_classes(const ImageFolder& found) {
  std::set<std::int32_t> classes;
  for (const auto& picture : found.train)
    if (is_learned(picture)) classes.insert(picture.label);
  return classes;
}

/// The pictures in the order in which one of several paths is chosen.
std::vector<FolderPicture*> by_precedence(ImageFolder& found) {
  std::vector<FolderPicture*> ordered;
  for (auto& picture : found.test) ordered.push_back(&picture);
  const auto add = [&](const auto& is_wanted) {
    for (auto& picture : found.train)
      if (is_wanted(picture)) ordered.push_back(&picture);
  };
  add([](const FolderPicture& p) { return p.validation; });
  add(is_learned);
  add([](const FolderPicture& p) { return !p.validation && p.label == kUnlabelled; });
  return ordered;
}

}  // namespace

std::vector<std::size_t> same_files(std::span<const fs::path> paths) {
  std::map<std::pair<dev_t, ino_t>, std::size_t> first;
  std::vector<std::size_t> same(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    struct stat file {};
    // What cannot be found any more is an error when it is read.
    same[i] = ::stat(paths[i].c_str(), &file) == 0
                  ? first.emplace(std::pair(file.st_dev, file.st_ino), i).first->second
                  : i;
  }
  return same;
}

void take_each_once(ImageFolder& found, const fs::path& folder) {
  const auto ordered = by_precedence(found);
  std::vector<fs::path> paths;
  for (const auto* picture : ordered) paths.push_back(picture->path);
  const auto same = same_files(paths);
  const auto part_of = [&](std::size_t i) {
    return i < found.test.size() ? 2 : ordered[i]->validation ? 1 : 0;
  };
  std::vector<std::pair<std::size_t, std::size_t>> again;  // the place of the path that counts, and another
  for (std::size_t i = 0; i < ordered.size(); ++i)
    if (same[i] != i) again.emplace_back(same[i], i);
  std::ranges::sort(again);
  LeftOut twice, of_parts, of_classes;
  for (const auto& [first, i] : again) {
    const bool classes_differ =
        ordered[i]->label != kUnlabelled && ordered[i]->label != ordered[first]->label;
    LeftOut& kind = classes_differ ? of_classes : part_of(first) != part_of(i) ? of_parts : twice;
    kind.add(paths[first].lexically_relative(folder).string() + " (also " +
             paths[i].lexically_relative(folder).string() + ")");
  }
  std::vector<std::string> wrong;
  of_classes.say("a picture can have one class, but some lie in two", wrong);
  if (!wrong.empty()) fail(folder, wrong[0]);
  twice.say("pictures that several paths lead to, taken once", found.notes);
  of_parts.say("pictures of several parts, which are not learned from", found.notes);

  const auto classes = learned_classes(found);
  for (const auto& [first, i] : again) ordered[i]->path.clear();
  const auto is_taken_already = [](const FolderPicture& picture) { return picture.path.empty(); };
  std::erase_if(found.train, is_taken_already);
  std::erase_if(found.test, is_taken_already);
  const auto left = learned_classes(found);
  for (const auto label : classes)
    if (!left.contains(label))
      fail(folder, "every training image of the class \"" +
                       found.classes.at(static_cast<std::size_t>(label)) +
                       "\" is also a test or validation image");
}

}  // namespace sganc
