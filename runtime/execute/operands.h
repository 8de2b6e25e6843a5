#pragma once
// The buffers that a step reads and writes.

#include <vector>

#include "runtime/program.h"

namespace sganc {

/// `buffers` are the step's buffers in the order of its operands, `written` those that hold its results.
struct Operands {
  std::vector<const Buffer*> buffers;
  std::vector<const Buffer*> written;
};

/// The result points into the step.
Operands operands_of(const Step& step);

}  // namespace sganc
