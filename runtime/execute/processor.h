#pragma once
// The processor: its name, and the instructions that programs can use. On x86 both come from CPUID, and XCR0
// tells which registers the operating system saves. An instruction that a hypervisor hides, or whose
// registers are not saved, does not count.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

struct Processor {
  std::string name;  // "unknown" if it has no name
  /// Under the names of /proc/cpuinfo (sse4_2, avx2, avx512f, abm for lzcnt, pni for sse3), in a fixed order.
  /// Only instructions that kernels might use are listed.
  std::vector<std::string> instructions;
  /// The best known of these instructions: vectors, matrices, fused multiply-add.
  std::vector<std::string> vector_instructions() const;
  bool operator==(const Processor&) const = default;
};

/// The leaves of CPUID that matter here. A missing leaf is zero.
struct CpuidLeaves {
  struct Registers {
    std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  };
  Registers leaf_1, leaf_7, leaf_7_1, leaf_80000001;
  std::array<Registers, 3> brand;  // leaves 80000002 to 80000004
  std::uint64_t xcr0 = 0;          // 0 if the system has not enabled XSAVE
  bool tiles_granted = false;      // the operating system lets this process use AMX's tiles
};

/// Decodes the leaves.
Processor decode(const CpuidLeaves& leaves);

/// The processor that this process runs on. Requests AMX's tiles from the operating system if the processor
/// has them. On other architectures than x86 the instructions come from the auxiliary vector.
Processor this_processor();

}  // namespace sganc
