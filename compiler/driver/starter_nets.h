#pragma once
// The generator and the trunk of a first model, for images of any height, width and channels.

#include <array>
#include <cstdint>
#include <string>

namespace sganc {

/// Layers as lines of TOML, and the sizes that they go through: 7x7 -> 14x14 -> 28x28.
struct StarterNets {
  std::string generator_sizes, generator_layers;
  std::string trunk_sizes, trunk_layers;
};

/// The generator doubles the sides, from at most 8 pixels; one that is odd becomes twice the half that is
/// rounded up, less one. The trunk halves them, down to at most 4. Large images have fewer filters.
StarterNets starter_nets(const std::array<std::int64_t, 3>& shape);

}  // namespace sganc
