#include "runtime/data/image_folder.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <set>
#include <stdexcept>

#include "runtime/data/decompress.h"
#include "runtime/data/jpeg.h"
#include "runtime/data/parallel.h"
#include "runtime/execute/machine.h"
#include "runtime/report/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

bool is_unlabelled(const fs::path& folder) {
  return folder.filename() == "unlabeled" || folder.filename() == "unlabelled";
}

bool has_picture_name(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

/// What lies in a folder, by name.
std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder))
    if (!is_hidden(entry.path())) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

/// Finds pictures.
class Search {
 public:
  explicit Search(ImageFolder& found, const std::stop_token& stop = {}) : found_(found), stop_(stop) {}

  /// The pictures of a folder and those below it.
  std::vector<fs::path> all(const fs::path& folder) {
    std::vector<fs::path> paths;
    auto entry = fs::recursive_directory_iterator(folder), end = fs::recursive_directory_iterator();
    for (; entry != end; ++entry) {
      if (is_hidden(entry->path())) {
        entry.disable_recursion_pending();
      } else if (!entry->is_directory()) {
        if (is_picture(entry->path())) paths.push_back(entry->path());
      }
    }
    std::ranges::sort(paths);
    return paths;
  }

  /// Adds them.
  void add_all(const fs::path& folder, std::int32_t label, std::vector<FolderPicture>& to) {
    for (auto& path : all(folder)) to.push_back({std::move(path), label});
  }

  /// The folders of classes in a folder; pictures without a class are added to `rest`.
  std::vector<fs::path> class_folders(const fs::path& folder, const std::set<fs::path>& others,
                                      std::vector<FolderPicture>& rest) {
    std::vector<fs::path> folders;
    for (const auto& entry : sorted_entries(folder)) {
      if (others.contains(entry)) continue;
      if (!fs::is_directory(entry)) {
        if (is_picture(entry)) rest.push_back({entry, kUnlabelled});
      } else if (is_unlabelled(entry)) {
        add_all(entry, kUnlabelled, rest);
      } else {
        folders.push_back(entry);
      }
    }
    return folders;
  }

 private:
  bool is_picture(const fs::path& path) {
    if (stop_.stop_requested()) fail(path, "looking for pictures was stopped");
    if (!fs::is_regular_file(path)) return false;
    if (has_picture_name(path)) return true;
    ++found_.other_files;
    return false;
  }

  ImageFolder& found_;
  const std::stop_token stop_;
};

/// Names stand one a line in classes.txt.
void require_name(const fs::path& folder) {
  const auto name = folder.filename().string();
  if (std::ranges::any_of(name, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    fail(folder.parent_path(), "the name of a class has a control character");
}

void list_train(const fs::path& folder, const std::set<fs::path>& others, Search& search, ImageFolder& found,
                std::vector<FolderPicture>& rest) {
  const auto folders = search.class_folders(folder, others, rest);
  if (folders.size() > static_cast<std::size_t>(kMostClasses)) fail(folder, "holds too many classes");
  for (const auto& c : folders) {
    require_name(c);
    const auto before = found.train.size();
    search.add_all(c, static_cast<std::int32_t>(found.classes.size()), found.train);
    if (found.train.size() == before) fail(c, "a class without a PNG or JPEG picture");
    found.classes.push_back(c.filename().string());
  }
}

void list_test(const fs::path& folder, Search& search, ImageFolder& found) {
  std::vector<FolderPicture> rest;
  for (const auto& c : search.class_folders(folder, {}, rest)) {
    const auto at = std::ranges::find(found.classes, c.filename().string());
    if (at == found.classes.end()) fail(c, "not a class of the training images");
    search.add_all(c, static_cast<std::int32_t>(at - found.classes.begin()), found.test);
  }
  if (!rest.empty()) fail(rest.front().path, "a test image must lie in the folder of its class");
  if (found.test.empty()) fail(folder, "holds no PNG or JPEG pictures");
}

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f GB", bytes / 1e9);
  return text;
}

/// Makes sure that so many images can be held and indexed.
void require_room(const ImageFolder& folder, double image_bytes) {
  const auto size = [&](const auto& pictures) { return static_cast<double>(pictures.size()) * image_bytes; };
  const double most = std::max(size(folder.train), size(folder.test)),
               all = size(folder.train) + size(folder.test);
  const auto available = static_cast<double>(available_memory_bytes());
  const std::string what = std::to_string(folder.train.size() + folder.test.size()) + " images of " +
                           folder.name + " need " + gigabytes(all);
  if (all > available)
    throw std::runtime_error(what + " of memory, of which " + gigabytes(available) + " are available");
  if (most > static_cast<double>(kMostDataBytes))
    throw std::runtime_error(what + ", and no more than 2 GiB of training or test images can be used");
}

/// Threads take pictures in their order until there are none, or one of those before is broken.
class Readers {
 public:
  Readers(const std::array<std::int64_t, 3>& shape, Fit fit, LoadProgress& progress)
      : shape_(shape), fit_(fit), progress_(progress) {}

  void read(const std::vector<FolderPicture>& pictures, int threads, Split& to) {
    const auto bytes = static_cast<std::size_t>(shape_[0] * shape_[1] * shape_[2]);
    to.count = static_cast<std::int64_t>(pictures.size());
    to.images.resize(pictures.size() * bytes);
    for (const auto& picture : pictures) to.labels.push_back(picture.label);
    std::size_t broken = pictures.size();
    std::exception_ptr reason;
    std::mutex mutex;
    in_parallel(pictures.size(), threads, [&](std::size_t i) {
      {
        const std::lock_guard lock(mutex);
        if (i >= broken || progress_.stop.stop_requested()) return;
      }
      try {
        fit_picture(read_picture(pictures[i].path, shape_[0], shape_[1]), shape_, fit_,
                    std::span(to.images).subspan(i * bytes, bytes));
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < broken) broken = i, reason = std::current_exception();
      }
      ++progress_.done;
    });
    if (reason) std::rethrow_exception(reason);
    if (progress_.stop.stop_requested()) throw std::runtime_error("reading pictures was stopped");
  }

 private:
  const std::array<std::int64_t, 3>& shape_;
  Fit fit_;
  LoadProgress& progress_;
};

}  // namespace

