#include <limits>

#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The same elements in row-major order under another shape. The batch axis stays.
Value reshape(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  Shape out = c.keys.integers("shape");
  const std::int64_t wanted = Type{DType::f32, out}.elements();
  if (wanted == std::numeric_limits<std::int64_t>::max())
    throw ShapeError("cannot reshape to " + to_string(out) + ", which has too many elements");
  const std::int64_t given = c.b.type(x).elements() / in[0];
  if (wanted != given)
    throw ShapeError("cannot reshape " + to_string(Shape(in.begin() + 1, in.end())) + " (" +
                     std::to_string(given) + " elements) to " + to_string(out) + " (" +
                     std::to_string(wanted) + " elements)");
  out.insert(out.begin(), in[0]);
  return c.b.view(x, out);
}

}  // namespace

extern const Layer reshape_layer{.name = "reshape",
                                 .description = "Gives the same elements another shape.",
                                 .build = reshape,
                                 .keys = {integers("shape", "the new shape, without the batch").from(1)},
                                 .samples = {{{2, 12}, {{"shape", std::vector<std::int64_t>{2, 3, 2}}}}}};

}  // namespace sganc
