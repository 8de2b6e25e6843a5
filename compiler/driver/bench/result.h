#pragma once
// What `bench` has measured, and the figures that follow from it.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/driver/bench/significance.h"
#include "runtime/program.h"

namespace sganc {

/// When something ran in the last repetition: nanoseconds from the beginning of its variant's training step.
struct Span {
  std::int64_t begin_ns = 0, ns = 0;
};

/// A step of an update within the training step.
struct StepCost {
  std::string update, name, implementation;
  std::string symbol;  // of a compiled kernel: another symbol is other code
  double ms = 0;       // mean of the repetitions
  double flops = 0;
  std::int64_t bytes = 0;
  std::string layer;  // "trunk.conv_1", "optimizer", as the program's step says
  Purpose purpose = Purpose::other;
  Span last;
};

/// One variant of the program.
struct VariantResult {
  std::string schedule;         // as the command line names it
  double flops = 0;             // of a training step
  double compile_s = 0;         // from the model file to the program
  double first_step_s = 0;      // from the start of the process to the end of the first step, were it alone
  std::int64_t peak_bytes = 0;  // of the resident set, were it alone
  std::vector<std::pair<std::string, std::vector<double>>> update_ms;  // each repetition; none for kernels
  std::vector<Span> update_spans;                                      // of update_ms
  std::vector<StepCost> costs;                                         // all steps of all updates; the same
};

/// The training step, or a kernel alone, under one variant.
struct Timing {
  std::string kernel;  // FUNCTION/STEP; "" for the whole training step
  std::size_t variant = 0;
  std::string implementation;   // of a kernel
  std::int64_t iterations = 1;  // over which a repetition is the mean
  double flops = 0;
  std::int64_t bytes = 0;          // read and written at least, of a kernel
  std::vector<double> ms, cpu_ms;  // each repetition: by the clock, and of all threads
};

struct BenchResult {
  std::string model, processor;
  int threads = 1, repetitions = 1;
  std::int64_t images = 0;              // drawn in a training step, latent points among them
  std::vector<VariantResult> variants;  // the first is what the others are compared with
  std::vector<Timing> timings;          // of the variants in order; of kernels, kernel by kernel
  std::vector<double> product_gflops;   // of the machine's matrix product, measured between the repetitions

  bool of_kernels() const { return !timings.empty() && !timings[0].kernel.empty(); }
  const std::string& schedule(const Timing& t) const { return variants[t.variant].schedule; }
};

double gflops(const Timing& timing);
double gigabytes_per_second(const Timing& timing);
double images_per_second(const BenchResult& result, const Timing& timing);

/// 10^9 operations a second, from a count of them and ms; 0 where ms is 0.
double gflops(double flops, double ms);

/// The GFLOP/s as a share of the machine's matrix product; nothing for what moves memory: at most one
/// operation a byte.
std::optional<double> product_share(const BenchResult& result, double flops, std::int64_t bytes, double ms);

/// What the machine's matrix product would take for as many operations, in ms.
double product_ms(const BenchResult& result, double flops);

/// The timing's share of that time; 0 for a kernel that moves memory: at most one operation a byte.
double product_ratio(const BenchResult& result, const Timing& timing);

/// The same thing under the first variant; nullptr where that has no such kernel.
const Timing* baseline(const BenchResult& result, const Timing& timing);

/// Against the baseline; nothing for the baseline itself and where there is none.
std::optional<Speedup> speedup(const BenchResult& result, const Timing& timing);

}  // namespace sganc
