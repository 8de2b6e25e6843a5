#include "runtime/report/line_plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/system/markup.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

constexpr double kWidth = 320, kHeight = 190;
constexpr double kTop = 8, kRight = 12, kBottom = 34;
constexpr double kCharacter = 6;    // the width of a digit of a tick
constexpr int kTicks = 5;           // on an axis, about
constexpr double kOutliers = 0.01;  // the part of a faint line's points at each end that sets no scale
constexpr double kRoom = 0.04;      // of the height, above and below the lines

/// A range of numbers, and where they lie in the picture.
struct Scale {
  double low = 0, high = 1;   // of what is drawn: logarithms on a logarithmic scale
  double begin = 0, end = 1;  // pixels
  bool log = false;

  double at(double value) const {
    const double drawn = log ? std::log10(std::max(value, 1e-300)) : value;
    const double part = std::clamp((drawn - low) / (high - low), 0.0, 1.0);
    return begin + part * (end - begin);
  }
};

double quantile(std::vector<double> sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1) + 0.5)];
}

Scale x_scale(const LinePlot& plot) {
  Scale x{.low = HUGE_VAL, .high = -HUGE_VAL};
  for (const auto& line : plot.lines)
    for (const auto& p : line.points) x.low = std::min(x.low, p.x), x.high = std::max(x.high, p.x);
  if (x.low == x.high) x.low -= 1, x.high += 1;
  return x;
}

Scale y_scale(const LinePlot& plot) {
  Scale y{.low = HUGE_VAL, .high = -HUGE_VAL, .log = plot.log};
  for (const auto& line : plot.lines) {
    std::vector<double> values;
    for (const auto& p : line.points) values.push_back(plot.log ? std::log10(std::max(p.y, 1e-300)) : p.y);
    if (values.empty()) continue;
    std::ranges::sort(values);
    y.low = std::min(y.low, quantile(values, line.faint ? kOutliers : 0));
    y.high = std::max(y.high, quantile(values, line.faint ? 1 - kOutliers : 1));
  }
  const double least = 1e-9 * std::max(1.0, std::abs(y.high));
  const double room = y.high - y.low > least ? kRoom * (y.high - y.low) : plot.percent ? 0.01 : 0.5;
  y.low -= room, y.high += room;
  if (plot.percent) y.low = std::max(y.low, 0.0), y.high = std::min(y.high, 1.0);
  return y;
}

struct Tick {
  double value = 0;
  std::string text = {};
};

/// The fewest digits that tell neighbouring ticks apart.
std::string tick_text(double value, double step) {
  if (std::abs(value) < step * 1e-6) return "0";
  if (std::abs(value) >= 1e6 || step < 1e-4) return significant(value, 3);
  const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return digits == 0 ? grouped(std::llround(value)) : fixed(value, digits);
}

std::vector<Tick> linear_ticks(double low, double high, bool percent, bool whole = false) {
  const double unit = percent ? 100 : 1;
  const auto values = round_ticks(low * unit, high * unit, kTicks, whole);
  const double step = values.size() > 1 ? values[1] - values[0] : 1;
  std::vector<Tick> ticks;
  for (const double v : values) ticks.push_back({v / unit, tick_text(v, step) + (percent ? " %" : "")});
  return ticks;
}

/// Powers of ten.
std::vector<Tick> logarithmic_ticks(double low, double high) {
  std::vector<Tick> ticks;
  const int every = std::max(1, static_cast<int>((high - low) / kTicks) + (high - low > kTicks ? 1 : 0));
  for (int power = static_cast<int>(std::ceil(low)); power <= high; power += every)
    ticks.push_back({std::pow(10, power), significant(std::pow(10, power), 3)});
  return ticks;
}

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + svg_number(std::round(10 * value) / 10) + "\"";
}

std::string text(double x, double y, const std::string& name, const std::string& what) {
  return "<text class=\"" + name + "\"" + attribute("x", x) + attribute("y", y) + ">" + xml_text(what) +
         "</text>\n";
}

/// The marks of the styles, around the origin.
constexpr std::array kMarks = {"M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
                               "M-2.7 -2.7h5.4v5.4h-5.4z",
                               "M0 -3.6L3.4 2.6H-3.4z",
                               "M0 -3.9L3.9 0L0 3.9L-3.9 0z",
                               "M0 3.6L3.4 -2.6H-3.4z",
                               "M-3.4 -1h2.4v-2.4h2v2.4h2.4v2h-2.4v2.4h-2v-2.4h-2.4z",
                               "M-3.6 -1.5h7.2v3h-7.2z",
                               "M-1.5 -3.6h3v7.2h-3z"};
