#pragma once
// Which buffers a step reads and writes.

#include <vector>

#include "runtime/program.h"

namespace sganc {

/// A step's buffers in the order of its operands, and those of its values that it writes.
struct Operands {
  std::vector<const Buffer*> buffers;
  std::vector<const Buffer*> written;
};

/// Points into the step.
Operands operands_of(const Step& step);

}  // namespace sganc
