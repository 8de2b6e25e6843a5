#pragma once
// Checks the names in a schedule.

#include "compiler/passes/plan.h"

namespace sganc {

/// Throws UserError at a layer in [fusion] that the module does not have.
void require_known_layers(const Schedule& schedule, const Module& module);

/// Throws UserError at the `match` of a [[kernel]] or [[product]] that has no `*` and matches nothing: the
/// name of a group, or FUNCTION/NAME.
void require_known_names(const PlannedModule& planned);

}  // namespace sganc
