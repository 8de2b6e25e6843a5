#pragma once
// Processors by their instructions, under the names of /proc/cpuinfo.

#include <algorithm>
#include <string>
#include <vector>

namespace sganc {

struct KnownProcessor {
  std::string name;
  std::vector<std::string> instructions;
};

using Instructions = std::vector<std::string>;

inline Instructions with(Instructions some, const Instructions& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

inline Instructions without(Instructions some, const Instructions& hidden) {
  std::erase_if(some, [&](const std::string& name) { return std::ranges::count(hidden, name) > 0; });
  return some;
}

inline const Instructions kPenryn = {"pni", "ssse3", "sse4_1"};
inline const Instructions kHaswell = with(kPenryn, {"pclmulqdq", "sse4_2", "movbe", "popcnt", "aes", "abm",
                                                    "bmi1", "bmi2", "avx", "f16c", "fma", "avx2"});
inline const Instructions kZen3 =
    with(kHaswell, {"sse4a", "3dnowprefetch", "adx", "sha_ni", "vaes", "vpclmulqdq"});
inline const Instructions kSkylakeX =
    with(kHaswell, {"3dnowprefetch", "adx", "avx512f", "avx512cd", "avx512dq", "avx512bw", "avx512vl"});
inline const Instructions kNewer512 = {
    "sha_ni",     "gfni",         "vaes",        "vpclmulqdq",    "avx512ifma",
    "avx512vbmi", "avx512_vbmi2", "avx512_vnni", "avx512_bitalg", "avx512_vpopcntdq"};
inline const Instructions kIceLake = with(kSkylakeX, kNewer512);
inline const Instructions kZen4 = with(kIceLake, {"sse4a", "avx512_bf16"});
inline const Instructions kZen5 = with(kZen4, {"avx_vnni", "avx512_vp2intersect"});
inline const Instructions kSapphireRapids =
    with(kIceLake, {"avx_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16"});

inline const std::vector<KnownProcessor> kProcessors = {
    {"SSE4.1 alone", kPenryn},
    {"Haswell", kHaswell},
    {"Haswell, BMI2 hidden", without(kHaswell, {"bmi2"})},
    {"Haswell, no AVX state", without(kHaswell, {"avx", "f16c", "fma", "avx2"})},
    {"Zen 3", kZen3},
    {"Skylake-X", kSkylakeX},
    {"Skylake-X, AES off", without(kSkylakeX, {"aes", "pclmulqdq", "adx", "3dnowprefetch"})},
    {"Ice Lake", kIceLake},
    {"Zen 4", kZen4},
    {"Zen 5", kZen5},
    {"Sapphire Rapids", kSapphireRapids},
    {"Sapphire Rapids, AMX and FP16 hidden",
     without(kSapphireRapids, {"avx512_fp16", "amx_tile", "amx_int8", "amx_bf16"})},
};

}  // namespace sganc
