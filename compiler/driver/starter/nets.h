#pragma once
// The nets of a first model, for images of any height, width and channels.

#include <array>
#include <cstdint>
#include <string>

namespace sganc {

/// The layers as lines of TOML, and their sizes: 7x7 -> 14x14 -> 28x28.
struct StarterNets {
  std::string generator_sizes, generator_layers;
  std::string trunk_sizes, trunk_layers;
  std::string classifier_sizes, classifier_layers;
};

/// The generator starts with sides of at most 8 pixels and doubles them. For an odd side it makes one pixel
/// more and drops it. The trunk halves the sides until they have at most 4 pixels, and the trunk of a
/// classifier until they have at most 8, with batch norm and two convolutions for each size. Large images get
/// fewer filters.
StarterNets starter_nets(const std::array<std::int64_t, 3>& shape);

}  // namespace sganc
