#pragma once
// Kernels for every processor of a list, by the way that the program compiles them; those of one target are
// compiled once.

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

/// The same for kProcessors, into the folder that $SGANC_PROCESSORS names; nothing where it names none. So
/// tests leave what they compile to the judge of tests/processors/run.
void compile_for_every_processor(const Module& module, const Schedule& schedule, const PassOptions& passes);

/// The objects there that the processor is given, under any target of a schedule that it can run.
std::vector<std::filesystem::path> objects_for(const KnownProcessor& processor,
                                               const std::filesystem::path& folder);

}  // namespace sganc
