#pragma once
// The default schedules of kernels for few channels. They name the stages in few_channels.cpp.

#include "compiler/schedule/rules.h"

namespace sganc {

/// The sizes that the rules read. The image with many channels has the axes (c, x, y, n), innermost first;
/// the other one has few channels. Both are sides of the same convolution.
struct FewChannelsLoops {
  int channels = 1;  // channels of the image with many channels
  int few = 1;       // channels of the image with few channels
  /// Along x, of the image that the kernel writes; for the gradient of weights, of the image with many
  /// channels.
  int width = 1;
  int taps = 1;        // of one row of the convolution's kernel: its columns times the few channels
  int stride = 1;      // along x: output pixels for each pixel of the image with many channels
  bool pairs = false;  // bf16: taps, channels or pixels are multiplied by pairs
};

/// From few channels to many.
KernelSchedule expand_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// From many channels to few, by partial sums in the lanes of a vector.
KernelSchedule contract_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// The gradient of the weights.
KernelSchedule weights_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// The sum of each column of an image with few channels and `width` columns: the first part of a bias
/// gradient.
StageSchedule bias_column_schedule(int width, const VectorUnit& unit);

}  // namespace sganc
