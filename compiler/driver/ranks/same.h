#pragma once
// What must be the same on all ranks, or their weights would not stay the same.

#include <string>
#include <vector>

#include "compiler/driver/ranks/meeting.h"

namespace sganc {

/// One thing that must be the same: what it is, as in "rank 1 has another model than rank 0", and what to do
/// about it.
struct Fact {
  std::string what, value, help;
};

/// Meets the others and compares. Throws UserError, on all ranks alike, which names the ranks that differ
/// from rank 0.
void require_same(const std::vector<Fact>& facts, Meeting& meeting);

}  // namespace sganc
