#include "tests/every_processor.h"

#include <cstdlib>
#include <optional>
#include <set>

#include "compiler/codegen/lower.h"
#include "compiler/codegen/target.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The schedule for that processor; nothing where it cannot run it.
std::optional<Schedule> fitted_to(const KnownProcessor& processor, Schedule schedule) {
  try {
    fit_to_processor(schedule, processor.instructions);
    return schedule;
  } catch (const UserError&) {
    return {};
  }
}

}  // namespace

void compile_for(const std::vector<KnownProcessor>& processors, const Module& module,
                 const Schedule& schedule, const fs::path& folder, const PassOptions& passes) {
  std::set<std::string> done;
  for (const auto& processor : processors)
    if (const auto fitted = fitted_to(processor, schedule))
      if (const std::string target = features_for(*fitted); done.insert(target).second)
        lower(module, *fitted, {.cache = folder / target}, passes);
}

void compile_for_every_processor(const Module& module, const Schedule& schedule, const PassOptions& passes) {
  const char* folder = std::getenv("SGANC_PROCESSORS");
  if (folder && *folder && schedule.instructions.empty())
    compile_for(kProcessors, module, schedule, folder, passes);
}

std::vector<fs::path> objects_for(const KnownProcessor& processor, const fs::path& folder) {
  std::set<std::string> targets;
  for (const auto& target : kTargets) {
    Schedule schedule;
    schedule.target.value = target;
    if (const auto fitted = fitted_to(processor, schedule)) targets.insert(features_for(*fitted));
  }
  std::vector<fs::path> objects;
  std::error_code none;
  for (const auto& target : targets)
    for (const auto& entry : fs::directory_iterator(folder / target, none))
      if (entry.path().extension() == ".o") objects.push_back(entry.path());
  return objects;
}

}  // namespace sganc
