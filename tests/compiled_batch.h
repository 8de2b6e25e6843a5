#pragma once
// Random images, labels and draws for a module that runs twice.

#include "tests/compiled_twin.h"

namespace sganc {

inline constexpr int kImages = 40;

/// Binds a table of random images and labels, and draws the next batch of one function.
inline void bind_batch(Twin& twin, const std::string& function, int step, std::mt19937& random) {
  for (const auto& n : twin.module.function(function)->nodes) {
    if (n.op != Op::input) continue;
    const std::string& name = n.attributes.name;
    Type type = n.type;
    if (name == "random.key") {
      twin.bind(name, {type, {1234567, -5, static_cast<double>(step), 0}});
    } else if (type.shape[0] == kUnknownExtent) {  // a table with an entry for each image
      type.shape[0] = kImages;
      if (!twin.inputs.contains(name))
        twin.bind(name, type.dtype == DType::f32
                            ? random_tensor(type.shape, random)
                            : random_whole(type, name == "data.image" ? 256 : 10, random));
    } else {
      twin.bind(name, random_whole(type, kImages, random));
    }
  }
}

}  // namespace sganc
