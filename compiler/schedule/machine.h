#pragma once
// The machine that a program is planned and compiled for. The driver describes the one that it runs on; a
// test describes any.

#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

struct TargetMachine {
  std::vector<std::string> instructions = {};  // of its processor, as /proc/cpuinfo names them
  std::string tuning = {};                     // for whose costs LLVM tunes: tune_znver3, or ""
  int threads = 1;                             // of the team that runs a step
  std::int64_t l2_bytes = 1 << 20;             // of a core's second-level cache
};

}  // namespace sganc
