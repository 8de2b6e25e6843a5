#pragma once
// Halide's autoschedulers: libraries of their own, that make a schedule of a kernel.

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/codegen/kernel.h"

namespace sganc {

struct Autoscheduler {
  std::string name;               // adams2019
  std::filesystem::path library;  // "" where it is not installed
};

/// Those for processors, the quickest first: mullapudi2016, li2018, adams2019.
std::vector<Autoscheduler> autoschedulers();

/// What the autoscheduler makes of the kernel for so many threads; `extents` are those of its arguments, all
/// known, outermost first, inputs before outputs. Stages that it does not speak of it has inlined. It may
/// take long, crash, and write to standard error. Throws UserError, without a place, where Halide fails or
/// where directives cannot say what it has made.
KernelSchedule autoscheduled(const KernelDescription& kernel, const std::vector<Shape>& extents,
                             const Autoscheduler& by, int threads);

}  // namespace sganc
