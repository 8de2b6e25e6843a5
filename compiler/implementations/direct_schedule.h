#pragma once
// The default schedules of direct convolutions. They name the stages in direct.cpp.

#include "compiler/schedule/rules.h"

namespace sganc {

/// The sizes that the rules read.
struct DirectLoops {
  int panel = 16;      // channels of the image that is written which are computed together
  int channels = 16;   // of the image that is read
  int width = 1;       // of the image that is written, or of one of its phases
  bool pairs = false;  // bf16: channels are multiplied by pairs
  bool ready = false;  // the weights are read as they are
  bool up = false;     // the image that is written has phases
};
KernelSchedule direct_schedule(const DirectLoops& loops, const VectorUnit& unit);

/// The same for the gradient of weights: `rows` channels of x times a panel of channels of y, by pairs of
/// images in bf16.
KernelSchedule direct_weights_schedule(int rows, int panel, bool pairs, const VectorUnit& unit);

/// The number of `channels` that a kernel computes together, for an image or for a gradient of weights.
int direct_panel(int channels, bool weights, const VectorUnit& unit);

}  // namespace sganc
