#pragma once
// Compiles kernels for every processor of a list as the program does, those of one target once.

#include <filesystem>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/passes/pass.h"
#include "compiler/schedule/schedule.h"
#include "tests/processors.h"

namespace sganc {

/// Compiles the module's kernels into folder/TARGET for each target that one of the processors gets under
/// this schedule.
void compile_for(const std::vector<KnownProcessor>& processors, const Module& module,
                 const Schedule& schedule, const std::filesystem::path& folder,
                 const PassOptions& passes = {});

/// Does the same for kProcessors, into the folder that $SGANC_PROCESSORS names, or nothing if it names
/// none. In this way tests leave what they compile to the judge of tests/processors/run.
void compile_for_every_processor(const Module& module, const Schedule& schedule, const PassOptions& passes);

/// Returns the objects in the folder for every target that a schedule can give this processor.
std::vector<std::filesystem::path> objects_for(const KnownProcessor& processor,
                                               const std::filesystem::path& folder);

}  // namespace sganc
