#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// Repeats each pixel as a block of equal pixels.
Value upsample(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  require_image("upsample", in);
  const auto factor = c.keys.integers("factor");
  const Shape blocks = {in[0], in[1], factor[0], in[2], factor[1], in[3]};
  return c.b.view(c.b.broadcast(x, blocks, {0, 1, 3, 5}),
                  {in[0], in[1] * factor[0], in[2] * factor[1], in[3]});
}

using Pair = std::vector<std::int64_t>;

}  // namespace

extern const Layer upsample_layer{
    .name = "upsample",
    .description = "Repeats each pixel as a block of equal pixels.",
    .build = upsample,
    .keys = {integers("factor", "the factors by which height and width grow, or one number for both")
                 .from(1)
                 .of_length(2)
                 .or_one()
                 .defaulting(Pair{2, 2})},
    .samples = {{{2, 3, 4, 5}}, {{2, 2, 3, 17}, {{"factor", Pair{3, 1}}}}}};

}  // namespace sganc
