#include "compiler/codegen/scheduled.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "compiler/schedule/directives.h"
#include "compiler/schedule/halide_target.h"

namespace sganc {

namespace {

/// A larger array may not fit on the stack of a thread.
constexpr std::int64_t kMostStack = 256 * 1024;

/// Refuses large arrays that a schedule file has put on the stack.
class StackGuard : public Halide::Internal::IRMutator {
 public:
  explicit StackGuard(const KernelDescription& kernel) : kernel_(kernel) {}
  using Halide::Internal::IRMutator::mutate;

 protected:
  Halide::Internal::Stmt visit(const Halide::Internal::Allocate* op) override {
    const bool stack =
        op->memory_type == Halide::MemoryType::Stack || op->memory_type == Halide::MemoryType::Register;
    const std::int64_t bytes = std::int64_t{op->constant_allocation_size()} * op->type.bytes();
    if (stack && bytes > kMostStack && kernel_.override_schedule)
      refuse(kernel_.override_schedule->match.where,
             "this schedule puts " + std::to_string(bytes) + " bytes of kernel " + kernel_.name +
                 " on the stack; at most " + std::to_string(kMostStack) + " are possible",
             "take \"store_in heap\"");
    return IRMutator::visit(op);
  }

 private:
  const KernelDescription& kernel_;
};

/// Drops Halide's warnings, which use its own names. Throws its errors.
class Reporter : public Halide::CompileTimeErrorReporter {
 public:
  void warning(const char*) override {}
  [[noreturn]] void error(const char* message) override { throw Halide::CompileError(message); }
};

}  // namespace

Halide::Pipeline ScheduledKernel::pipeline() const {
  Halide::Pipeline pipeline(emitted.outputs);
  pipeline.add_custom_lowering_pass(new StackGuard(kernel));
  return pipeline;
}

ScheduledKernel scheduled(const KernelDescription& kernel) {
  static Reporter reporter;
  [[maybe_unused]] static const bool reports =
      (Halide::set_custom_compile_time_error_reporter(&reporter), true);
  ScheduledKernel result{kernel, emit(kernel, kernel_target(kernel.target)), {}};
  result.schedule =
      kernel.override_schedule ? kernel.override_schedule->stages : result.emitted.default_schedule;
  apply_schedule(result.schedule, result.emitted.funcs, result.emitted.facts);
  return result;
}

namespace {

/// Halide's message with the names that schedules know: without "Error: " and the numbers that Halide appends
/// to names.
std::string in_our_names(const std::string& said) {
  std::string text = std::regex_replace(said, std::regex(R"(\$\d+)"), "");
  if (text.starts_with("Error: ")) text.erase(0, 7);
  return text;
}

/// Throws UserError if a stage is not computed where its consumers need it. The error names the directive and
/// the possible places.
void refuse_place(const KernelSchedule& schedule, const std::string& said) {
  static const std::regex mistake(R"_(Func "(\w+)" is computed at the following invalid location)_");
  static const std::regex legal(R"_((\w+)\.compute_(?:root\(\)|at\((\w+), (\w+)\)))_");
  std::smatch found;
  if (!std::regex_search(said, found, mistake)) return;
  const std::string stage = found[1];
  const std::string places = said.substr(std::min(said.find("Legal locations"), said.size()));
  std::string known;
  for (std::sregex_iterator i(places.begin(), places.end(), legal), end; i != end; ++i)
    if ((*i)[1] == stage)
      known += (known.empty() ? "" : ", ") +
               ((*i)[2].matched ? "\"compute_at " + (*i)[2].str() + " " + (*i)[3].str() + "\""
                                : "\"compute_root\"");
  for (const auto& s : schedule)
    for (const auto& directive : s.directives)
      if (s.stage == stage && directive.value.starts_with("compute_at"))
        refuse(directive.where, "stage \"" + stage + "\" is needed outside of this loop",
               known.empty() ? "" : "it can be placed by " + known);
}

}  // namespace

void compile_with_halide(const KernelDescription& kernel, const std::function<void()>& compile) {
  try {
    compile();
  } catch (const Halide::Error& error) {
    if (!kernel.override_schedule) throw std::logic_error("kernel " + kernel.name + ": " + error.what());
    std::string said = in_our_names(error.what());
    refuse_place(kernel.override_schedule->stages, said);
    std::replace(said.begin(), said.end(), '\n', ' ');
    refuse(kernel.override_schedule->match.where,
           "Halide refuses this schedule for kernel " + kernel.name + ": " + said);
  }
}

}  // namespace sganc
