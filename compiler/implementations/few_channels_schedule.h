#pragma once
// The default schedules of kernels with few channels. A list names the stages of few_channels.cpp.

#include "compiler/schedule/rules.h"

namespace sganc {

/// What the rules look at.
struct FewChannelsLoops {
  int channels = 1;  // of the image with many
  int few = 1;       // of the image with few
  int width = 1;     // of the image that the kernel writes, or for weights of the one with many channels
  int taps = 1;      // of one row of the kernel: columns times few channels
  int stride = 1;    // output pixels per pixel of the image with many channels, along x
};

/// Few channels to many.
KernelSchedule expand_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// Many channels to few, in partial sums over the lanes of a vector.
KernelSchedule contract_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// The gradient of the weights.
KernelSchedule weights_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// The sums of each column of an image with few channels, `width` columns wide: the first step of a bias
/// gradient.
StageSchedule bias_column_schedule(int width, const VectorUnit& unit);

}  // namespace sganc
