#pragma once
// The measurements of `bench`, and figures that follow from them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/driver/bench/significance.h"
#include "runtime/program.h"

namespace sganc {

/// The time at which something ran in the last repetition, in nanoseconds from the start of its variant's
/// training step.
struct Span {
  std::int64_t begin_ns = 0, ns = 0;
};

/// A step of an update within the training step.
struct StepCost {
  std::string update, name, implementation;
  std::string symbol;  // of a compiled kernel; another symbol means other code
  double ms = 0;       // mean over the repetitions
  double flops = 0;
  std::int64_t bytes = 0;
  std::string layer;  // "trunk.conv_1", "optimizer", as the program's step says
  Purpose purpose = Purpose::other;
  Span last;
};

/// One variant of the program.
struct VariantResult {
  std::string schedule;     // its name on the command line
  double flops = 0;         // of a training step
  double compile_s = 0;     // from the model file to the program
  double first_step_s = 0;  // from the start of a process with this variant only to the end of its first step
  std::int64_t peak_bytes = 0;  // of the resident set of a process with this variant only
  std::vector<std::pair<std::string, std::vector<double>>> update_ms;  // each repetition; none for kernels
  std::vector<Span> update_spans;                                      // of update_ms
  std::vector<StepCost> costs;  // all steps of all updates; none for kernels
};

/// The training step, or a kernel alone, under one variant.
struct Timing {
  std::string kernel;  // FUNCTION/STEP; "" for the whole training step
  std::size_t variant = 0;
  std::string implementation;   // of a kernel
  std::int64_t iterations = 1;  // in a repetition, which is their mean
  double flops = 0;
  std::int64_t bytes = 0;          // bytes that a kernel must read and write
  std::vector<double> ms, cpu_ms;  // for each repetition: wall-clock time, and CPU time of all threads
};

struct BenchResult {
  std::string model, processor;
  int threads = 1, repetitions = 1;
  std::int64_t images = 0;              // drawn in a training step, latent points included
  std::vector<VariantResult> variants;  // the others are compared with the first
  std::vector<Timing> timings;          // in the order of the variants; for kernels, kernel by kernel
  std::vector<double> product_gflops;   // of the matrix product, measured between the repetitions

  bool of_kernels() const { return !timings.empty() && !timings[0].kernel.empty(); }
  const std::string& schedule(const Timing& t) const { return variants[t.variant].schedule; }
};

double gflops(const Timing& timing);
double gigabytes_per_second(const Timing& timing);
double images_per_second(const BenchResult& result, const Timing& timing);

/// 10^9 operations per second, from a number of operations and ms; 0 if ms is 0.
double gflops(double flops, double ms);

/// The GFLOP/s divided by those of the matrix product. Returns nothing for steps that do at most one
/// operation per byte.
std::optional<double> product_share(const BenchResult& result, double flops, std::int64_t bytes, double ms);

/// The time in ms of a matrix product with as many operations.
double product_ms(const BenchResult& result, double flops);

/// The timing divided by that time; 0 for a kernel that does at most one operation per byte.
double product_ratio(const BenchResult& result, const Timing& timing);

/// The timing of the same thing under the first variant, or nullptr if that has no such kernel.
const Timing* baseline(const BenchResult& result, const Timing& timing);

/// The comparison with the baseline. Returns nothing for the baseline itself, and if there is none.
std::optional<Speedup> speedup(const BenchResult& result, const Timing& timing);

}  // namespace sganc
