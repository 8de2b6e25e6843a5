#pragma once
// Pictures of a model. Each net is drawn once, as a group of layers with its inputs. Each update has a colour
// on the nets that it trains.

#include "compiler/inspect/summary.h"

namespace sganc {

/// A standalone SVG file, about 900 px wide, with a transparent background and colours for light and dark
/// pages.
std::string to_svg(const ModelSummary& summary);

/// The same graph in the language of Graphviz, each net a cluster.
std::string to_dot(const ModelSummary& summary);

}  // namespace sganc
