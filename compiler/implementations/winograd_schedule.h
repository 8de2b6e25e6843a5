#pragma once
// The default schedules of kernels by Winograd's filtering. A list names the stages of winograd_images.cpp or
// winograd_weights.cpp.

#include "compiler/schedule/rules.h"

namespace sganc {

/// What the rules look at.
struct WinogradLoops {
  int channels = 1, panel = 1;  // of what is written, and how many of them a product computes together
  int tile = 2;                 // outputs along each axis
  int tiles = 1;                // of a block of images
  bool up = false;              // the phases are those of the image that is written
};
KernelSchedule winograd_schedule(const WinogradLoops& loops, const VectorUnit& unit);

/// The same for the gradient of weights: `rows` channels of x times `channels` of y.
KernelSchedule winograd_weights_schedule(int rows, int channels, const VectorUnit& unit);

/// How many of so many channels a product computes together.
int winograd_panel(int channels, const VectorUnit& unit);

}  // namespace sganc
