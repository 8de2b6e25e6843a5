#pragma once
// Windows that slide over an image: what the pooling layers share.

#include "compiler/layers/layer.h"

namespace sganc {

/// The keys `size`, `stride` and `padding`.
std::vector<Key> window_keys();

/// Windows side by side, overlapping, apart and padded, over even and odd images.
std::vector<LayerSample> window_samples();

/// Where windows lie on an image; all pairs are {height, width}.
struct Windows {
  Shape image;                             // {n, h, w, c}
  std::vector<std::int64_t> size, stride;  // stride: pixels from one window to the next
  std::vector<std::int64_t> pads;          // {top, left, bottom, right}
  std::vector<std::int64_t> count;         // of windows

  bool padded() const { return pads != std::vector<std::int64_t>{0, 0, 0, 0}; }
};

/// The windows of a layer over an image, by its keys. Throws ShapeError where the input is no image, or
/// smaller than a window.
Windows windows_of(const std::string& layer, const Keys& keys, const Shape& image);

/// Combines the pixels of each window of an image that is padded already, {n, h, w, c}, to {n, count, c}: row
/// by row, and in each from the last pixel to the first, `combine(b, those behind, this)`.
Value combined(Builder& b, Value padded, const Windows& windows, Value (*combine)(Builder&, Value, Value));

/// Throws ShapeError where x is no image {n, h, w, c}.
void require_image(const std::string& layer, const Shape& x);

}  // namespace sganc
