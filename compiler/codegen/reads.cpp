#include "compiler/codegen/reads.h"

#include "compiler/schedule/directives.h"
#include "compiler/schedule/halide_target.h"

namespace sganc {
namespace {

using Halide::Expr;
using namespace Halide::Internal;

/// Finds Halide's own checks of reads: an operand's name, and the first and the last element that is read.
class Checks : public IRVisitor {
 public:
  struct Touched {
    std::string operand;
    Expr first, last;
  };
  std::vector<Touched> found;

 protected:
  using IRVisitor::visit;
  void visit(const LetStmt* op) override {
    values_.push_back({op->name, op->value});
    IRVisitor::visit(op);
    values_.pop_back();
  }
  void visit(const AssertStmt* op) override {
    const auto* call = op->message.as<Call>();
    if (!call || call->name != "halide_error_access_out_of_bounds") return;
    const auto* name = call->args.at(0).as<StringImm>();
    if (name) found.push_back({name->value, known(call->args.at(2)), known(call->args.at(3))});
  }

 private:
  /// The expression with the values of all names that a let has defined.
  Expr known(Expr e) const {
    for (auto let = values_.rbegin(); let != values_.rend(); ++let)
      e = substitute(let->first, let->second, e);
    return simplify(e);
  }

  std::vector<std::pair<std::string, Expr>> values_;
};

}  // namespace

void require_reads_inside(const ScheduledKernel& kernel) {
  const auto& description = kernel.kernel;
  if (!description.override_schedule) return;
  const auto target = kernel_target(description.target).without_feature(Halide::Target::NoAsserts);
  const auto module = kernel.pipeline().compile_to_module(kernel.emitted.arguments, "kernel", target);
  Checks checks;
  for (const auto& function : module.functions()) function.body.accept(&checks);
  for (const auto& node : description.function.nodes) {
    if (node.op != Op::input || node.type.elements() < 0) continue;
    for (const auto& touched : checks.found) {
      if (!touched.operand.ends_with(node.attributes.name)) continue;
      const auto first = as_const_int(touched.first), last = as_const_int(touched.last);
      if ((first && *first < 0) || (last && *last >= node.type.elements()))
        refuse(description.override_schedule->match.where,
               "this schedule makes kernel " + description.name + " read outside of " + node.attributes.name,
               "a factor is larger than its loop; split with \"guard_with_if\"");
    }
  }
}

}  // namespace sganc
