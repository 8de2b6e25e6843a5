#pragma once
// The default schedules of the kernels with few channels: lists of directives, made from the shape and the
// machine. A list names the stages of codegen/few_channels.cpp.

#include <Halide.h>

#include "compiler/schedule/schedule.h"

namespace sganc {

/// The vector unit: floats in a register, and how many registers there are.
struct VectorUnit {
  int lanes = 4;
  int registers = 16;
};
VectorUnit vector_unit(const Halide::Target& target);

/// The widest vector of at most `unit.lanes` floats of which `channels` is a whole multiple.
int lanes_for(int channels, const VectorUnit& unit);

/// What the rules look at.
struct FewChannelsLoops {
  int channels = 1;  // of the image with many
  int few = 1;       // of the image with few
  int width = 1;     // of the image that the kernel writes, or for weights of the one with many channels
  int taps = 1;      // of one row of the kernel: columns times few channels
  int stride = 1;    // output pixels per pixel of the image with many channels, along x
};

/// What the rules of winograd kernels look at.
struct WinogradLoops {
  int channels = 1, panel = 1;  // of what is written, and how many of them a product computes together
  int tile = 2;                 // outputs along each axis
  int tiles = 1;                // of a block of images
  bool up = false;              // the phases are those of the image that is written
};
KernelSchedule winograd_schedule(const WinogradLoops& loops, const VectorUnit& unit);
/// The same for the gradient of weights: `rows` channels of x times `channels` of y.
KernelSchedule winograd_weights_schedule(int rows, int channels, const VectorUnit& unit);
/// Of a panel of products.
int winograd_panel(int channels, const VectorUnit& unit);
/// How many groups of blocks sum up weights' gradients on their own, so that there are tasks for a team where
/// there is one phase alone.
int winograd_groups(int blocks, int phases);

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
