#pragma once
// Chooses training images whose labels a run may use, or that it holds out. The result is a pure function of
// the data set, the choice and its seed. Throws std::runtime_error if the choice is not possible.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// A choice of images.
struct ImageChoice {
  enum class Way { per_class, total, fraction, file, all, given };  // given: those of Dataset::validation
  Way way = Way::per_class;
  /// Images of each class for per_class; of all classes, as evenly as possible, for total.
  std::int64_t count = 10;
  double fraction = 0;  // the part of each class, rounded, but at least one image; nothing of a class with a
                        // single image, unless labels are chosen
  std::filesystem::path file = {};  // a list of images, as labels_text writes it
  bool replace = false;             // choose with replacement
  std::uint64_t seed = 0;
};

/// Images that must not be chosen. `what` describes them in errors: "held out".
struct TakenImages {
  std::span<const std::int32_t> indices;
  std::string what;
};

/// The indices of the chosen training images, each of which has a label. Random choices are ordered by class;
/// `all` is ordered by index; a file keeps its order. `stream` names the stream of random numbers. A smaller
/// random choice of a class is the beginning of a larger one.
std::vector<std::int32_t> choose_images(const ImageChoice& choice, const Dataset& dataset,
                                        const std::string& stream, const TakenImages& taken = {});

/// The text of labels.txt: one image per line, by its name if the data set has names, else by its index.
std::string labels_text(std::span<const std::int32_t> indices, std::span<const std::string> names = {});

/// Reads the images of such a file: indices, and names if the data set has them. Each must be that of a
/// training image; element n of the result is line n + 1 of the file.
std::vector<std::int32_t> read_indices(const std::filesystem::path& path, const Dataset& dataset);

}  // namespace sganc
