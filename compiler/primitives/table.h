#pragma once
// The rows of all primitives.

#include "compiler/primitives/primitive.h"

namespace sganc {

/// The rows in the order of Op.
const std::vector<const Primitive*>& all_primitives();
const Primitive& primitive(Op op);

}  // namespace sganc
