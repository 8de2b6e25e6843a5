#pragma once
// Kernels as text: what can be scheduled, the current schedule, and forms of the code.

#include <string>
#include <vector>

#include "compiler/codegen/lower.h"

namespace sganc {

/// Each kernel once, with its name, the functions that call it, what it reads and writes, its stages with
/// their loops (innermost first, with extents), and the current directives.
///     kernel trunk.dropout_1.forward of c, d_real
///       reads   operand_0 f32[50, 2048]
///       writes  f32[50, 2048]
///       stage output: x0 2048, x1 50
///         split x0 x0_outer x0_inner 16 shift_inwards
std::string kernels_text(const std::vector<UsedKernel>& kernels);

/// The complete current schedule as a file, which compiles to the same code.
std::string schedule_text(const std::vector<UsedKernel>& kernels, const Schedule& schedule);

/// Parts of such a file: everything but the tables of kernels; a table [[kernel]]; a table [[product]].
std::string choices_of(const Schedule& schedule);
std::string table_of(const std::string& match, const KernelSchedule& schedule);
std::string table_of(const ProductRule& rule);

/// The directives of a kernel, from the schedule file or by default. Throws UserError at one that cannot be
/// applied.
KernelSchedule schedule_in_force(const KernelDescription& kernel);

/// Forms of a kernel's code: Halide's lowered loops, the same as a page for a browser, assembly, an object
/// file.
enum class CodeForm : std::uint8_t { loops, page, assembly, object };

/// The content of that file. Throws UserError if the schedule cannot be applied.
std::string code_of(const KernelDescription& kernel, CodeForm form);

}  // namespace sganc
