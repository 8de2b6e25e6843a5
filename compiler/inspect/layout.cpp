#include "compiler/inspect/layout.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/inspect/text_table.h"
#include "compiler/inspect/text_width.h"

namespace sganc {
namespace {

constexpr double kPlainLayer = 24, kLayerWithSettings = 38;  // heights of boxes
constexpr double kGap = 24;                                  // between two layers, for an arrow and a shape
constexpr double kBetweenNets = 24;                          // in a column
constexpr double kTrack = 12;                                // between parallel lines
constexpr double kJog = 6;                                   // a line that would step by less is straight
constexpr double kArrow = 16;  // the least length of a line that ends in an arrow

double layer_height(const LayerSummary& layer) {
  return layer.settings.empty() ? kPlainLayer : kLayerWithSettings;
}

class LayingOut {
 public:
  explicit LayingOut(const ModelSummary& summary) : summary_(summary) {}

  Layout run() {
    for (const auto& net : summary_.nets) layout_.nets.push_back({.net = &net});
    choose_columns();
    for (auto& placed : layout_.nets) place_layers(placed);
    choose_tracks();
    place_columns();
    for (const auto& placed : layout_.nets) route_within(placed);
    for (const auto& placed : layout_.nets) route_of(placed);
    for (const auto& feed : summary_.feeds) route_feed(feed);
    for (const auto& placed : layout_.nets) label_output(placed);
    layout_.height += lanes_ * kTrack;
    return std::move(layout_);
  }

 private:
  PlacedNet& placed(const std::string& net) {
    return *std::ranges::find_if(layout_.nets, [&](const auto& p) { return p.net->name == net; });
  }

  /// Puts each net to the right of the nets that it is a function of and of the nets that feed it. If the
  /// feeds form a cycle, they do not count.
  void choose_columns() {
    circle_ = !relax(true);
    if (circle_) relax(false);
    for (const auto& p : layout_.nets) columns_ = std::max(columns_, p.column + 1);
  }

  /// Moves nets to the right until each stands behind the nets before it. Returns false if there is a cycle.
  bool relax(bool with_feeds) {
    for (auto& p : layout_.nets) p.column = 0;
    bool moved = true;
    const auto behind = [&](const std::string& from, PlacedNet& to) {
      const int column = placed(from).column + 1;
      if (to.column < column) to.column = column, moved = true;
    };
    for (std::size_t i = 0; moved && i <= layout_.nets.size(); ++i) {
      moved = false;
      for (auto& p : layout_.nets)
        for (const auto& of : p.net->of)
          if (summary_.net(of)) behind(of, p);
      if (with_feeds)
        for (const auto& feed : summary_.feeds) behind(feed.from, placed(feed.to));
    }
    return !moved;
  }

  /// Places the parts of a net at the origin: its title, its inputs, its layers from top to bottom.
  void place_layers(PlacedNet& p) {
    const NetSummary& net = *p.net;
    const double left = kPadding + kTrack * skips(net);
    p.box.width = net_width(net) + 2 * kPadding + kTrack * skips(net);
    const double inner = p.box.width - left - kPadding;
    double y = kTitleHeight + (net.trained_by.empty() ? 0 : kBadgesHeight) + 2;
    for (const auto& of : net.of) {
      if (summary_.net(of)) continue;
      p.inputs[of] = {left, y, inner, kPlainLayer};
      y += kPlainLayer + kGap - 4;
    }
    for (const auto& layer : net.layers) {
      p.layers.push_back({left, y, inner, layer_height(layer)});
      y += layer_height(layer) + kGap;
    }
    p.box.height = y - kGap + kPadding;
  }

  /// The number of lines that run past layers, on their left.
  int skips(const NetSummary& net) const {
    int count = 0;
    for (std::size_t i = 0; i < net.layers.size(); ++i)
      for (const auto& from : net.layers[i].from) count += is_skip(net, i, from);
    return count;
  }
  bool is_skip(const NetSummary& net, std::size_t layer, const std::string& from) const {
    const bool inside = std::ranges::count(net.of, from) > 0 || from.starts_with(net.name + ".");
    return inside && from != above(net, layer);
  }
  /// What lies above a layer: the layer before it, or the last input, or "".
  std::string above(const NetSummary& net, std::size_t layer) const {
    if (layer > 0) return net.name + "." + net.layers[layer - 1].name;
    for (std::size_t i = net.of.size(); i-- > 0;)
      if (!summary_.net(net.of[i])) return net.of[i];
    return "";
  }

