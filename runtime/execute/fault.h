#pragma once
// Reports a signal that a step raises: an instruction that the processor lacks, memory that is not there, a
// division by zero. The program prints one line on standard error and exits with 1.

#include <string>

namespace sganc {

/// Makes SIGILL, SIGBUS, SIGSEGV and SIGFPE end the program with that line if they come from a step. Signals
/// from elsewhere keep their usual effect. Does nothing if the program has handlers already, as with
/// sanitizers.
void report_faults();

/// Adds the target of the kernels to that line.
void note_target(const std::string& target);

/// Says which function runs, as long as it lives. Costs one store for each step.
class RunningFunction {
 public:
  explicit RunningFunction(const std::string& name);
  ~RunningFunction();
  RunningFunction(const RunningFunction&) = delete;
  RunningFunction& operator=(const RunningFunction&) = delete;

  /// The names must outlive this.
  void begins(const std::string& step);

 private:
  const char *outer_function_, *outer_step_;
};

}  // namespace sganc
