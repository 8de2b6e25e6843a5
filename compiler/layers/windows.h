#pragma once
// Windows that slide over an image, shared by the pooling layers.

#include "compiler/layers/layer.h"

namespace sganc {

/// The keys `size`, `stride` and `padding`.
std::vector<Key> window_keys();

/// Samples with windows side by side, overlapping, apart and padded, over images with even and odd sides.
std::vector<LayerSample> window_samples();

/// The positions of windows on an image. All pairs are {height, width}.
struct Windows {
  Shape image;                             // {n, h, w, c}
  std::vector<std::int64_t> size, stride;  // stride is the distance between windows in pixels
  std::vector<std::int64_t> pads;          // {top, left, bottom, right}
  std::vector<std::int64_t> count;         // of windows

  bool padded() const { return pads != std::vector<std::int64_t>{0, 0, 0, 0}; }
};

/// The windows of a layer over an image, by its keys. Throws ShapeError if the input is no image, or smaller
/// than a window.
Windows windows_of(const std::string& layer, const Keys& keys, const Shape& image);

/// Combines the pixels of each window of a padded image {n, h, w, c} into {n, count, c}. First combines the
/// pixels of each row of a window, from the last to the first, and then the rows in the same order. Each call
/// is `combine(b, result so far, next)`.
Value combined(Builder& b, Value padded, const Windows& windows, Value (*combine)(Builder&, Value, Value));

/// Throws ShapeError if x is no image {n, h, w, c}.
void require_image(const std::string& layer, const Shape& x);

}  // namespace sganc
