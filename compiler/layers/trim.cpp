#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// What is left of each image without some rows and columns at its edges.
Value trim(LayerContext& c, Value x) {
  Shape shape = c.b.shape(x);
  require_image("trim", shape);
  const std::int64_t top = c.keys.integer("top"), left = c.keys.integer("left");
  const Shape low = {0, top, left, 0};
  shape[1] -= top + c.keys.integer("bottom");
  shape[2] -= left + c.keys.integer("right");
  if (shape[1] < 1 || shape[2] < 1) throw ShapeError("trim leaves nothing of " + to_string(c.b.shape(x)));
  return shape == c.b.shape(x) ? x : c.b.slice(x, low, shape);
}

}  // namespace

extern const Layer trim_layer{
    .name = "trim",
    .description =
        "Removes rows and columns at the edges of an image: bottom = 9 leaves the upper part. Keras calls it "
        "Cropping2D.",
    .build = trim,
    .keys = {integer("top", "rows removed at the top").from(0).defaulting(0),
             integer("bottom", "rows removed at the bottom").from(0).defaulting(0),
             integer("left", "columns removed on the left").from(0).defaulting(0),
             integer("right", "columns removed on the right").from(0).defaulting(0)},
    .samples = {
        {{2, 6, 5, 3}, {{"top", std::int64_t{1}}, {"bottom", std::int64_t{2}}, {"right", std::int64_t{2}}}},
        {{1, 4, 6, 17}, {{"left", std::int64_t{3}}}}}};

}  // namespace sganc
