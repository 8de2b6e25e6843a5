#pragma once
// Shared by the rules for default schedules: the vector unit, and functions that make lists of directives.

#include <Halide.h>

#include <string>
#include <vector>

#include "compiler/schedule/schedule.h"

namespace sganc {

/// The vector unit: the floats in a register, and the number of registers.
struct VectorUnit {
  int lanes = 4;
  int registers = 16;
};
VectorUnit vector_unit(const Halide::Target& target);

/// The widest vector, of at most `unit.lanes` floats, whose width divides `channels`.
int lanes_for(int channels, const VectorUnit& unit);

StageSchedule stage(std::string name, const std::vector<std::string>& directives);

/// The update of a sum. With `pairs`, its loop p over the two bf16 numbers of a pair is part of the vector.
/// The first directive is the order of the loops.
StageSchedule sum_up(std::string name, bool pairs, std::vector<std::string> directives);

/// "split x xo xi 14", and other directives that end in a number.
std::string with(const std::string& text, int number);

/// The largest divisor of `extent` up to `limit`.
int largest_divisor(int extent, int limit);

/// A tile size of at most `limit` for `extent` pixels. It is a divisor if there is a good one. If not, the
/// tiles are of nearly the same size, and the last one is shifted inwards.
int tile_of(int extent, int limit);

/// The argument of align_storage for rows of that many floats. It makes the number of 64-byte lines in a row
/// odd, so that the same channels of many rows do not fall into a few sets of a cache.
std::string apart(int floats);

}  // namespace sganc
