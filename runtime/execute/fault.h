#pragma once
// What a program says when a step raises a signal: an instruction that the processor lacks, memory that is
// not there, a division by zero. One line on standard error, then exit code 1.

#include <string>

namespace sganc {

/// Makes SIGILL, SIGBUS, SIGSEGV and SIGFPE end the program with that line where they come from a step.
/// Elsewhere they do what they always do. Nothing is changed where the program has handlers already, as
/// sanitizers have.
void report_faults();

/// Adds to what the line says of the kernels: the target they are compiled for.
void note_target(const std::string& target);

/// While it lives, its function's steps are the ones that run. Costs a store a step.
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
