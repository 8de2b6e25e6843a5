#pragma once
// A convolution with few channels on one side, as the kernels for such convolutions see it.

#include "compiler/implementations/emission.h"

namespace sganc {

/// A convolution as seen from its wide image, the one with many channels. Its pixel (x, y) meets the few
/// image, the one with few channels, at (x * step - low + tap). For this the pixels of the few image are
/// spread `gap` apart and padded with zeros. Each of the three products is then one plain sum. If the wide
/// image is x, the taps run backwards.
struct FewChannels {
  bool wide_is_x = false;
  int channels = 1, few = 1;
  int images = 1;
  int wide_w = 1, wide_h = 1, few_w = 1, few_h = 1;
  int columns = 1, rows = 1;  // of the kernel
  int taps = 1;               // of one row of the kernel: columns * few
  int step_x = 1, step_y = 1, gap_x = 1, gap_y = 1;
  int low_x = 0, low_y = 0;
  Factors factors = {};
};

FewChannels view_from_wide(const ConvolutionGeometry& f, Precision precision);

/// The few image, spread and padded, with the channels of a row's pixels in line: padded(u = x * few +
/// channel, y, n), in the type of the factors.
Halide::Func pad_few(const FewChannels& g, const Halide::Func& image);

/// The weight that joins channel `c` of the wide image to tap `t` of row `ky`.
Halide::Expr weight_at(const FewChannels& g, const Halide::Func& w, const Halide::Expr& c,
                       const Halide::Expr& t, const Halide::Expr& ky);

}  // namespace sganc
