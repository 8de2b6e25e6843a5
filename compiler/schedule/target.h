#pragma once
// The instructions for which kernels are compiled. One table lists the instructions that each of Halide's x86
// features may make LLVM emit. A feature is used only if the processor has all of them. Halide's own
// detection of the processor is never used: version 14 takes every processor with AVX-512 BF16 for a Sapphire
// Rapids.

#include <span>
#include <string>
#include <vector>

#include "compiler/schedule/machine.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

struct TargetFeature {
  std::string name;                       // Halide's name: avx512_skylake
  int since = 14;                         // the first version of Halide with this feature
  std::vector<std::string> bases;         // features that it includes
  std::vector<std::string> instructions;  // instructions that it adds to those of its bases
};

/// The features of x86, each after its bases.
std::span<const TargetFeature> target_features();

/// The features of a processor with these instructions (named as in /proc/cpuinfo), with that version of
/// Halide. Empty if it lacks SSE4.1, which kernels need, or is no x86.
std::vector<std::string> features_of(const std::vector<std::string>& instructions, int halide);

/// Why the next feature is missing, in one line: "avx2 needs bmi2". "" if there is no further feature.
std::string next_feature(const std::vector<std::string>& instructions, int halide);

/// The version of Halide that this program is built with.
int halide_version();

/// Halide's name for the processor whose instruction costs LLVM should assume: tune_znver3, or "" if it has
/// no name. It adds no instructions.
std::string host_tuning();

/// Throws UserError at the schedule's place if the machine's processor cannot run it: for its target, or for
/// bf16 without AVX-512. Throws it without a place for a processor without SSE4.1.
void require_runs_on(const TargetMachine& machine, const Schedule& schedule);

/// The features for the schedule's kernels, with "-" between them. Throws std::logic_error if the machine's
/// instructions are not known.
std::string features_for(const Schedule& schedule, const TargetMachine& machine);

/// The instructions that the schedule's kernels may use, named as in /proc/cpuinfo. A processor that has them
/// can run the kernels.
std::vector<std::string> instructions_for(const Schedule& schedule, const TargetMachine& machine);

/// The complete target, with Halide's version: x86-64-linux-sse41 halide-14.
std::string target_text(const std::string& features);

/// Whether kernels have an instruction that multiplies pairs of bf16 numbers and adds in f32 (vdpbf16ps),
/// twice as fast as f32. That is so from AMD's Zen 4 on. Intel's processors run half as many of these
/// instructions as in f32, so that nothing is gained.
bool multiplies_bf16(const Schedule& schedule, const TargetMachine& machine);

/// Whether the processor multiplies tiles of bf16 numbers (AMX).
bool multiplies_bf16_tiles(const TargetMachine& machine);

/// The target of a schedule's kernels, and why it has no more features: "avx512 needs avx512f and avx512cd".
struct ExplainedTarget {
  std::string text, reason;
};
ExplainedTarget explained_target(const Schedule& schedule, const TargetMachine& machine);

}  // namespace sganc
