#pragma once
// How much room the texts of a picture take, in pixels.

#include <string>
#include <string_view>

#include "compiler/inspect/summary.h"

namespace sganc {

/// About the width of a text in a sans-serif font of so many pixels, rather too wide than too narrow.
double text_width(std::string_view text, double size);

/// What a layer's box says: its kind, or the name it was given.
std::string layer_title(const LayerSummary& layer);

double badge_width(const std::string& update);
double layer_width(const LayerSummary& layer);

/// Of all that stands in the net's group: its title, its badges, its input, its layers.
double net_width(const NetSummary& net);

}  // namespace sganc
