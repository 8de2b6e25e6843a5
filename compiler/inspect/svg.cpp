#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/inspect/layout.h"
#include "compiler/inspect/plot.h"
#include "compiler/inspect/text_table.h"
#include "compiler/inspect/text_width.h"
#include "runtime/system/markup.h"

namespace sganc {
namespace {

constexpr double kMargin = 12, kHeading = 38;
constexpr double kLeastWidth = 640;             // of the legend of updates
constexpr double kBetween = 24;                 // between columns of the legend
constexpr double kCodeWidth = 6.75;             // of a monospaced character of 11 px
constexpr double kLeastCode = 24 * kCodeWidth;  // of the column of expressions
constexpr std::array kHeadings = {"update", "minimizes", "draws", "trains", "with"};

/// The colours of the updates, in their order. White text is legible on each.
constexpr std::array kColors = {"#2f6fbd", "#b4532a", "#2a7f53", "#8250b8",
                                "#b0365f", "#177a86", "#80651a", "#5c6773"};

constexpr const char* kStyle = R"(<style>
text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2328; }
.model { font-size: 15px; font-weight: 600; }
.net-name { font-size: 14px; font-weight: 600; }
.layer-name { font-weight: 500; }
.small { font-size: 11px; fill: #59636e; }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 11px; }
.badge-name { font-size: 11px; font-weight: 500; fill: #ffffff; text-anchor: middle; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.net { fill: #f6f8fa; stroke: #d1d9e0; }
.layer { fill: #ffffff; stroke: #b7c0ca; }
.weights { fill: #e6f0fd; stroke: #8db4e2; }
.input { fill: #fff6dd; stroke: #d6b656; }
.line { fill: none; stroke: #59636e; stroke-width: 1.2; }
.feed { stroke-dasharray: 5 3; }
.head { fill: #59636e; }
.rule { stroke: #d1d9e0; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.small { fill: #9aa4af; }
.badge-name { fill: #ffffff; }
.net { fill: #161b22; stroke: #3d444d; }
.layer { fill: #21262d; stroke: #565e68; }
.weights { fill: #172a45; stroke: #3f6ea8; }
.input { fill: #33290f; stroke: #8f7425; }
.line { stroke: #9aa4af; }
.head { fill: #9aa4af; }
.rule { stroke: #3d444d; }
}
</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0.5 8 4 0 7.5z"/></marker></defs>
)";

/// The text in lines of at most `most` characters, broken behind spaces. A longer word has a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t most) {
  std::vector<std::string> lines(1);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find(' ', begin), text.size() - 1) + 1;
    if (!lines.back().empty() && lines.back().size() + end - begin > most) lines.emplace_back();
    lines.back() += text.substr(begin, end - begin);
    begin = end;
  }
  return lines;
}

class Drawing {
 public:
  explicit Drawing(const ModelSummary& summary) : summary_(summary), layout_(lay_out(summary)) {}

  std::string run() {
    const double width = std::max(
        {layout_.width + 2 * kMargin, kLeastWidth, beside_expressions(legend_widths()) + kLeastCode});
    text({kMargin, kMargin + 14}, "model", summary_.name);
    text({width - kMargin, kMargin + 14}, "small end", grouped(summary_.parameters) + " parameters");
    const double left = (width - layout_.width) / 2;
    out_ += "<g transform=\"translate(" + svg_number(left) + " " + svg_number(kHeading) + ")\">\n";
    for (const auto& net : layout_.nets) draw(net);
    for (const auto& route : layout_.routes) draw(route);
    for (const auto& shape : layout_.shapes) text(shape.at, "small", shape.text);
    out_ += "</g>\n";
    const double height = legend(kHeading + layout_.height + 30, width);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + svg_number(width) + " " +
           svg_number(height) + "\" width=\"" + svg_number(width) + "\" height=\"" + svg_number(height) +
           "\" role=\"img\">\n<title>" + xml_text(summary_.name) + "</title>\n" + kStyle + out_ + "</svg>\n";
  }

 private:
  static std::string style(const std::string& name) { return name.empty() ? "" : " class=\"" + name + "\""; }
  void text(Point at, const std::string& name, const std::string& what) {
    out_ += "<text" + style(name) + " x=\"" + svg_number(at.x) + "\" y=\"" + svg_number(at.y) + "\">" +
            xml_text(what) + "</text>\n";
  }
  void box(const Rectangle& r, const std::string& attributes, double radius) {
    out_ += "<rect" + attributes + " x=\"" + svg_number(r.x) + "\" y=\"" + svg_number(r.y) + "\" width=\"" +
            svg_number(r.width) + "\" height=\"" + svg_number(r.height) + "\" rx=\"" + svg_number(radius) +
            "\"/>\n";
  }

  /// Draws an update's name on its colour.
  void badge(Point middle, const std::string& update) {
    const auto found = std::ranges::find(summary_.updates, update, &UpdateSummary::name);
    const auto color = static_cast<std::size_t>(found - summary_.updates.begin()) % kColors.size();
    const double width = badge_width(update);
    box({middle.x - width / 2, middle.y - kBadgeHeight / 2, width, kBadgeHeight},
        std::string(" fill=\"") + kColors[color] + "\"", kBadgeHeight / 2);
    text({middle.x, middle.y + 4}, "badge-name", update);
  }

  void draw(const PlacedNet& placed) {
    const NetSummary& net = *placed.net;
    const double x = placed.box.x + kPadding, right = placed.box.right() - kPadding;
    box(placed.box, style("net"), 8);
    text({x, placed.box.y + 20}, "net-name", net.name);
    if (net.parameters) text({right, placed.box.y + 20}, "small end", grouped(net.parameters));
    double at = x;
    for (const auto& update : net.trained_by) {
      const double width = badge_width(update);
      badge({at + width / 2, placed.box.y + kTitleHeight + kBadgeHeight / 2}, update);
      at += width + 4;
    }
    for (const auto& [name, input] : placed.inputs) {
      box(input, style("input"), input.height / 2);
      const Point middle = input.middle();
      text({middle.x, middle.y + 4}, "middle", name + " " + shape_text(net.input(name)));
    }
    for (std::size_t i = 0; i < net.layers.size(); ++i) draw(net.layers[i], placed.layers[i]);
  }

  void draw(const LayerSummary& layer, const Rectangle& r) {
    box(r, style(layer.parameters ? "weights" : "layer"), 4);
    text({r.x + 8, r.y + 16}, "layer-name", layer_title(layer));
    if (layer.parameters) text({r.right() - 8, r.y + 16}, "small end", grouped(layer.parameters));
    if (!layer.settings.empty()) text({r.x + 8, r.y + 31}, "small", settings_text(layer.settings));
  }

  void draw(const Route& route) {
    std::string points;
    for (const auto& p : route.points)
      points += (points.empty() ? "" : " ") + svg_number(p.x) + "," + svg_number(p.y);
    out_ += std::string("<polyline class=\"line") + (route.updates.empty() ? "" : " feed") + "\" points=\"" +
            points + "\" stroke-linejoin=\"round\" marker-end=\"url(#arrow)\"/>\n";
    for (std::size_t i = 0; i < route.badges.size(); ++i) badge(route.badges[i], route.updates[i]);
  }

  /// Draws a row for each update. Returns the y at which the picture ends.
  double legend(double y, double width) {
    const auto x = legend_columns(width);
    for (std::size_t i = 0; i < kHeadings.size(); ++i) text({x[i], y}, "small", kHeadings[i]);
    y += 8;
    out_ += "<line class=\"rule\" x1=\"" + svg_number(kMargin) + "\" y1=\"" + svg_number(y) + "\" x2=\"" +
            svg_number(width - kMargin) + "\" y2=\"" + svg_number(y) + "\"/>\n";
    const auto most = static_cast<std::size_t>((x[2] - x[1] - kBetween) / kCodeWidth);
    for (const auto& u : summary_.updates) {
      y += 20;
      badge({x[0] + badge_width(u.name) / 2, y - 4}, u.name);
      text({x[2], y}, "", draws_text(u));
      text({x[3], y}, "", listed(u.train));
      text({x[4], y}, "", u.optimizer);
      const auto lines = wrapped(u.minimize, most);
      for (std::size_t i = 0; i < lines.size(); ++i)
        text({x[1], y + 15 * static_cast<double>(i)}, "code", lines[i]);
      y += 15 * static_cast<double>(lines.size() - 1) + 4;
    }
    return y + kMargin;
  }

  /// The width that each column needs if no expression is wrapped.
  std::array<double, 5> legend_widths() const {
    std::array<double, 5> widths{};
    for (std::size_t i = 0; i < 5; ++i) widths[i] = text_width(kHeadings[i], 11);
    const auto widen = [&](std::size_t i, double w) { widths[i] = std::max(widths[i], std::ceil(w)); };
    for (const auto& u : summary_.updates) {
      widen(0, badge_width(u.name));
      widen(1, kCodeWidth * static_cast<double>(u.minimize.size()) + 1);
      widen(2, text_width(draws_text(u), 12));
      widen(3, text_width(listed(u.train), 12));
      widen(4, text_width(u.optimizer, 12));
    }
    return widths;
  }
  static double beside_expressions(const std::array<double, 5>& widths) {
    return widths[0] + widths[2] + widths[3] + widths[4] + 4 * kBetween + 2 * kMargin;
  }

  /// The x at which each column begins. Expressions get less width if they would push other columns out of
  /// the picture.
  std::array<double, 5> legend_columns(double width) const {
    std::array<double, 5> widths = legend_widths();
    widths[1] = std::min(widths[1], width - beside_expressions(widths));
    std::array<double, 5> x{kMargin};
    for (std::size_t i = 1; i < 5; ++i) x[i] = x[i - 1] + widths[i - 1] + kBetween;
    return x;
  }

  const ModelSummary& summary_;
  const Layout layout_;
  std::string out_;
};

}  // namespace

std::string to_svg(const ModelSummary& summary) {
  return Drawing(summary).run();
}

}  // namespace sganc
