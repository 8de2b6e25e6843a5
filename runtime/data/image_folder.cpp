#include "runtime/data/image_folder.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "runtime/data/decompress.h"
#include "runtime/data/parallel.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f GB", bytes / 1e9);
  return text;
}

/// Throws std::runtime_error if the images do not fit into the available memory, or if the training images or
/// the test images take more than kMostDataBytes.
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

/// Reads pictures with several threads.
class Readers {
 public:
  Readers(const FolderReading& reading, int threads, LoadProgress& progress, FolderImages& found)
      : reading_(reading), threads_(threads), progress_(progress), found_(found) {}

  /// Reads the pictures that can be read into `kept` and `to`.
  void read(const std::vector<FolderPicture>& pictures, std::vector<FolderPicture>& kept, Split& to) {
    const auto& [height, width, channels] = reading_.shape;
    const auto bytes = static_cast<std::size_t>(height * width * channels);
    to.images.resize(pictures.size() * bytes);
    std::vector<std::string> problems(pictures.size());
    std::atomic<std::int64_t> transparent = 0;
    in_parallel(pictures.size(), threads_, [&](std::size_t i) {
      if (progress_.stop.stop_requested()) return;
      try {
        const auto read = read_picture(pictures[i].path, {height, width, reading_.background});
        fit_picture(read.picture, reading_.shape, reading_.fit,
                    std::span(to.images).subspan(i * bytes, bytes));
        transparent += read.transparent;
      } catch (const std::exception& error) {
        problems[i] = error.what();
      }
      ++progress_.done;
    });
    if (progress_.stop.stop_requested()) throw std::runtime_error("reading pictures was stopped");
    found_.transparent += transparent;
    keep_readable(pictures, problems, bytes, kept, to);
  }

 private:
  void keep_readable(const std::vector<FolderPicture>& pictures, std::vector<std::string>& problems,
                     std::size_t bytes, std::vector<FolderPicture>& kept, Split& to) {
    auto end = to.images.begin();
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (!problems[i].empty()) {
        found_.unreadable.push_back(std::move(problems[i]));
        continue;
      }
      const auto from = to.images.begin() + static_cast<std::ptrdiff_t>(i * bytes);
      if (end != from) std::copy_n(from, bytes, end);
      end += static_cast<std::ptrdiff_t>(bytes);
      to.labels.push_back(pictures[i].label);
      kept.push_back(pictures[i]);
    }
    to.images.erase(end, to.images.end());
    to.count = static_cast<std::int64_t>(kept.size());
  }

  const FolderReading& reading_;
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
  const auto& shape = reading.shape;
  require_room(folder,
               static_cast<double>(shape[0]) * static_cast<double>(shape[1]) * static_cast<double>(shape[2]));
  progress.count = static_cast<std::int64_t>(folder.train.size() + folder.test.size());
  FolderImages found{
      .dataset = {folder.name, shape, static_cast<int>(folder.classes.size()), {}, {}, folder.classes},
      .train = {},
      .test = {},
      .unreadable = {}};
  Readers readers(reading, threads, progress, found);
  readers.read(folder.train, found.train, found.dataset.train);
  readers.read(folder.test, found.test, found.dataset.test);
  for (std::size_t i = 0; i < found.train.size(); ++i)
    if (found.train[i].validation) found.dataset.validation.push_back(static_cast<std::int32_t>(i));
  if (!found.unreadable.empty() && (!reading.skip_unreadable || found.train.empty()))
    throw UnreadablePictures(folder.name, found.unreadable);
  return found;
}

}  // namespace sganc
