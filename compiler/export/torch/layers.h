#pragma once
// How PyTorch says each layer: a module of its own where it has one, else a function.

#include <string>
#include <vector>

#include "compiler/graph/type.h"
#include "compiler/language/model.h"

namespace sganc {

/// A layer of a net, with the shapes that it takes and makes, of one example and in the model's order.
struct TorchLayer {
  const DeclaredLayer& layer;
  std::vector<Shape> inputs;
  Shape output;
  std::vector<std::string> x;  // Python's names of the inputs
};

/// Images lie as (batch, channels, height, width) in PyTorch, all else as in the model.
inline bool is_image(const Shape& example) {
  return example.size() == 3;
}

struct TorchText {
  std::string module;  // the expression that makes the layer's module, or ""
  std::string call;    // the expression of the layer's output
};

/// Throws UserError at a layer that PyTorch cannot say.
TorchText torch_text(const TorchLayer& layer);

/// The kinds of layers that have a row.
std::vector<std::string> torch_layer_kinds();

/// A function or class of the written module that layers call, in Python.
struct TorchDefinition {
  std::string_view name;
  std::string_view text;
};
const std::vector<TorchDefinition>& torch_definitions();

}  // namespace sganc
