#pragma once
// Random images, labels and draws for a module that runs twice.

#include "tests/compiled_twin.h"

namespace sganc {

inline constexpr int kImages = 40;

/// Random numbers for a function's inputs: a table of images and labels, and the next draw from it. Tables
/// stay as they are.
inline void bind_inputs(const Function& function, int step, std::mt19937& random, Tensors& inputs) {
  for (const auto& n : function.nodes) {
    if (n.op != Op::input) continue;
    const std::string& name = n.attributes.name;
    Type type = n.type;
    if (name == "random.key") {
      inputs[name] = {type, {1234567, -5, static_cast<double>(step), 0}};
    } else if (type.shape[0] == kUnknownExtent) {  // a table with an entry for each image
      type.shape[0] = kImages;
      if (!inputs.contains(name))
        inputs[name] = type.dtype == DType::f32 ? random_tensor(type.shape, random)
                                                : random_whole(type, name == "data.image" ? 256 : 10, random);
    } else {
      inputs[name] = random_whole(type, kImages, random);
    }
  }
}

/// The same for one function of a module that runs twice.
inline void bind_batch(Twin& twin, const std::string& function, int step, std::mt19937& random) {
  bind_inputs(*twin.module.function(function), step, random, twin.inputs);
}

}  // namespace sganc