  /// Computes the gap to the right of each column: room for the shapes of outputs, then a vertical track for
  /// each net that others are a function of, and one for each feed.
  void choose_tracks() {
    gaps_.assign(static_cast<std::size_t>(columns_), 0);
    for (const auto& p : layout_.nets) {
      auto& gap = gaps_[static_cast<std::size_t>(p.column)];
      gap = std::max(gap, output_width(*p.net));
    }
    for (const auto& net : summary_.nets)
      for (const auto& of : net.of)
        if (summary_.net(of)) add_track("of " + of, placed(of).column, 0);
    for (const auto& feed : summary_.feeds) {
      double width = 0;
      for (const auto& update : feed.updates) width = std::max(width, badge_width(update));
      add_track(feed.from + " to " + feed.to + " " + feed.input, placed(feed.from).column, width);
    }
    for (auto& gap : gaps_)
      if (&gap != &gaps_.back()) gap += kArrow - kTrack;
  }
  static double output_width(const NetSummary& net) {
    return std::max(2 * kArrow, std::ceil(text_width(shape_text(net.output()), 11)) + 8);
  }
  void add_track(const std::string& name, int column, double width) {
    auto& gap = gaps_[static_cast<std::size_t>(column)];
    if (!tracks_.try_emplace(name, gap + width / 2).second) return;
    gap += std::max(width, 0.0) + kTrack;
  }

  void place_columns() {
    for (int c = 0; c < columns_; ++c) layout_.height = std::max(layout_.height, column_height(c));
    double x = circle_ ? 2 * kTrack : 0;  // lines into the first column
    for (int c = 0; c < columns_; ++c) {
      const double width = column_width(c);
      double y = column_top(c);
      for (auto& p : layout_.nets) {
        if (p.column != c) continue;
        stretch(p, width);
        move(p, x, y);
        y = p.box.bottom() + kBetweenNets;
      }
      x += width + gaps_[static_cast<std::size_t>(c)];
    }
    layout_.width = x;
  }

  double column_width(int c) const {
    double width = 0;
    for (const auto& p : layout_.nets)
      if (p.column == c) width = std::max(width, p.box.width);
    return width;
  }
  double column_height(int c) const {
    double height = -kBetweenNets;
    for (const auto& p : layout_.nets)
      if (p.column == c) height += p.box.height + kBetweenNets;
    return height;
  }

  /// The top edge of a column: 0 if one of its nets takes an input, else such that lines into it are short.
  double column_top(int c) {
    double offset = 0, wanted = 0;
    int count = 0;
    for (const auto& p : layout_.nets) {
      if (p.column != c) continue;
      if (!p.inputs.empty()) return 0;
      double before = 0;
      for (const auto& of : p.net->of) before += placed(of).layers.back().middle().y;
      wanted += before / static_cast<double>(p.net->of.size()) - offset - p.layers.front().middle().y;
      offset += p.box.height + kBetweenNets;
      ++count;
    }
    return std::clamp(std::round(wanted / count), 0.0, layout_.height - column_height(c));
  }

  static void stretch(PlacedNet& p, double width) {
    const double more = width - p.box.width;
    p.box.width += more;
    for (auto& [name, input] : p.inputs) input.width += more;
    for (auto& layer : p.layers) layer.width += more;
  }
  static void move(PlacedNet& p, double x, double y) {
    const auto by = [&](Rectangle& r) { r.x += x, r.y += y; };
    by(p.box);
    for (auto& [name, input] : p.inputs) by(input);
    for (auto& layer : p.layers) by(layer);
  }

