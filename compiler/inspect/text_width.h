#pragma once
// Estimates the size of texts in a picture, in pixels.

#include <string>
#include <string_view>

#include "compiler/inspect/summary.h"

namespace sganc {

/// The approximate width of a text in a sans-serif font of that size, rather too wide than too narrow.
double text_width(std::string_view text, double size);

/// The text in a layer's box: its kind, or its given name and its kind.
std::string layer_title(const LayerSummary& layer);

double badge_width(const std::string& update);
double layer_width(const LayerSummary& layer);

/// The width that the net's title, badges, inputs and layers need.
double net_width(const NetSummary& net);

}  // namespace sganc
