#pragma once
// The default schedules of kernels for Winograd's filtering. They name the stages in winograd_images.cpp and
// winograd_weights.cpp.

#include "compiler/schedule/rules.h"

namespace sganc {

/// The sizes that the rules read.
struct WinogradLoops {
  /// Channels of the image that is written, and how many of them a product computes together.
  int channels = 1, panel = 1;
  int tile = 2;        // outputs along each axis, x and y
  int tiles = 1;       // tiles of a block of images, over both axes and all images
  bool pairs = false;  // bf16: channels are multiplied by pairs
  bool up = false;     // the image that is written has phases; else the image that is read has them
};
KernelSchedule winograd_schedule(const WinogradLoops& loops, const VectorUnit& unit);

/// The same for the gradient of weights: `rows` channels of x times `channels` channels of y, by pairs of
/// tiles in bf16.
KernelSchedule winograd_weights_schedule(int rows, int channels, bool pairs, const VectorUnit& unit);

/// How many of `channels` a product computes together.
int winograd_panel(int channels, const VectorUnit& unit);

}  // namespace sganc