  void route_within(const PlacedNet& p) {
    double track = p.layers.front().x;
    for (std::size_t i = 0; i < p.layers.size(); ++i) {
      const Rectangle& to = p.layers[i];
      for (const auto& from : p.net->layers[i].from) {
        if (is_skip(*p.net, i, from)) {
          const Rectangle& source = layer_or_input(p, from);
          track -= kTrack;
          add({{source.x, source.middle().y},
               {track, source.middle().y},
               {track, to.middle().y},
               {to.x, to.middle().y}});
        } else if (from == above(*p.net, i)) {
          const Rectangle& source = layer_or_input(p, from);
          add({{source.middle().x, source.bottom()}, {to.middle().x, to.y}});
        }
      }
      if (i + 1 < p.layers.size())
        layout_.shapes.push_back(
            {{to.middle().x + 7, to.bottom() + 15}, shape_text(p.net->layers[i].output)});
    }
  }
  static const Rectangle& layer_or_input(const PlacedNet& p, const std::string& from) {
    for (std::size_t i = 0; i < p.layers.size(); ++i)
      if (from == p.net->name + "." + p.net->layers[i].name) return p.layers[i];
    return p.inputs.at(from);
  }

  /// Draws lines from the nets that `to` is a function of to each layer that reads them.
  void route_of(const PlacedNet& to) {
    for (const auto& before : to.net->of) {
      if (!summary_.net(before)) continue;
      const PlacedNet& from = placed(before);
      for (std::size_t i = 0; i < to.layers.size(); ++i)
        for (const auto& source : to.net->layers[i].from)
          if (source.starts_with(before + "."))
            connect(from, to, {to.layers[i].x, to.layers[i].middle().y}, tracks_.at("of " + before));
    }
  }

  void route_feed(const FeedSummary& feed) {
    const PlacedNet &from = placed(feed.from), &to = placed(feed.to);
    const Rectangle& input = to.inputs.at(feed.input);
    const double y = input.middle().y + kTrack / 2 * entries_[feed.to + "(" + feed.input]++;
    Route& route =
        connect(from, to, {input.x, y}, tracks_.at(feed.from + " to " + feed.to + " " + feed.input));
    route.updates = feed.updates;
    const Point a = route.points[1], b = route.points[2];
    const double first =
        (a.y + b.y) / 2 - (static_cast<double>(feed.updates.size()) - 1) * (kBadgeHeight + 4) / 2;
    for (std::size_t i = 0; i < feed.updates.size(); ++i)
      route.badges.push_back({a.x, first + static_cast<double>(i) * (kBadgeHeight + 4)});
  }

  /// Adds a line to the right, along the track, and to `end`. It runs below all nets unless `to` is in the
  /// next column.
  Route& connect(const PlacedNet& from, const PlacedNet& to, Point end, double track) {
    const Rectangle& last = from.layers.back();
    const double y = last.middle().y, x = from.box.right() + track;
    if (to.column == from.column + 1 && std::abs(end.y - y) < kJog) end.y = y;
    if (to.column == from.column + 1) return add({{last.right(), y}, {x, y}, {x, end.y}, end});
    const double lane = layout_.height + kTrack * ++lanes_;
    const double entry = to.box.x - 1 - 5 * (1 + (lanes_ - 1) % 3);
    return add({{last.right(), y}, {x, y}, {x, lane}, {entry, lane}, {entry, end.y}, end});
  }

  /// Writes the shape of a net's output where its lines begin. Adds a short arrow if no line begins there.
  void label_output(const PlacedNet& p) {
    const double y = p.layers.back().middle().y;
    const bool read = std::ranges::any_of(layout_.routes, [&](const Route& r) {
      return r.points[0].x == p.layers.back().right() && r.points[0].y == y;
    });
    if (!read) add({{p.layers.back().right(), y}, {p.box.right() + output_width(*p.net), y}});
    layout_.shapes.push_back({{p.box.right() + 5, y - 5}, shape_text(p.net->output())});
  }

  Route& add(std::vector<Point> points) {
    return layout_.routes.emplace_back(Route{.points = std::move(points)});
  }

  const ModelSummary& summary_;
  Layout layout_;
  int columns_ = 0;
  bool circle_ = false;  // whether feeds form a cycle
  int lanes_ = 0;
  std::vector<double> gaps_;              // to the right of each column
  std::map<std::string, double> tracks_;  // by name: the distance from the right border of its column
  std::map<std::string, int> entries_;    // the number of feeds of each input that are routed
};

}  // namespace

Layout lay_out(const ModelSummary& summary) {
  return LayingOut(summary).run();
}

}  // namespace sganc
