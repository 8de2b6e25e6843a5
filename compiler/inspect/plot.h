#pragma once
// A model as a picture: each net a group of layers, drawn once, with what feeds it; each update a colour on
// the nets that it trains.

#include "compiler/inspect/summary.h"

namespace sganc {

/// A standalone SVG file, about 900 px wide, on a transparent ground, with colours for light and dark pages.
std::string to_svg(const ModelSummary& summary);

/// The same graph in the language of Graphviz, each net a cluster.
std::string to_dot(const ModelSummary& summary);

}  // namespace sganc
