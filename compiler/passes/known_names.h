#pragma once
// A schedule that names what the model does not have is mistaken.

#include "compiler/passes/plan.h"

namespace sganc {

/// Throws UserError at a layer of [fusion] that the module does not have.
void require_known_layers(const Schedule& schedule, const Module& module);

/// Throws UserError at the `match` of a [[kernel]] or [[product]] that is no pattern and fits nothing.
void require_known_names(const PlannedModule& planned);

}  // namespace sganc
