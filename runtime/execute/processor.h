#pragma once
// The processor: its name, and the instructions that it and the system's kernel really offer. On x86 both
// come from CPUID, and the states that the kernel keeps from XCR0: an instruction whose registers the kernel
// does not keep, or which a hypervisor hides, is not there.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

struct Processor {
  std::string name;  // "unknown" where it does not say
  /// Under the names of /proc/cpuinfo (sse4_2, avx2, avx512f, abm for lzcnt, pni for sse3), in a fixed order:
  /// all that kernels might use, and no others.
  std::vector<std::string> instructions;
  /// Those that people tell processors apart by: vectors, matrices, multiplying and adding at once.
  std::vector<std::string> vector_instructions() const;
  bool operator==(const Processor&) const = default;
};

/// What an x86 processor answers, as far as it matters here. A leaf that is not there is zero.
struct CpuidLeaves {
  struct Registers {
    std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  };
  Registers leaf_1, leaf_7, leaf_7_1, leaf_80000001;
  std::array<Registers, 3> brand;  // leaves 80000002 to 80000004
  std::uint64_t xcr0 = 0;          // 0 where the system has not enabled XSAVE
  bool tiles_granted = false;      // the kernel lets this process use AMX's tiles
};

/// What the leaves say.
Processor decode(const CpuidLeaves& leaves);

/// The processor that this process runs on. Asks the kernel for AMX's tiles where there are any. Other
/// processors than x86 tell what their kernel's auxiliary vector says.
Processor this_processor();

}  // namespace sganc
