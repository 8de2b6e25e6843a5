#pragma once
// Which labelled images look alike, before anything is learned: to warn of labels that cannot carry a
// training, and to choose what a first model does to its images.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// Some labelled images.
struct LabelledImages {
  std::array<std::int64_t, 3> shape{};            // height, width, channels
  std::vector<std::vector<std::uint8_t>> pixels;  // of each image
  std::vector<std::int32_t> labels;               // of each image
};

/// At most `most` of these images, about as many of each class, evenly spaced in the order of `indices`.
std::vector<std::int32_t> even_part(std::span<const std::int32_t> labels,
                                    std::span<const std::int32_t> indices, std::int64_t most);

/// The training images with these indices.
LabelledImages images_at(const Dataset& dataset, std::span<const std::int32_t> indices);

/// The images with left and right exchanged.
LabelledImages mirrored(const LabelledImages& images);

/// The images upright, as the layer straighten makes them; the ink is bright or dark.
LabelledImages straightened(const LabelledImages& images, bool bright_ink);

/// By what images are compared, in 7 x 7 cells.
enum class Trait {
  edges,   // the directions in which they grow brighter (Dalal, Triggs 2005, with eight signed directions and
           // square roots): the largest cosine
  colours  // the means of their channels: the smallest distance
};

/// For each image of `asked`, the image of `among` that is most alike; never the one at the same place. -1 if
/// there is no other.
std::vector<std::int32_t> most_alike(const LabelledImages& asked, const LabelledImages& among, Trait trait);

/// The part of the images whose most alike image has their class.
double part_of_own_class(const LabelledImages& images, std::span<const std::int32_t> alike);

/// What lines on a plain ground are drawn with: "bright" or "dark" ink; "" if the images are anything else,
/// such as filled shapes or photos.
std::string ink_of(const LabelledImages& images);

/// Two classes that neither edges nor colours tell apart: `wrong` of `images` images of both have a most
/// alike image of the other class, by the trait that tells more.
struct AlikeClasses {
  std::int32_t first, second;
  std::int64_t wrong, images;
};

/// Pairs of classes of which at least two fifths are so, of 16 images or more, and more than by accident; the
/// worst first.
std::vector<AlikeClasses> alike_classes(const LabelledImages& images, int classes);

}  // namespace sganc
