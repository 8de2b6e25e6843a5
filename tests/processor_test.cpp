// What CPUID and XCR0 say of a processor: hidden instructions, and registers that the kernel does not save.

#include "runtime/execute/processor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

namespace sganc {
namespace {

using Names = std::vector<std::string>;

/// Returns a processor that has everything, in a system that saves all registers.
CpuidLeaves everything() {
  CpuidLeaves leaves;
  constexpr std::uint32_t all = 0xffffffff;
  leaves.leaf_1 = leaves.leaf_7 = leaves.leaf_7_1 = leaves.leaf_80000001 = {all, all, all, all};
  leaves.xcr0 = 0x600e7;
  leaves.tiles_granted = true;
  return leaves;
}

bool has(const CpuidLeaves& leaves, const std::string& name) {
  return std::ranges::count(decode(leaves).instructions, name) > 0;
}

TEST(Processor, HasWhatCpuidSays) {
  const CpuidLeaves all = everything();
  for (const char* name :
       {"pni",         "ssse3",       "sse4_1",   "sse4_2",   "popcnt",   "movbe",      "abm",
        "bmi1",        "bmi2",        "avx",      "f16c",     "fma",      "avx2",       "avx_vnni",
        "avx512f",     "avx512cd",    "avx512dq", "avx512bw", "avx512vl", "avx512ifma", "avx512vbmi",
        "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "sse4a",      "gfni"})
    EXPECT_TRUE(has(all, name)) << name;
  EXPECT_EQ(decode({}), (Processor{"unknown", {}}));
}

/// Bits as Intel's and AMD's manuals number them.
TEST(Processor, LacksWhatAHypervisorHides) {
  CpuidLeaves leaves = everything();
  leaves.leaf_7.ebx &= ~(1U << 8);
  EXPECT_FALSE(has(leaves, "bmi2"));
  EXPECT_TRUE(has(leaves, "bmi1") && has(leaves, "avx2"));
  leaves.leaf_7.edx &= ~(1U << 23);
  EXPECT_FALSE(has(leaves, "avx512_fp16"));
  leaves.leaf_7_1.eax &= ~(1U << 5);
  EXPECT_FALSE(has(leaves, "avx512_bf16"));
  EXPECT_TRUE(has(leaves, "avx_vnni"));
  leaves.leaf_80000001.ecx &= ~(1U << 5);
  EXPECT_FALSE(has(leaves, "abm"));
  leaves.leaf_1.ecx &= ~(1U << 12);
  EXPECT_FALSE(has(leaves, "fma"));
  EXPECT_TRUE(has(leaves, "f16c"));
}

TEST(Processor, LacksWhatItsKernelDoesNotKeep) {
  CpuidLeaves leaves = everything();
  leaves.xcr0 = 0x67;  // AVX, and only a part of AVX-512's state
  EXPECT_FALSE(has(leaves, "avx512f"));
  EXPECT_FALSE(has(leaves, "avx512vl"));
  EXPECT_FALSE(has(leaves, "amx_tile"));
  EXPECT_TRUE(has(leaves, "avx2"));
  leaves.xcr0 = 0x3;  // started with noxsave or clearcpuid
  for (const char* name : {"avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f"})
    EXPECT_FALSE(has(leaves, name)) << name;
  for (const char* name : {"sse4_2", "popcnt", "bmi1", "bmi2", "abm"}) EXPECT_TRUE(has(leaves, name)) << name;
  leaves.xcr0 = 0;
  EXPECT_FALSE(has(leaves, "avx"));
}

TEST(Processor, HasTilesOnlyWhereTheKernelGrantsThem) {
  CpuidLeaves leaves = everything();
  leaves.tiles_granted = false;
  EXPECT_FALSE(has(leaves, "amx_tile"));
  EXPECT_FALSE(has(leaves, "amx_bf16"));
  EXPECT_TRUE(has(leaves, "avx512_fp16"));
  leaves = everything();
  leaves.xcr0 = 0xe7;
  EXPECT_FALSE(has(leaves, "amx_tile"));
}

TEST(Processor, IsCalledAsItSays) {
  CpuidLeaves leaves;
  const char brand[49] = "    AMD EPYC 9B14 96-Core Processor\0\0           ";
  std::memcpy(static_cast<void*>(leaves.brand.data()), brand, 48);
  EXPECT_EQ(decode(leaves).name, "AMD EPYC 9B14 96-Core Processor");
}

#if defined(__x86_64__)
/// All instructions found here are in the kernel's list too.
TEST(Processor, IsTheOneThatTheKernelDescribes) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string flags;
  for (std::string line; flags.empty() && std::getline(cpuinfo, line);)
    if (line.starts_with("flags")) flags = line + " ";
  if (flags.empty()) GTEST_SKIP() << "there is no /proc/cpuinfo of x86";
  for (const auto& name : this_processor().instructions)
    EXPECT_NE(flags.find(" " + name + " "), flags.npos) << name;
}
#endif

}  // namespace
}  // namespace sganc
