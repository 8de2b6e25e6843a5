#pragma once
// .npz archives: several named .npy files in one ZIP file, stored or compressed, as numpy.savez and
// numpy.savez_compressed write them. Every failure is a std::runtime_error that names the archive.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/decompress.h"

namespace sganc {

/// Whether the file begins as a ZIP file does.
bool is_npz(const std::filesystem::path& path);

/// The names of its arrays, in the order of the archive.
std::vector<std::string> npz_names(const std::filesystem::path& path);

/// The content of the .npy file of this array. Throws with the known names if there is none.
Content open_npz(const std::filesystem::path& path, const std::string& name);

/// A path that goes on behind a file: mnist.npz/x_train.
struct ArchiveMember {
  std::filesystem::path archive;
  std::string name;
};
std::optional<ArchiveMember> archive_member(const std::filesystem::path& path);

/// The keys of a source of arrays ("images", "labels", "test_images", "test_labels", "validation_images",
/// "validation_labels") with the names of their arrays, if the archive has names that people commonly use:
/// x_train and y_train, train_images and train_labels, x and y, and so on. Throws, with the names that are
/// there, if no array or several could be the images.
std::map<std::string, std::string> usual_arrays(const std::filesystem::path& path);

}  // namespace sganc
