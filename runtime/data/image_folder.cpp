#include "runtime/data/image_folder.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "runtime/data/decompress.h"
#include "runtime/data/jpeg.h"
#include "runtime/data/parallel.h"
#include "runtime/execute/machine.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

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

/// Reads pictures with several threads, which take them in order. Once a picture is found to be broken, the
/// later ones are skipped. The error of the first broken one is thrown.
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
