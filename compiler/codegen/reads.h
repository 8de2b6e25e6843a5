#pragma once
// Whether a kernel keeps to the memory that it reads. Rounding up and shifting the loops of an inner stage
// make it compute more than is needed, perhaps from behind its operands; the compiled kernel does not check.

#include "compiler/codegen/scheduled.h"

namespace sganc {

/// Throws UserError at the schedule's table where the kernel would read outside of an operand.
void require_reads_inside(const ScheduledKernel& kernel);

}  // namespace sganc
