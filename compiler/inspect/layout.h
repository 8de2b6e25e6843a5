#pragma once
// The layout of a model's picture, in pixels from its upper left corner.

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
  /// The boxes of the inputs (not nets) that it is `of`, by name. They stand above the layers.
  std::map<std::string, Rectangle> inputs;
  std::vector<Rectangle> layers;
};

/// A line from box to box, with horizontal and vertical pieces.
struct Route {
  std::vector<Point> points;
  std::vector<std::string> updates;  // the updates that use it, if it is a feed
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

inline constexpr double kTitleHeight = 28;   // for a net's name and parameters
inline constexpr double kBadgesHeight = 22;  // of the row of badges of a net that updates train
inline constexpr double kBadgeHeight = 16;   // of a badge with an update's name
inline constexpr double kPadding = 10;       // between a net's border and its layers

/// Places nets in columns. A net stands to the right of the nets that it is a function of and that feed it.
/// Its layers run from top to bottom.
Layout lay_out(const ModelSummary& summary);

}  // namespace sganc
