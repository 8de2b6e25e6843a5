#include "runtime/data/image_folder.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "runtime/data/parallel.h"

namespace sganc {
namespace {

/// Whether the images are kept in a file. Throws std::runtime_error if their size cannot be counted.
bool need_file(const ImageFolder& folder, const FolderReading& reading) {
  const auto [height, width, channels] = reading.shape;
  const double bytes = static_cast<double>(folder.train.size() + folder.test.size()) *
                       static_cast<double>(height) * static_cast<double>(width) *
                       static_cast<double>(channels);
  constexpr double kMost = 1e15;
  if (bytes > kMost)
    throw std::runtime_error(std::to_string(folder.train.size() + folder.test.size()) + " images of " +
                             folder.name + " are more than a file can hold");
  return reading.room.is_too_much(bytes);
}

/// What there is to say of pictures that cannot be read, before a list of them.
std::string summary_of(const std::string& folder, const std::vector<std::string>& reasons) {
  if (reasons.size() == 1) return reasons[0];
  return std::to_string(reasons.size()) + " pictures of " + folder + " cannot be read";
}

/// The same with the beginning of the list.
std::string unreadable_text(const std::string& folder, const std::vector<std::string>& reasons) {
  constexpr std::size_t kMost = 20;
  std::string text = summary_of(folder, reasons);
  if (reasons.size() == 1) return text;
  text += ":";
  for (std::size_t i = 0; i < std::min(reasons.size(), kMost); ++i) text += "\n  " + reasons[i];
  if (reasons.size() > kMost) text += "\n  and " + std::to_string(reasons.size() - kMost) + " more";
  return text;
}

/// Reads pictures with several threads, into memory or a file.
class Readers {
 public:
  Readers(const FolderReading& reading, bool into_file, int threads, LoadProgress& progress,
          FolderImages& found)
      : reading_(reading), into_file_(into_file), threads_(threads), progress_(progress), found_(found) {}

  /// Reads the pictures that can be read into `kept` and `to`.
  void read(const std::vector<FolderPicture>& pictures, std::vector<FolderPicture>& kept, Split& to) {
    const auto& [height, width, channels] = reading_.shape;
    const auto bytes = static_cast<std::size_t>(height * width * channels);
    const std::size_t all = pictures.size() * bytes;
    if (into_file_ && all > 0) {
      to.images = reading_.room.in_file(all);
      found_.bytes_in_file += static_cast<double>(all);
    } else {
      to.images = Pixels::in_memory(all);
    }
    std::vector<std::string> problems(pictures.size());
    std::atomic<std::int64_t> transparent = 0, dim = 0;
    in_parallel(pictures.size(), threads_, [&](std::size_t i) {
      if (progress_.stop.stop_requested()) return;
      try {
        const auto read = read_picture(pictures[i].path, {height, width, reading_.background});
        std::vector<std::uint8_t> image(bytes);
        fit_picture(read.picture, reading_.shape, reading_.fit, image);
        to.images.write(i * bytes, image);
        transparent += read.transparent, dim += read.dim;
      } catch (const std::exception& error) {
        problems[i] = error.what();
      }
      ++progress_.done;
    });
    if (progress_.stop.stop_requested()) throw std::runtime_error("reading pictures was stopped");
    found_.transparent += transparent, found_.dim += dim;
    keep_readable(pictures, problems, bytes, kept, to);
  }

 private:
  void keep_readable(const std::vector<FolderPicture>& pictures, std::vector<std::string>& problems,
                     std::size_t bytes, std::vector<FolderPicture>& kept, Split& to) {
    std::vector<std::int32_t> places;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (!problems[i].empty()) {
        found_.unreadable.push_back(std::move(problems[i]));
        found_.skipped.push_back(pictures[i]);
        continue;
      }
      places.push_back(static_cast<std::int32_t>(i));
      to.labels.push_back(pictures[i].label);
      kept.push_back(pictures[i]);
    }
    keep_images(to.images, places, bytes);
    to.count = static_cast<std::int64_t>(kept.size());
  }

  const FolderReading& reading_;
  bool into_file_;
  int threads_;
  LoadProgress& progress_;
  FolderImages& found_;
};

}  // namespace

UnreadablePictures::UnreadablePictures(const std::string& folder, std::vector<std::string> reasons)
    : std::runtime_error(unreadable_text(folder, reasons)), summary(summary_of(folder, reasons)) {
  if (reasons.size() > 1) list = std::move(reasons);
}

FolderImages load_image_folder(const ImageFolder& folder, const FolderReading& reading, int threads,
                               LoadProgress& progress) {
  const bool into_file = need_file(folder, reading);
  progress.count = static_cast<std::int64_t>(folder.train.size() + folder.test.size());
  FolderImages found{
      .dataset =
          {folder.name, reading.shape, static_cast<int>(folder.classes.size()), {}, {}, folder.classes},
      .train = {},
      .test = {},
      .unreadable = {}};
  Readers readers(reading, into_file, threads, progress, found);
  readers.read(folder.train, found.train, found.dataset.train);
  readers.read(folder.test, found.test, found.dataset.test);
  for (std::size_t i = 0; i < found.train.size(); ++i)
    if (found.train[i].validation) found.dataset.validation.push_back(static_cast<std::int32_t>(i));
  if (!found.unreadable.empty() && (!reading.skip_unreadable || found.train.empty()))
    throw UnreadablePictures(folder.name, found.unreadable);
  return found;
}

}  // namespace sganc
