#pragma once
// The default schedules of the kernels with few channels: lists of directives, made from the shape and the machine.
// A list names the stages of codegen/few_channels.cpp.

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

/// What the rules look at: the many channels, the few, the extents of the image that the loops run over (the output;
/// for weights the image with many channels), the kernel's rows, and the taps of one row (columns times few channels).
struct FewChannelsLoops {
  int channels = 1, few = 1;
  int width = 1, height = 1;
  int rows = 1, columns = 1, taps = 1;
  int stride = 1;  // output pixels per pixel of the image with many channels, along x
};

/// Few channels to many.
KernelSchedule expand_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// Many channels to few, in partial sums over the lanes of a vector.
KernelSchedule contract_schedule(const FewChannelsLoops& loops, const VectorUnit& unit);
/// The gradient of the weights; `bias_stages` where the sums of an image with few channels are asked for as well.
KernelSchedule weights_schedule(const FewChannelsLoops& loops, const VectorUnit& unit, bool bias_stages);

}  // namespace sganc
