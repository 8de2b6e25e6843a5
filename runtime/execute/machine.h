#pragma once
// Facts about this machine and its speed, for `env.json`, `doctor` and `bench`.

#include <cstdint>
#include <string>

#include "runtime/execute/processor.h"

namespace sganc {

struct Machine {
  Processor processor;
  int cores = 1;              // cores that this process may use: see allowance.h
  std::int64_t l2_bytes = 0;  // size of a core's second-level cache; 0 if the system does not tell
  std::string onednn;         // version
};

Machine this_machine();

/// The largest resident set of this process so far, or since restart_peak_memory(), in bytes.
std::int64_t peak_memory_bytes();

/// The current resident set of this process, in bytes.
std::int64_t resident_memory_bytes();

/// Resets the peak to the current resident set, if the system allows that.
void restart_peak_memory();

/// The available memory in bytes: that of the system, or what this process's control groups leave if that is
/// less.
std::int64_t available_memory_bytes();

/// The median throughput of an f32 n x n x n matrix product by oneDNN, in GFLOP/s. Uses `threads` threads, or
/// OpenMP's current team if that is 0.
double matrix_product_gflops(int n = 2048, int repetitions = 5, int threads = 0);

}  // namespace sganc
