#pragma once
// What oneDNN would do for a program's steps, learnt by preparing them; nothing runs.

#include <span>
#include <string>
#include <vector>

#include "runtime/program.h"

namespace sganc {

struct OneDnnChoice {
  std::string implementation;  // "jit:avx512_core"; "" for a step that oneDNN does not run
  int reorders = 0;            // passes over the weights into or out of an order of oneDNN's own
};

/// One for each step, for a team of so many threads. Throws as OneDnn::prepare does.
std::vector<OneDnnChoice> onednn_choices(std::span<const Step* const> steps, int threads);

}  // namespace sganc