static_assert(kMarks.size() == kPlotStyles);

std::string style_of(std::size_t style) {
  return " s" + std::to_string(style % kPlotStyles);
}

class Drawing {
 public:
  explicit Drawing(const LinePlot& plot) : plot_(plot), x_(x_scale(plot)), y_(y_scale(plot)) {
    y_ticks_ = plot.log ? logarithmic_ticks(y_.low, y_.high) : linear_ticks(y_.low, y_.high, plot.percent);
    std::size_t longest = 1;
    for (const auto& tick : y_ticks_) longest = std::max(longest, tick.text.size());
    x_.begin = kCharacter * static_cast<double>(longest) + 8, x_.end = kWidth - kRight;
    y_.begin = kHeight - kBottom, y_.end = kTop;
  }

  std::string run() {
    axes();
    for (const bool faint : {true, false})
      for (const auto& line : plot_.lines)
        if (line.faint == faint) draw(line);
    return "<svg class=\"plot\" viewBox=\"0 0 " + svg_number(kWidth) + " " + svg_number(kHeight) +
           "\" role=\"img\" aria-label=\"" + xml_text(plot_.title) + "\">\n" + out_ + "</svg>\n";
  }

 private:
  void axes() {
    for (const auto& tick : y_ticks_) {
      const double y = y_.at(tick.value);
      out_ += "<path class=\"grid\" d=\"M" + place(x_.begin, y) + "H" + svg_number(x_.end) + "\"/>\n";
      out_ += text(x_.begin - 5, y + 3.5, "tick end", tick.text);
    }
    for (const auto& tick : linear_ticks(x_.low, x_.high, false, true)) {  // steps and epochs are whole
      const double x = x_.at(tick.value);
      out_ += "<path class=\"grid\" d=\"M" + place(x, y_.begin) + "v4\"/>\n";
      out_ += text(x, y_.begin + 15, "tick middle", tick.text);
    }
    out_ += "<path class=\"axis\" d=\"M" + place(x_.begin, y_.begin) + "H" + svg_number(x_.end) + "\"/>\n";
    out_ += text((x_.begin + x_.end) / 2, kHeight - 5, "tick middle", plot_.x_name);
  }

  static std::string place(double x, double y) {
    return svg_number(std::round(10 * x) / 10) + " " + svg_number(std::round(10 * y) / 10);
  }

  void draw(const PlotLine& line) {
    std::string path;
    for (const auto& p : line.points) path += (path.empty() ? "M" : "L") + place(x_.at(p.x), y_.at(p.y));
    const std::string name = (line.faint ? "line faint" : "line") + style_of(line.style);
    if (line.points.size() > 1) out_ += "<path class=\"" + name + "\" d=\"" + path + "\"/>\n";
    if (line.marked || line.points.size() == 1)
      for (const auto& p : line.points) mark(line, p);
  }

  void mark(const PlotLine& line, const PlotPoint& p) {
    const std::string value = plot_.percent ? percent_text(p.y) : significant(p.y, 4);
    out_ += "<path class=\"mark" + style_of(line.style) + "\" transform=\"translate(" +
            place(x_.at(p.x), y_.at(p.y)) + ")\" d=\"" + kMarks[line.style % kPlotStyles] + "\"><title>" +
            xml_text(line.name + ", " + plot_.x_name + " " + grouped(std::llround(p.x)) + ": " + value) +
            "</title></path>\n";
  }

  const LinePlot& plot_;
  Scale x_, y_;
  std::vector<Tick> y_ticks_;
  std::string out_;
};

}  // namespace

std::vector<double> round_ticks(double low, double high, int most, bool whole) {
  std::vector<double> ticks;
  const double rough = (high - low) / most;
  if (!(rough > 0) || !std::isfinite(rough)) return {low};
  double step = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (factor * step >= rough * (1 - 1e-9)) {
      step *= factor;
      break;
    }
  if (whole) step = std::max(step, 1.0);
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i)
    ticks.push_back(i * step);
  return ticks;
}

std::string to_svg(const LinePlot& plot) {
  const auto has_points = [](const PlotLine& line) { return !line.points.empty(); };
  return std::ranges::any_of(plot.lines, has_points) ? Drawing(plot).run() : "";
}

std::string legend_svg(std::size_t style) {
  return "<svg class=\"key\" viewBox=\"0 0 30 10\" aria-hidden=\"true\"><path class=\"line" +
         style_of(style) + "\" d=\"M0 5H30\"/><path class=\"mark" + style_of(style) +
         "\" transform=\"translate(15 5)\" d=\"" + kMarks[style % kPlotStyles] + "\"/></svg>";
}

}  // namespace sganc
