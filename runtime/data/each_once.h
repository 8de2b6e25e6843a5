#pragma once
// Takes each picture of a folder once, also if several paths lead to it: links, or names of the same file.

#include <filesystem>
#include <span>
#include <vector>

#include "runtime/data/image_folder.h"

namespace sganc {

/// For each path, the place of the first path that leads to the same file.
std::vector<std::size_t> same_files(std::span<const std::filesystem::path> paths);

/// Keeps one path of each picture: among the test images before the validation images, there before the
/// training images, and with its class before without. Notes say what else led to it. Throws
/// std::runtime_error, with the folder, for a picture in two classes, and for a class that has no training
/// image left.
void take_each_once(ImageFolder& found, const std::filesystem::path& folder);

}  // namespace sganc
