#pragma once
// The choice of a few training images: those whose labels a run may use, those that it holds out. A pure
// function of the data set, the choice and its seed. What cannot be chosen is a std::runtime_error.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// Which images are chosen.
struct ImageChoice {
  enum class Way { per_class, total, fraction, file, all };
  Way way = Way::per_class;
  std::int64_t count = 10;          // per_class: of each class; total: of all, as evenly as can be
  double fraction = 0;              // of each class, rounded, but at least one image
  std::filesystem::path file = {};  // lists them, as labels_text does
  bool replace = false;             // drawn with replacement
  std::uint64_t seed = 0;
};

/// Images that are spoken for and cannot be chosen: whoever draws passes them over. `what` says in errors
/// what they are: "held out".
struct TakenImages {
  std::span<const std::int32_t> indices;
  std::string what;
};

/// The indices of the training images that are chosen, each of which has a label: drawn ones by class, within
/// it as drawn; "all" by index; those of a file as it lists them. `stream` names the random numbers. The
/// images of a smaller choice of a class begin those of a larger one.
std::vector<std::int32_t> choose_images(const ImageChoice& choice, const Dataset& dataset,
                                        const std::string& stream, const TakenImages& taken = {});

/// The text of labels.txt: one index a line.
std::string labels_text(std::span<const std::int32_t> indices);

/// The indices in such a file, each of a training image: index n stands in line n + 1.
std::vector<std::int32_t> read_indices(const std::filesystem::path& path, const Dataset& dataset);

}  // namespace sganc
