#pragma once
// For which instructions kernels are compiled. One table says what each of Halide's x86 features may make
// LLVM emit; a feature is taken only where the processor has all of that. What Halide finds out about the
// processor itself is never used: its version 14 takes every processor with AVX-512 BF16 for a Sapphire
// Rapids.

#include <span>
#include <string>
#include <vector>

#include "compiler/schedule/machine.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

struct TargetFeature {
  std::string name;                       // as Halide writes it: avx512_skylake
  int since = 14;                         // the first version of Halide that has it
  std::vector<std::string> bases;         // features that come with it
  std::vector<std::string> instructions;  // that it brings, beside those of its bases
};

/// The features of x86, each after its bases.
std::span<const TargetFeature> target_features();

/// Those that a processor of these instructions (as /proc/cpuinfo names them) has with such a version of
/// Halide. None where it lacks SSE4.1, which kernels need, or is no x86.
std::vector<std::string> features_of(const std::vector<std::string>& instructions, int halide);

/// What keeps the next feature away, in one line: "avx2 needs bmi2"; "" where there is no more to have.
std::string next_feature(const std::vector<std::string>& instructions, int halide);

/// The version of Halide that this program is built with.
int halide_version();

/// What LLVM takes for the costs of this processor's instructions, as Halide names it: tune_znver3; "" where
/// it has no name. It brings no instructions.
std::string host_tuning();

/// Throws UserError at the schedule's place where the machine's processor cannot run it: for its target, for
/// bf16 without AVX-512; or, without a place, for a processor without SSE4.1.
void require_runs_on(const TargetMachine& machine, const Schedule& schedule);

/// The features that the schedule's kernels are compiled for, with "-" between them. Throws std::logic_error
/// where the machine's instructions are not known.
std::string features_for(const Schedule& schedule, const TargetMachine& machine);

/// The whole target of such features and Halide's version: x86-64-linux-sse41 halide-14.
std::string target_text(const std::string& features);

/// The target of a schedule's kernels, and why it is no larger: "avx512 needs avx512f and avx512cd".
struct ExplainedTarget {
  std::string text, reason;
};
ExplainedTarget explained_target(const Schedule& schedule, const TargetMachine& machine);

}  // namespace sganc