ImageFolder list_image_folder(const fs::path& folder, const std::stop_token& stop) {
  ImageFolder found;
  Search search(found, stop);
  std::vector<FolderPicture> rest;
  try {
    if (!fs::exists(folder)) fail(folder, "there is no such folder");
    if (!fs::is_directory(folder)) fail(folder, "is not a folder");
    const auto whole = fs::canonical(folder);
    found.name = whole.filename().string();
    const auto train = folder / "train", test = folder / "test";
    const bool tests = fs::is_directory(test);
    std::set<fs::path> others;
    if (tests) others.insert(test);
    if (fs::is_directory(train)) {
      list_train(train, {}, search, found, rest);
      others.insert(train);
      for (const auto& c : search.class_folders(folder, others, rest))
        fail(c, "lies beside \"train\", where the folders of classes are expected");
    } else {
      list_train(folder, others, search, found, rest);
    }
    found.train.insert(found.train.end(), rest.begin(), rest.end());
    if (found.train.empty()) fail(folder, "holds no PNG or JPEG pictures");
    if (tests) list_test(test, search, found);
  } catch (const fs::filesystem_error& error) {
    fail(error.path1(), "cannot be read: " + error.code().message());
  }
  return found;
}

std::vector<fs::path> list_pictures(const fs::path& folder) {
  ImageFolder found;
  return Search(found).all(folder);
}

Dataset load_image_folder(const ImageFolder& folder, const std::array<std::int64_t, 3>& shape, Fit fit,
                          int threads, LoadProgress& progress) {
  require_room(folder,
               static_cast<double>(shape[0]) * static_cast<double>(shape[1]) * static_cast<double>(shape[2]));
  progress.count = static_cast<std::int64_t>(folder.train.size() + folder.test.size());
  Dataset dataset{folder.name, shape, static_cast<int>(folder.classes.size()), {}, {}, folder.classes};
  Readers readers(shape, fit, progress);
  readers.read(folder.train, threads, dataset.train);
  readers.read(folder.test, threads, dataset.test);
  return dataset;
}

Picture read_picture(const fs::path& path, std::int64_t height, std::int64_t width) {
  return decode_picture(read_file(path), path, height, width);
}

bool is_jpeg(std::string_view bytes) {
  return bytes.starts_with("\xff\xd8");
}

Picture decode_picture(std::string_view bytes, const fs::path& path, std::int64_t height,
                       std::int64_t width) {
  if (is_jpeg(bytes)) return decode_jpeg(bytes, path, height, width);
  if (bytes.starts_with("\x89PNG")) return decode_png(bytes, path);
  fail(path, "neither a PNG nor a JPEG picture");
}

}  // namespace sganc
