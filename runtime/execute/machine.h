#pragma once
// What machine this is, and how fast it multiplies: for `env.json`, `doctor`, `bench`.

#include <cstdint>
#include <string>

#include "runtime/execute/processor.h"

namespace sganc {

struct Machine {
  Processor processor;
  int cores = 1;              // that this process may use; allowance.h says why
  std::int64_t l2_bytes = 0;  // of a core's second-level cache; 0 where the system does not say
  std::string onednn;         // version
};

Machine this_machine();

/// The largest resident set of this process so far, or since restart_peak_memory(), in bytes.
std::int64_t peak_memory_bytes();

/// The present resident set of this process, in bytes.
std::int64_t resident_memory_bytes();

/// Lets the peak begin anew at the present resident set, where the system allows that.
void restart_peak_memory();

/// How many bytes of memory there are to take: what the system has available, or what this process's control
/// groups leave where that is less.
std::int64_t available_memory_bytes();

/// Median of the measured f32 throughput of an n x n x n matrix product by oneDNN with so many threads, or
/// where that is 0 on OpenMP's present team, in GFLOP/s.
double matrix_product_gflops(int n = 2048, int repetitions = 5, int threads = 0);

}  // namespace sganc
