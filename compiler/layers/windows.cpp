#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// x with `length` elements along an axis. The last elements are left out, or zeros are added behind them.
Value resized(Builder& b, Value x, std::size_t axis, std::int64_t length) {
  Shape shape = b.shape(x);
  const Shape none(shape.size(), 0);
  const std::int64_t missing = length - shape[axis];
  if (missing == 0) return x;
  if (missing < 0) {
    shape[axis] = length;
    return b.slice(x, none, shape);
  }
  Shape behind = none;
  behind[axis] = missing;
  return b.pad(x, none, behind);
}

/// Combines windows along one axis. x is divided into blocks of `stride` elements: element i of window k is
/// element i % stride of block k + i / stride.
Value combined_along(Builder& b, Value x, std::size_t axis, const Windows& w,
                     Value (*combine)(Builder&, Value, Value)) {
  const std::int64_t size = w.size[axis - 1], stride = w.stride[axis - 1], count = w.count[axis - 1];
  const std::int64_t blocks = (size - 1) / stride + count;
  Shape result = b.shape(x), split = result;
  result[axis] = count;
  split[axis] = stride;
  split.insert(split.begin() + static_cast<std::ptrdiff_t>(axis), blocks);
  const Value in_blocks = b.view(resized(b, x, axis, blocks * stride), split);
  const auto element = [&](std::int64_t i) {
    Shape low(split.size(), 0), part = split;
    low[axis] = i / stride, low[axis + 1] = i % stride;
    part[axis] = count, part[axis + 1] = 1;
    return b.view(b.slice(in_blocks, low, part), result);
  };
  Value y = element(size - 1);
  for (std::int64_t i = size - 1; i-- > 0;) y = combine(b, y, element(i));
  return y;
}

}  // namespace

std::vector<Key> window_keys() {
  return {
      integers("size", "height and width of a window, or one number for both")
          .from(1)
          .to(1000)
          .of_length(2)
          .or_one(),
      integers("stride", "the pixels from one window to the next, down and right (default: the size)")
          .from(1)
          .of_length(2)
          .or_one()
          .may_be_absent(),
      text("padding", "valid: all windows lie within the image; same: one window for every `stride` pixels")
          .one_of({"valid", "same"})
          .defaulting(std::string("valid"))};
}

std::vector<LayerSample> window_samples() {
  using Pair = std::vector<std::int64_t>;
  return {{{2, 6, 4, 3}, {{"size", Pair{2, 2}}}},
          {{2, 7, 5, 17}, {{"size", Pair{3, 2}}}},
          {{2, 7, 8, 5}, {{"size", Pair{3, 3}}, {"stride", Pair{2, 2}}}},
          {{2, 5, 6, 18}, {{"size", Pair{3, 3}}, {"stride", Pair{2, 1}}, {"padding", "same"}}},
          {{1, 5, 5, 2}, {{"size", Pair{1, 2}}, {"stride", Pair{3, 3}}, {"padding", "same"}}}};
}

void require_image(const std::string& layer, const Shape& x) {
  if (x.size() != 4) throw ShapeError(layer + " needs an image, but its input is " + to_string(x));
}

Windows windows_of(const std::string& layer, const Keys& keys, const Shape& image) {
  require_image(layer, image);
  const auto& size = keys.integers("size");
  const auto& stride = keys.has("stride") ? keys.integers("stride") : size;
  Windows w{image, size, stride, {0, 0, 0, 0}, {}};
  if (keys.text("padding") == "same") w.pads = same_convolution(image, size, stride).pads;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t length = image[i + 1] + w.pads[i] + w.pads[i + 2];
    if (length < size[i])
      throw ShapeError(layer + " needs an image of at least " + to_string(size) + ", but its input is " +
                       to_string(image));
    w.count.push_back((length - size[i]) / stride[i] + 1);
  }
  return w;
}

Value combined(Builder& b, Value padded, const Windows& windows, Value (*combine)(Builder&, Value, Value)) {
  return combined_along(b, combined_along(b, padded, 2, windows, combine), 1, windows, combine);
}

}  // namespace sganc
