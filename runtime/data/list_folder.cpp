// Finds the pictures of a folder and their classes.

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>

#include "runtime/data/class_names.h"
#include "runtime/data/each_once.h"
#include "runtime/data/folder_search.h"
#include "runtime/data/image_folder.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// The folder's name in lower case.
std::string lower_name(const fs::path& folder) {
  return in_small_letters(folder.filename().string());
}

/// Whether the folder's name says that its pictures have no label.
bool is_unlabelled(const fs::path& folder) {
  const std::string name = lower_name(folder);
  return name == "unlabeled" || name == "unlabelled" || name == "unsup";
}

/// Names of the folder of validation images.
const std::vector<std::string> kValidation = {"validation", "valid", "val"};

/// Throws std::runtime_error for a name with a control character, since classes.txt has one name per line.
void require_name(const fs::path& folder) {
  const auto name = folder.filename().string();
  if (std::ranges::any_of(name, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    fail(folder.parent_path(), "the name of a class has a control character");
}

/// Lists one folder.
class Listing {
 public:
  Listing(const fs::path& folder, const std::optional<LabelTable>& labels, const std::stop_token& stop)
      : folder_(folder), table_(labels), search_(folder, FolderSearch::Own::left_out, stop) {
    found_.name = fs::canonical(folder).filename().string();
  }

  ImageFolder list() {
    const auto train = part({"train", "training"}, "the training images"),
               test = part({"test", "testing"}, "the test images");
    beside_train_ = train.has_value();
    // Without training images beside it, "valid" may well be a class.
    const auto validation = train ? part(kValidation, "the validation images") : std::nullopt;
    if (table_)
      list_by_table(test, validation);
    else
      list_by_folders(train, test, validation);
    found_.other_files = search_.other_files() - (table_ && lies_in_folder(table_->file) ? 1 : 0);
    for (auto& note : search_.notes()) found_.notes.push_back(std::move(note));
    empty_.say("classes without a picture, left out", found_.notes);
    take_each_once(found_, folder_);
    return std::move(found_);
  }

 private:
  using Part = std::optional<fs::path>;

  [[noreturn]] void fail_empty() const {
    const auto foreign = search_.foreign_formats();
    fail(folder_, "holds no pictures" + (foreign.empty() ? "" : "; " + foreign));
  }

  void list_by_folders(const Part& train, const Part& test, const Part& validation) {
    std::set<fs::path> others;
    if (validation) others.insert(*validation);
    if (test) others.insert(*test);
    if (train) {
      list_train(*train, {});
      others.insert(*train);
      const auto name = train->filename().string();
      for (const auto& c : class_folders(folder_, others, rest_)) {
        const auto inside = search_.entries(c);
        if (!inside.empty() && fs::is_directory(inside[0]))
          fail(c, "holds folders and lies beside \"" + name +
                      "\": if its images are to be measured, call it \"validation\" or \"test\"");
        fail(c, "lies beside \"" + name +
                    "\", in which the folders of classes are expected: move it there; if \"" + name +
                    "\" is a class, rename it, for example to \"" + name + "_\", since the name is reserved");
      }
    } else {
      list_train(folder_, others);
    }
    found_.train.insert(found_.train.end(), rest_.begin(), rest_.end());
    if (found_.train.empty()) fail_empty();
    if (validation) {
      const auto before = found_.train.size();
      list_part(*validation, found_.train);
      for (auto& picture : std::span(found_.train).subspan(before)) picture.validation = true;
    }
    if (test) list_part(*test, found_.test);
  }

  void list_by_table(const Part& test, const Part& validation) {
    std::vector<FolderPicture> all, held_out;
    std::vector<std::string> names;
    const auto paths = search_.pictures(folder_);
    for (const auto& path : paths) {
      names.push_back(path.lexically_relative(folder_).string());
      all.push_back({path, kUnlabelled});
    }
    if (all.empty()) fail_empty();
    const auto table = read_labels(*table_, names, same_files(paths));
    found_.classes = table.classes;
    found_.notes.insert(found_.notes.end(), table.notes.begin(), table.notes.end());
    const auto lies_in = [](const FolderPicture& picture, const Part& part) {
      return part && *picture.path.lexically_relative(*part).begin() != "..";
    };
    std::int64_t of_test = 0, of_validation = 0;  // without a label
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].label = table.labels[i];
      const bool labelled = all[i].label != kUnlabelled;
      if (lies_in(all[i], test)) {
        if (labelled) found_.test.push_back(std::move(all[i]));
        of_test += !labelled;
      } else if (lies_in(all[i], validation)) {
        all[i].validation = true;
        if (labelled) held_out.push_back(std::move(all[i]));
        of_validation += !labelled;
      } else {
        (labelled ? found_.train : rest_).push_back(std::move(all[i]));
      }
    }
    for (auto* pictures : {&found_.train, &held_out, &found_.test})
      std::ranges::stable_sort(*pictures, {}, &FolderPicture::label);
    for (auto* pictures : {&rest_, &held_out})
      found_.train.insert(found_.train.end(), pictures->begin(), pictures->end());
    if (of_test > 0) say_without_classes(*test, of_test);
    if (of_validation > 0) say_without_classes(*validation, of_validation);
  }

  bool lies_in_folder(const fs::path& file) const {
    std::error_code none;
    const auto inside = fs::canonical(file, none).lexically_relative(fs::canonical(folder_));
    return !none && !inside.empty() && *inside.begin() != "..";
  }

  void say_without_classes(const fs::path& part, std::int64_t count) {
    const std::string name = part.filename().string();
    found_.notes.push_back("\"" + name + "\" holds " +
                           (count == 1 ? "1 picture without a class, left out: predict classifies it"
                                       : std::to_string(count) +
                                             " pictures without classes, left out: predict classifies them"));
    if (!table_ && !beside_train_)
      found_.notes.back() += "; if \"" + name + "\" is a class, rename it, for example to \"" + name +
                             "_\", since the name is reserved";
  }

  /// The folder with one of these names, in upper or lower case, if there is one.
  std::optional<fs::path> part(const std::vector<std::string>& names, const std::string& meaning) {
    std::set<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder_)) entries.insert(entry.path());
    std::optional<fs::path> found;
    for (const auto& entry : entries) {
      std::error_code ignored;  // of links that lead nowhere
      if (!fs::is_directory(entry, ignored) || std::ranges::find(names, lower_name(entry)) == names.end())
        continue;
      if (found)
        fail(folder_, "holds \"" + found->filename().string() + "\" and \"" + entry.filename().string() +
                          "\": one folder can hold " + meaning);
      found = entry;
    }
    if (found && found->filename() != names[0])
      found_.notes.push_back("\"" + found->filename().string() + "\" is taken for " + meaning);
    return found;
  }

  void add_all(const fs::path& folder, std::int32_t label, std::vector<FolderPicture>& to) {
    for (auto& path : search_.pictures(folder)) to.push_back({std::move(path), label});
  }

  /// Returns the class folders in a folder, without `others`. Adds the pictures without a class to `rest`.
  std::vector<fs::path> class_folders(const fs::path& folder, const std::set<fs::path>& others,
                                      std::vector<FolderPicture>& rest) {
    std::vector<fs::path> folders;
    std::optional<fs::path> unlabelled;
    for (const auto& entry : search_.entries(folder)) {
      if (others.contains(entry)) continue;
      if (!fs::is_directory(entry)) {
        if (search_.is_picture(entry)) rest.push_back({entry, kUnlabelled});
      } else if (!is_unlabelled(entry)) {
        folders.push_back(entry);
      } else if (unlabelled) {
        fail(folder, "holds \"" + unlabelled->filename().string() + "\" and \"" + entry.filename().string() +
                         "\": one folder can hold the pictures without a label");
      } else {
        unlabelled = entry;
        take_unlabelled(entry, rest);
      }
    }
    return folders;
  }

  void take_unlabelled(const fs::path& folder, std::vector<FolderPicture>& rest) {
    add_all(folder, kUnlabelled, rest);
    const auto name = folder.filename().string();
    if (name != "unlabeled" && name != "unlabelled")
      found_.notes.push_back("\"" + name + "\" is taken for the pictures without a label");
  }

  void list_train(const fs::path& folder, const std::set<fs::path>& others) {
    std::vector<std::string> names;
    for (const auto& c : class_folders(folder, others, rest_)) {
      require_name(c);
      names.push_back(c.filename().string());
    }
    if (names.size() > static_cast<std::size_t>(kMostClasses)) fail(folder, "holds too many classes");
    sort_class_names(names);
    bool none_at_hand = true;  // all pictures lie in folders inside those of the classes
    for (const auto& name : names) {
      const auto before = found_.train.size();
      add_all(folder / name, static_cast<std::int32_t>(found_.classes.size()), found_.train);
      if (found_.train.size() == before)
        empty_.add(name);
      else
        found_.classes.push_back(name);
      if (found_.train.size() == before) continue;
      if (sounds_unlabelled(name))
        found_.notes.push_back(
            "\"" + name + "\" is taken for a class; if its pictures have no label, call it \"unlabeled\"");
      if (!beside_train_ && std::ranges::find(kValidation, lower_name(name)) != kValidation.end())
        found_.notes.push_back(
            "\"" + name + "\" is taken for a class; it holds validation images beside a folder \"train\"");
      for (const auto& picture : std::span(found_.train).subspan(before))
        none_at_hand = none_at_hand && picture.path.parent_path() != folder / name;
    }
    if (none_at_hand && !found_.train.empty()) say_deep(found_.train[0].path.lexically_relative(folder));
  }

  /// Says of a picture how its class was found, if no class folder holds a picture itself: perhaps the
  /// folders inside are the classes.
  void say_deep(const fs::path& picture) {
    const std::string outer = picture.begin()->string();
    found_.notes.push_back(picture.string() + " is of the class \"" + outer +
                           "\", since folders inside a class are parts of it; if the classes lie in \"" +
                           outer + "\", name that folder instead, or call it \"train\"");
  }

  /// Adds the pictures of the classes in the folder of images that are measured. Pictures without a class
  /// measure nothing: they are left out, with a note.
  void list_part(const fs::path& folder, std::vector<FolderPicture>& to) {
    const auto before = to.size();
    std::vector<FolderPicture> rest;
    for (const auto& c : class_folders(folder, {}, rest)) {
      const auto at = std::ranges::find(found_.classes, c.filename().string());
      if (at == found_.classes.end())
        fail(c, "not a class of the training images, which are " + listed_names(found_.classes));
      add_all(c, static_cast<std::int32_t>(at - found_.classes.begin()), to);
    }
    if (!rest.empty())
      say_without_classes(folder, static_cast<std::int64_t>(rest.size()));
    else if (to.size() == before)
      found_.notes.push_back("\"" + folder.filename().string() + "\" holds no pictures");
  }

  fs::path folder_;
  const std::optional<LabelTable>& table_;
  FolderSearch search_;
  ImageFolder found_;
  std::vector<FolderPicture> rest_;  // without a class
  LeftOut empty_;                    // classes
  bool beside_train_ = false;        // a folder "train" holds the training images
};

}  // namespace

ImageFolder list_image_folder(const fs::path& folder, const std::optional<LabelTable>& labels,
                              const std::stop_token& stop) {
  try {
    if (!fs::exists(folder)) fail(folder, "there is no such folder");
    if (!fs::is_directory(folder)) fail(folder, "is not a folder");
    return Listing(folder, labels, stop).list();
  } catch (const fs::filesystem_error& error) {
    fail(error.path1(), "cannot be read: " + error.code().message());
  }
}

std::vector<fs::path> list_pictures(const fs::path& folder) {
  return FolderSearch(folder, FolderSearch::Own::taken).pictures(folder);
}

}  // namespace sganc
