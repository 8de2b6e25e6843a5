#include "runtime/execute/processor.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace sganc {
namespace {

using Leaves = CpuidLeaves;
using Registers = CpuidLeaves::Registers;

/// Registers that the operating system must save when it switches threads, besides those of every x86-64.
enum class State : std::uint8_t { none, avx, avx512, tiles };

/// Bits of XCR0: SSE and AVX; masks, upper halves, upper registers; tile configuration and data.
constexpr std::uint64_t kAvxState = 0x6, kAvx512State = kAvxState | 0xe0, kTileState = 0x60000;

bool keeps(const Leaves& leaves, State state) {
  const auto all = [&](std::uint64_t bits) { return (leaves.xcr0 & bits) == bits; };
  switch (state) {
    case State::none:
      return true;
    case State::avx:
      return all(kAvxState);
    case State::avx512:
      return all(kAvx512State);
    case State::tiles:
      return all(kTileState) && leaves.tiles_granted;
  }
  return false;
}

/// An instruction, its bit in CPUID, and the registers that it needs.
struct Flag {
  const char* name;
  Registers Leaves::*leaf;
  std::uint32_t Registers::*part;
  int bit;
  State state = State::none;
};

constexpr auto kEax = &Registers::eax, kEbx = &Registers::ebx, kEcx = &Registers::ecx, kEdx = &Registers::edx;
constexpr auto k1 = &Leaves::leaf_1, k7 = &Leaves::leaf_7, k71 = &Leaves::leaf_7_1,
               kExtended = &Leaves::leaf_80000001;

constexpr Flag kFlags[] = {
    {"pni", k1, kEcx, 0},
    {"pclmulqdq", k1, kEcx, 1},
    {"ssse3", k1, kEcx, 9},
    {"sse4_1", k1, kEcx, 19},
    {"sse4_2", k1, kEcx, 20},
    {"movbe", k1, kEcx, 22},
    {"popcnt", k1, kEcx, 23},
    {"aes", k1, kEcx, 25},
    {"abm", kExtended, kEcx, 5},
    {"sse4a", kExtended, kEcx, 6},
    {"3dnowprefetch", kExtended, kEcx, 8},
    {"bmi1", k7, kEbx, 3},
    {"bmi2", k7, kEbx, 8},
    {"adx", k7, kEbx, 19},
    {"sha_ni", k7, kEbx, 29},
    {"gfni", k7, kEcx, 8},
    {"avx", k1, kEcx, 28, State::avx},
    {"f16c", k1, kEcx, 29, State::avx},
    {"fma", k1, kEcx, 12, State::avx},
    {"avx2", k7, kEbx, 5, State::avx},
    {"vaes", k7, kEcx, 9, State::avx},
    {"vpclmulqdq", k7, kEcx, 10, State::avx},
    {"avx_vnni", k71, kEax, 4, State::avx},
    {"avx512f", k7, kEbx, 16, State::avx512},
    {"avx512cd", k7, kEbx, 28, State::avx512},
    {"avx512dq", k7, kEbx, 17, State::avx512},
    {"avx512bw", k7, kEbx, 30, State::avx512},
    {"avx512vl", k7, kEbx, 31, State::avx512},
    {"avx512ifma", k7, kEbx, 21, State::avx512},
    {"avx512vbmi", k7, kEcx, 1, State::avx512},
    {"avx512_vbmi2", k7, kEcx, 6, State::avx512},
    {"avx512_vnni", k7, kEcx, 11, State::avx512},
    {"avx512_bitalg", k7, kEcx, 12, State::avx512},
    {"avx512_vpopcntdq", k7, kEcx, 14, State::avx512},
    {"avx512_vp2intersect", k7, kEdx, 8, State::avx512},
    {"avx512_bf16", k71, kEax, 5, State::avx512},
    {"avx512_fp16", k7, kEdx, 23, State::avx512},
    {"amx_tile", k7, kEdx, 24, State::tiles},
    {"amx_int8", k7, kEdx, 25, State::tiles},
    {"amx_bf16", k7, kEdx, 22, State::tiles},
};

/// Returns the processor's name: 48 characters in 12 registers, without the zeros and blanks at both ends.
std::string brand_of(const Leaves& leaves) {
  std::string text;
  for (const Registers& r : leaves.brand)
    for (const std::uint32_t four : {r.eax, r.ebx, r.ecx, r.edx}) {
      char characters[4];
      std::memcpy(characters, &four, sizeof four);
      text.append(characters, sizeof characters);
    }
  text.resize(std::strlen(text.c_str()));
  for (char& c : text)
    if (!std::isprint(static_cast<unsigned char>(c))) c = ' ';
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "unknown";
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

#if defined(__x86_64__)

Registers ask(std::uint32_t leaf, std::uint32_t subleaf = 0) {
  Registers r;
  if (__get_cpuid_max(leaf & 0x80000000u, nullptr) < leaf) return {};
  __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
  return r;
}

std::uint64_t extended_control_register() {
  std::uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

/// Requests the use of AMX's tiles; see arch_prctl(2). The headers of older systems lack the constants.
bool ask_for_tiles() {
  constexpr int kRequestPermission = 0x1023, kTileData = 18;
  return ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

Leaves leaves_of_this_processor() {
  Leaves leaves;
  leaves.leaf_1 = ask(1);
  leaves.leaf_7 = ask(7);
  if (leaves.leaf_7.eax >= 1) leaves.leaf_7_1 = ask(7, 1);
  leaves.leaf_80000001 = ask(0x80000001u);
  for (std::uint32_t i = 0; i < leaves.brand.size(); ++i) leaves.brand[i] = ask(0x80000002u + i);
  const bool system_saves = (leaves.leaf_1.ecx >> 27) & 1;  // OSXSAVE
  if (system_saves) leaves.xcr0 = extended_control_register();
  if ((leaves.xcr0 & kTileState) == kTileState) leaves.tiles_granted = ask_for_tiles();
  return leaves;
}

#endif

}  // namespace

std::vector<std::string> Processor::vector_instructions() const {
  constexpr std::array<std::string_view, 8> beginnings = {"sse4_", "avx", "fma",   "f16c",
                                                          "amx",   "sve", "asimd", "bf16"};
  std::vector<std::string> found;
  for (const auto& name : instructions)
    if (std::ranges::any_of(beginnings, [&](const auto& b) { return name.starts_with(b); }))
      found.push_back(name);
  return found;
}

Processor decode(const CpuidLeaves& leaves) {
  Processor processor{brand_of(leaves), {}};
  for (const Flag& flag : kFlags)
    if ((leaves.*flag.leaf.*flag.part >> flag.bit) & 1 && keeps(leaves, flag.state))
      processor.instructions.emplace_back(flag.name);
  return processor;
}

Processor this_processor() {
#if defined(__x86_64__)
  return decode(leaves_of_this_processor());
#elif defined(__aarch64__)
  Processor processor{"unknown", {}};
  const auto add = [&](unsigned long word, int bit, const char* name) {
    if ((word >> bit) & 1) processor.instructions.emplace_back(name);
  };
  add(getauxval(AT_HWCAP), 1, "asimd");
  add(getauxval(AT_HWCAP), 22, "sve");
  add(getauxval(AT_HWCAP2), 14, "bf16");
  return processor;
#else
  return {"unknown", {}};
#endif
}

}  // namespace sganc
