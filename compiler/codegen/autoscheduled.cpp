#include "compiler/codegen/autoscheduled.h"

#include <dlfcn.h>

#include <algorithm>

#include "compiler/codegen/schedule_source.h"
#include "compiler/codegen/scheduled.h"
#include "compiler/schedule/directives.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Where Halide's own library lies.
fs::path halide_folder() {
  Dl_info library{};
  const bool found = ::dladdr(reinterpret_cast<void*>(&Halide::load_plugin), &library) != 0;
  return found && library.dli_fname ? fs::path(library.dli_fname).parent_path() : fs::path();
}

/// Beside Halide's, or in the folder that Debian has there.
fs::path library_of(const std::string& name) {
  const fs::path folder = halide_folder();
  for (const fs::path& place : {folder / ("halide" + std::to_string(SGANC_HALIDE_VERSION_MAJOR)), folder})
    if (fs::path library = place / ("libautoschedule_" + name + ".so"); fs::exists(library)) return library;
  return {};
}

Halide::Region region_of(const Shape& extents) {
  Halide::Region region;
  for (auto extent = extents.rbegin(); extent != extents.rend(); ++extent)
    region.emplace_back(0, static_cast<int>(*extent));
  return region;
}

/// Tells how large the arguments are, operands first.
void estimate(EmittedKernel& emitted, const std::vector<Shape>& extents) {
  std::size_t argument = 0;
  for (auto& operand : emitted.facts.operands) operand.set_estimates(region_of(extents.at(argument++)));
  for (auto& output : emitted.outputs) {
    output.set_estimates(region_of(extents.at(argument)));
    argument += static_cast<std::size_t>(output.outputs());
  }
}

/// All Funcs that are computed, in the order of Pipeline::get_func.
std::vector<SourceFunc> funcs_of(const EmittedKernel& emitted, Halide::Pipeline& pipeline) {
  std::vector<Halide::Internal::Function> outputs;
  for (const auto& output : emitted.outputs) outputs.push_back(output.function());
  const std::size_t count = Halide::Internal::build_environment(outputs).size();
  std::vector<SourceFunc> funcs;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = pipeline.get_func(i).name();
    const auto stage =
        std::ranges::find_if(emitted.funcs, [&](const NamedFunc& f) { return f.func.name() == name; });
    funcs.push_back(stage == emitted.funcs.end() ? SourceFunc{name, ""}
                                                 : SourceFunc{name, stage->name, stage->result});
  }
  return funcs;
}

std::string source_of(Halide::Pipeline& pipeline, const Halide::Target& target, const Autoscheduler& by,
                      int threads) {
  std::string name = by.name;  // Adams2019, as it calls itself
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  Halide::load_plugin(by.library.string());
#if SGANC_HALIDE_VERSION_MAJOR >= 15
  const Halide::AutoschedulerParams params(name, {{"parallelism", std::to_string(threads)}});
  return pipeline.apply_autoscheduler(target, params).schedule_source;
#else
  auto machine = Halide::MachineParams::generic();
  machine.parallelism = threads;
  return pipeline.auto_schedule(name, target, machine).schedule_source;
#endif
}

}  // namespace

std::vector<Autoscheduler> autoschedulers() {
  std::vector<Autoscheduler> all;
  for (const char* name : {"mullapudi2016", "li2018", "adams2019"}) all.push_back({name, library_of(name)});
  return all;
}

KernelSchedule autoscheduled(const KernelDescription& kernel, const std::vector<Shape>& extents,
                             const Autoscheduler& by, int threads) {
  const Halide::Target target = kernel_target(kernel.target);
  EmittedKernel emitted = emit(kernel, target);
  const auto stages = stages_of(emitted);
  try {
    estimate(emitted, extents);
    Halide::Pipeline pipeline(emitted.outputs);
    const auto funcs = funcs_of(emitted, pipeline);
    return directives_of_source(source_of(pipeline, target, by, threads), funcs, stages);
  } catch (const Halide::Error& error) {
    std::string said = error.what();
    std::replace(said.begin(), said.end(), '\n', ' ');
    refuse({}, "Halide has no schedule: " + said.substr(0, said.find_last_not_of(' ') + 1));
  }
}

}  // namespace sganc
