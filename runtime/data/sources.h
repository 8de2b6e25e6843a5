#pragma once
// Data sets by name: where their files are looked for, what they must hold, and how they are loaded.

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

/// One file: its usual name without ".gz", and of its decompressed content the size in bytes and the SHA-256,
/// where that is known.
struct DataFile {
  std::string name;
  std::uint64_t size = 0;
  std::string digest = {};
};

/// A data set that is known by name, and the ways to get it.
struct DataSource {
  /// What its files are: IDX, of training images and labels, test images and labels; or batches of CIFAR-10's
  /// binary version, of which the last is the test images.
  enum class Form { idx, cifar };

  std::string name;
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  std::vector<std::string> class_names;
  std::vector<DataFile> files;
  Form form = Form::idx;
  std::vector<std::string> mirrors = {};  // addresses, ending in '/', of folders that hold the files as .gz
  std::string npm_package = {};           // whose folder package/data holds the files; or empty
  std::string system_package = {};        // a Debian package that holds the files; or empty
  std::string archive = {};               // the address of an archive of the files, to be unpacked by hand
  std::string archive_folder = {};        // which that makes in the data folder
  bool in_data_folder = false;  // may lie in the data folder itself, not only in its own folder there

  int classes() const { return static_cast<int>(class_names.size()); }
};

/// mnist, fashion-mnist, cifar10.
const std::vector<DataSource>& known_sources();

/// The source of that name, or nullptr.
const DataSource* find_source(const std::string& name);

/// Whether there is an address or a package that its files are fetched from.
bool can_be_fetched(const DataSource& source);

/// Where data sets are looked for, and whether they may be fetched.
struct DataPlaces {
  std::filesystem::path folder;  // the data folder: ours to write to
  std::filesystem::path system_folder = "/usr/share/datasets";
  bool fetch = true;
  std::stop_token stop = {};  // ends loading, with whatever error
};

using Announce = std::function<void(const std::string&)>;

/// The folders in which a source's files are looked for, in this order.
std::vector<std::filesystem::path> folders_of(const DataSource& source, const DataPlaces& places);

/// The first file that exists: plain or .gz, train-images-idx3-ubyte or train-images.idx3-ubyte.
std::optional<std::filesystem::path> find_file(const DataSource& source, const DataFile& file,
                                               const DataPlaces& places);

/// Finds the files, fetches what is missing into the data folder, checks sizes and digests and loads the data
/// set.
/// `announce` receives progress, one line at a time. Throws std::runtime_error: a damaged file by its name,
/// with the digests and a way to a good one; a data set that cannot be had, with every way to it.
Dataset load_dataset(const DataSource& source, const DataPlaces& places, const Announce& announce);

/// The same by name; an unknown name is an error that lists the known ones.
Dataset load_dataset(const std::string& name, const DataPlaces& places, const Announce& announce);

}  // namespace sganc
