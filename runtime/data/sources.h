#pragma once
// Data sets by name: where their files are looked for, what they must hold, and how they are loaded.

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// One IDX file: its usual name without ".gz", and the SHA-256 of its decompressed content.
struct DataFile {
  std::string name;
  std::string digest;
};

/// A data set that is known by name, and the ways to get it.
struct DataSource {
  std::string name;
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  int classes = 0;
  std::array<DataFile, 4> files;     // training images and labels, test images and labels
  std::vector<std::string> mirrors;  // addresses, ending in '/', of folders that hold the files as .gz
  std::string npm_package;           // whose folder package/data holds the files; or empty
  std::string system_package;        // a Debian package that holds the files; or empty
  bool in_data_folder = false;       // may lie in the data folder itself, not only in its own folder there
};

/// mnist, fashion-mnist.
const std::vector<DataSource>& known_sources();

/// The source of that name, or nullptr.
const DataSource* find_source(const std::string& name);

/// Where data sets are looked for, and whether they may be fetched.
struct DataPlaces {
  std::filesystem::path folder;  // the data folder: ours to write to
  std::filesystem::path system_folder = "/usr/share/datasets";
  bool fetch = true;
};

using Announce = std::function<void(const std::string&)>;

/// The folders in which a source's files are looked for, in this order.
std::vector<std::filesystem::path> folders_of(const DataSource& source, const DataPlaces& places);

/// The first file that exists: plain or .gz, train-images-idx3-ubyte or train-images.idx3-ubyte.
std::optional<std::filesystem::path> find_file(const DataSource& source, const DataFile& file,
                                               const DataPlaces& places);

/// Finds the files, fetches what is missing into the data folder, checks every digest and loads the data set.
/// `announce` receives progress, one line at a time. Throws std::runtime_error: a damaged file by its name,
/// with the digests and a way to a good one; a data set that cannot be had, with every way to it.
Dataset load_dataset(const DataSource& source, const DataPlaces& places, const Announce& announce);

/// The same by name; an unknown name is an error that lists the known ones.
Dataset load_dataset(const std::string& name, const DataPlaces& places, const Announce& announce);

}  // namespace sganc
