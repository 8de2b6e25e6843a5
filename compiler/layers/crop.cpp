#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// Height and width.
Shape extents_of(const Shape& image) {
  return {image[1], image[2]};
}

/// The middle of the first image, as high and wide as the second. If the number of rows or columns to remove
/// is odd, one more is removed at the end. Ronneberger, Fischer, Brox 2015.
Value crop(LayerContext& c, const std::vector<Value>& images) {
  if (images.size() != 2)
    throw ShapeError("crop takes an image and one of the size that it gets, not " +
                     std::to_string(images.size()) + " images");
  Shape shape = c.b.shape(images[0]);
  const Shape& size = c.b.shape(images[1]);
  require_image("crop", shape);
  require_image("crop", size);
  Shape low(shape.size(), 0);
  for (const std::size_t axis : {1u, 2u}) {
    if (shape[axis] < size[axis])
      throw ShapeError("crop cannot make " + to_string(extents_of(size)) + " of the smaller " +
                       to_string(extents_of(c.b.shape(images[0]))));
    low[axis] = (shape[axis] - size[axis]) / 2;
    shape[axis] = size[axis];
  }
  return shape == c.b.shape(images[0]) ? images[0] : c.b.slice(images[0], low, shape);
}

}  // namespace

extern const Layer crop_layer{
    .name = "crop",
    .description =
        "Cuts the middle out of its first input, as high and wide as the second: for skips "
        "between images that differ by some pixels, from = [\"upsample_1\", \"skip\"].",
    .build = nullptr,
    .keys = {},
    .samples = {{{2, 6, 5, 3}, {}, {{2, 3, 3, 4}}}, {{1, 4, 6, 17}, {}, {{1, 4, 5, 2}}}},
    .join = crop};

}  // namespace sganc
