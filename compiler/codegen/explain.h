#pragma once
// Explains the program's steps: what each comes from, what runs it, why, and what is fused into it.

#include <string>
#include <vector>

#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

/// A loop of a kernel whose iterations the threads share.
struct ParallelLoop {
  std::string stage, loop;
  std::int64_t tasks = -1;  // its iterations; -1: known only when the kernel runs
  double busy = 1;          // the part of the team that works, on average, if all tasks take the same time
};

struct ExplainedStep {
  Step step;
  /// halide few channels | halide fused | onednn convolution | onednn product | copy | all-reduce over ranks
  std::string implementation;
  std::vector<std::string> groups;  // groups of the plan; several if one call computes neighbours in memory
  /// The parts of the model whose operations it computes: trunk.conv_1.
  std::vector<std::string> forward, backward;
  /// The epilogue of a product: bias, leaky_relu 0.2; for a fused kernel: 12 operations.
  std::vector<std::string> fused;
  std::string layout;                  // in memory: nhwc f32, weights oihw
  std::vector<ParallelLoop> parallel;  // of a kernel, in order of execution
  std::string why;
  // filled in if the driver asks oneDNN
  std::string onednn;  // the code that it chose: jit:avx512_core
  int reorders = 0;    // passes over the weights that convert them to or from its layout
};

struct ExplainedFunction {
  std::string name;  // an update's, with the steps of its optimizer
  FunctionRole role = FunctionRole::other;
  std::vector<ExplainedStep> steps;  // in order of execution
  // of all its steps
  std::size_t count = 0;
  double flops = 0;
  std::int64_t bytes = 0;  // read and written
  std::int64_t arena_bytes = 0;
  // what it sums over the ranks
  std::size_t messages = 0;
  std::int64_t message_bytes = 0;
};

/// Explains every function as `lower` would make it, without compiling kernels.
std::vector<ExplainedFunction> explain(const PlannedModule& planned);

}  // namespace sganc
