#include "compiler/codegen/tasks.h"

#include <algorithm>

#include "compiler/schedule/halide_target.h"

namespace sganc {
namespace {

using namespace Halide::Internal;

/// partial$2.s1.fx.phase.task is the loop "task" of the stage "partial.update".
ParallelLoop named(const std::string& name) {
  const auto end = name.find('.');
  std::string stage = name.substr(0, end);
  stage = stage.substr(0, stage.find('$'));
  const bool update = name.compare(end, 4, ".s0.") != 0;
  const std::string loop = name.substr(name.rfind('.') + 1);
  return {stage + (update ? ".update" : ""), loop.substr(0, loop.find('$'))};
}

/// The share of the team that works, on average. Each thread has one task in each round, but not all have one
/// in the last.
double busy_part(std::int64_t tasks, int threads) {
  const std::int64_t rounds = (tasks + threads - 1) / threads;
  return static_cast<double>(tasks) / static_cast<double>(std::max<std::int64_t>(rounds, 1) * threads);
}

class Loops : public IRVisitor {
 public:
  explicit Loops(int threads) : threads_(threads) {}
  std::vector<ParallelLoop> found;

 protected:
  using IRVisitor::visit;
  void visit(const For* op) override {
    if (op->for_type != ForType::Parallel) {
      IRVisitor::visit(op);
      return;
    }
    ParallelLoop loop = named(op->name);
    if (const auto extent = as_const_int(op->extent)) {
      loop.tasks = *extent;
      loop.busy = busy_part(loop.tasks, threads_);
    }
    found.push_back(loop);
  }

 private:
  int threads_;
};

/// Finds the loops before Halide makes functions of them.
class Recorder : public IRMutator {
 public:
  explicit Recorder(Loops& loops) : loops_(loops) {}
  using IRMutator::mutate;
  Stmt mutate(const Stmt& body) override {
    if (!done_) body.accept(&loops_);
    done_ = true;
    return body;
  }

 private:
  Loops& loops_;
  bool done_ = false;
};

}  // namespace

std::vector<ParallelLoop> parallel_loops(const ScheduledKernel& kernel, int threads) {
  Loops loops(threads);
  Halide::Pipeline pipeline = kernel.pipeline();
  pipeline.add_custom_lowering_pass(new Recorder(loops));
  compile_with_halide(kernel.kernel, [&] {
    pipeline.compile_to_module(kernel.emitted.arguments, "kernel", kernel_target(kernel.kernel.target));
  });
  return loops.found;
}

}  // namespace sganc
