#pragma once
// The layers that ONNX has an operator for. All others are said by their primitives.

#include "compiler/export/onnx/values.h"
#include "compiler/language/model.h"

namespace sganc {

/// A layer as it is applied: the nodes between its inputs and its output.
struct AppliedLayer {
  const DeclaredLayer* layer;
  std::vector<Value> inputs;  // each once, in the order in which its nodes read them
  Value output;
  std::map<std::string, Value> weights;  // and statistics, by their names in the layer
};

/// Whether ONNX may have an operator for layers of this kind.
bool has_onnx_operator(const std::string& kind);

/// Adds the operator of the layer to the graph. Returns nothing if ONNX has none for these keys.
std::optional<Held> write_layer(OnnxValues& values, const AppliedLayer& applied);

}  // namespace sganc
