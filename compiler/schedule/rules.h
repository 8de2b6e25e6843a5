#pragma once
// What the rules for default schedules have in common: the vector unit, and lists of directives.

#include <Halide.h>

#include <string>
#include <vector>

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

StageSchedule stage(std::string name, const std::vector<std::string>& directives);

/// "split x xo xi 14", and other directives that end in a number.
std::string with(const std::string& text, int number);

/// The largest divisor of `extent` up to `limit`.
int largest_divisor(int extent, int limit);

/// The tile of `extent` pixels that fits `limit`: a divisor where there is a good one, else one that covers
/// the extent with tiles of nearly the same size, the last shifted inwards.
int tile_of(int extent, int limit);

/// For align_storage, of rows of so many floats: one more line of 64 bytes where that makes them an odd
/// number of lines, so that the same channels of many rows do not meet in a few sets of a cache.
std::string apart(int floats);

}  // namespace sganc
