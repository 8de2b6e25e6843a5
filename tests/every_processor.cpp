#include "tests/every_processor.h"

#include <cstdlib>
#include <set>

#include "compiler/codegen/lower.h"
#include "compiler/schedule/target.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

TargetMachine machine_of(const KnownProcessor& processor) {
  return {.instructions = processor.instructions, .threads = 2};
}

bool can_run(const TargetMachine& machine, const Schedule& schedule) {
  try {
    require_runs_on(machine, schedule);
    return true;
  } catch (const UserError&) {
    return false;
  }
}

}  // namespace

void compile_for(const std::vector<KnownProcessor>& processors, const Module& module,
                 const Schedule& schedule, const fs::path& folder, const PassOptions& passes) {
  std::set<std::string> done;
  for (const auto& processor : processors) {
    const TargetMachine machine = machine_of(processor);
    if (!can_run(machine, schedule)) continue;
    const std::string target = features_for(schedule, machine);
    if (!done.insert(target).second) continue;
    try {
      lower(plan(module, schedule, machine, passes), {.cache = folder / target});
    } catch (const UserError&) {
      // Halide may refuse directives for one target that it accepts for another, and tells the user so.
      if (schedule.kernels.empty()) throw;
    }
  }
}

void compile_for_every_processor(const Module& module, const Schedule& schedule, const PassOptions& passes) {
  const char* folder = std::getenv("SGANC_PROCESSORS");
  if (folder && *folder) compile_for(kProcessors, module, schedule, folder, passes);
}

std::vector<fs::path> objects_for(const KnownProcessor& processor, const fs::path& folder) {
  std::set<std::string> targets;
  for (const auto& target : kTargets) {
    Schedule schedule;
    schedule.target.value = target;
    const TargetMachine machine = machine_of(processor);
    if (can_run(machine, schedule)) targets.insert(features_for(schedule, machine));
  }
  std::vector<fs::path> objects;
  std::error_code none;
  for (const auto& target : targets)
    for (const auto& entry : fs::directory_iterator(folder / target, none))
      if (entry.path().extension() == ".o") objects.push_back(entry.path());
  return objects;
}

}  // namespace sganc
