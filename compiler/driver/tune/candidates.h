#pragma once
// The candidates of `tune`: implementations of a convolution, and directives that differ from given ones in
// one respect.

#include <string>
#include <vector>

#include "compiler/schedule/schedule.h"

namespace sganc {

/// One way to run a kernel.
struct Candidate {
  std::string by;         // the implementation of a convolution; "" for a fused kernel
  KernelSchedule stages;  // empty for the default
  bool operator==(const Candidate& other) const;
};

/// by halide; output: split x xo xi 14, parallel n; partial: compute_at output xo
std::string text_of(const Candidate& candidate);
/// Parses that text. No directive may contain its separators.
Candidate candidate_of(const std::string& text);

/// Schedules that differ from this one in one respect, each once, in a fixed order: another factor of a split
/// or width of a vector, two loops exchanged, a loop unrolled or not, another loop in parallel or none. Some
/// of them cannot be applied.
std::vector<KernelSchedule> neighbours_of(const KernelSchedule& schedule);

}  // namespace sganc
