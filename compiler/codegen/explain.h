#pragma once
// The program's steps with what a person asks of each: what it comes from, who runs it, why, and what is
// fused into it.

#include <string>
#include <vector>

#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

struct ExplainedStep {
  Step step;
  std::string implementation;  // halide few channels | halide fused | onednn convolution | onednn product |
                               // copy
  std::vector<std::string> groups;  // of the plan: several where neighbours in memory are one call
  std::vector<std::string> forward,
      backward;                    // parts of the model whose operations it computes: trunk.conv_1
  std::vector<std::string> fused;  // into a product: bias, leaky_relu 0.2; of a fused kernel: 12 operations
  std::string layout;              // in memory: nhwc f32, weights oihw
  std::string why;
  // what oneDNN answers where the driver asks it
  std::string onednn;  // the code it takes: jit:avx512_core
  int reorders = 0;    // passes over the weights into or out of an order of its own
};

struct ExplainedFunction {
  std::string name;                  // an update's, with the steps of its optimizer
  std::vector<ExplainedStep> steps;  // in order of execution
  // of all its steps
  std::size_t count = 0;
  double flops = 0;
  std::int64_t bytes = 0;  // read and written
  std::int64_t arena_bytes = 0;
};

/// Every function as `lower` would have it; nothing is compiled.
std::vector<ExplainedFunction> explain(const PlannedModule& planned);

}  // namespace sganc
