#pragma once
// How ONNX says each primitive.

#include "compiler/export/onnx/values.h"

namespace sganc {

/// Adds what computes the node to the graph. Throws UserError at its origin if ONNX cannot say it.
Held write_primitive(OnnxValues& values, Value n);

}  // namespace sganc
