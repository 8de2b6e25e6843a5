#pragma once
// Checks that a kernel reads only its operands. If the loops of an inner stage are rounded up or shifted, the
// stage computes more than is needed, and may read after the end of an operand. The compiled kernel does not
// check.

#include "compiler/codegen/scheduled.h"

namespace sganc {

/// Throws UserError at the schedule's table if the kernel would read outside of an operand.
void require_reads_inside(const ScheduledKernel& kernel);

}  // namespace sganc
