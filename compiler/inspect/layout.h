#pragma once
// Where everything of a model's picture lies, in pixels from its left upper corner.

#include <map>
#include <string>
#include <vector>

#include "compiler/inspect/summary.h"

namespace sganc {

struct Point {
  double x = 0, y = 0;
};

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  Point middle() const { return {x + width / 2, y + height / 2}; }
};

struct PlacedNet {
  const NetSummary* net = nullptr;
  int column = 0;
  Rectangle box;
  std::map<std::string, Rectangle> inputs;  // by name, of what it is `of` and is no net; above the layers
  std::vector<Rectangle> layers;
};

/// A line from box to box, with horizontal and vertical pieces.
struct Route {
  std::vector<Point> points;
  std::vector<std::string> updates;  // of a feed: those that apply it
  std::vector<Point> badges;         // the middle of each update's badge
};

struct PlacedText {
  Point at;  // the left end of its base line
  std::string text;
};

struct Layout {
  double width = 0, height = 0;
  std::vector<PlacedNet> nets;  // in the summary's order
  std::vector<Route> routes;
  std::vector<PlacedText> shapes;
};

inline constexpr double kTitleHeight = 28;   // of a net: its name and parameters
inline constexpr double kBadgesHeight = 22;  // of a net that updates train
inline constexpr double kBadgeHeight = 16;   // with an update's name
inline constexpr double kPadding = 10;       // between a net's border and its layers

/// Nets stand in columns, each to the right of what it is a function of and of what feeds it; the layers of a
/// net from top to bottom.
Layout lay_out(const ModelSummary& summary);

}  // namespace sganc
