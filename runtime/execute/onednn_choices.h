#pragma once
// Finds what oneDNN would do for a program's steps, by preparing them without running them.

#include <span>
#include <string>
#include <vector>

#include "runtime/program.h"

namespace sganc {

struct OneDnnChoice {
  std::string implementation;  // "jit:avx512_core", or "" for a step that oneDNN does not run
  int reorders = 0;            // passes over the weights that convert them to or from oneDNN's layout
};

/// One choice for each step, for a team of `threads` threads. Throws as OneDnn::prepare does.
std::vector<OneDnnChoice> onednn_choices(std::span<const Step* const> steps, int threads);

}  // namespace sganc
