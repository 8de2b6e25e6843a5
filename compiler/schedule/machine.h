#pragma once
// The machine for which a program is planned and compiled. The driver describes the machine that it runs on;
// a test may describe any machine.

#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

struct TargetMachine {
  std::vector<std::string> instructions = {};  // instructions of its processor, named as in /proc/cpuinfo
  std::string tuning = {};  // the processor whose instruction costs LLVM should assume: tune_znver3, or ""
  int threads = 1;          // threads of the team that runs a step
  std::int64_t l2_bytes = 1 << 20;  // size of a core's second-level cache
};

}  // namespace sganc
