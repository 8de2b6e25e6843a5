#pragma once
// Plots of lines as SVG, for a page whose style gives the colours (report_style).

#include <cstddef>
#include <string>
#include <vector>

namespace sganc {

struct PlotPoint {
  double x = 0, y = 0;
  bool operator==(const PlotPoint&) const = default;
};

/// The number of styles that lines can have, each with a colour, dashes and a mark of its own.
inline constexpr std::size_t kPlotStyles = 8;

struct PlotLine {
  std::string name;
  std::vector<PlotPoint> points = {};  // in ascending order of x
  std::size_t style = 0;               // modulo kPlotStyles
  bool faint = false;                  // drawn behind the others; its outliers do not set the scale
  bool marked = false;                 // with a mark at each point
};

struct LinePlot {
  std::string title;
  std::string x_name = "step";
  std::vector<PlotLine> lines = {};
  bool percent = false;  // y is a part of a whole
  bool log = false;      // y is positive, and drawn on a logarithmic scale
};

/// A picture that is about 320 px wide, or "" if no line has a point.
std::string to_svg(const LinePlot& plot);

/// A short piece of a line in that style, for a legend.
std::string legend_svg(std::size_t style);

/// At most about `most` round numbers in the range, in ascending order, all of them integers if `whole`.
std::vector<double> round_ticks(double low, double high, int most, bool whole = false);

}  // namespace sganc
