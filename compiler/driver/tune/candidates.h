#pragma once
// What `tune` tries: who computes a convolution, and directives that differ from given ones in one respect.

#include <string>
#include <vector>

#include "compiler/schedule/schedule.h"

namespace sganc {

/// One way to run a kernel.
struct Candidate {
  std::string by;         // of a convolution: an implementation; "" of fused kernels
  KernelSchedule stages;  // none: the default
  bool operator==(const Candidate& other) const;
};

/// by halide; output: split x xo xi 14, parallel n; partial: compute_at output xo
std::string text_of(const Candidate& candidate);
/// The same back, where no directive has a sign of its own.
Candidate candidate_of(const std::string& text);

/// Schedules that differ from this one in one respect, each once, always in the same order: another factor of
/// a split or width of a vector, two loops in the other order, a loop unrolled or not, another loop or none
/// in parallel. Not all of them can be applied.
std::vector<KernelSchedule> neighbours_of(const KernelSchedule& schedule);

}  // namespace sganc
