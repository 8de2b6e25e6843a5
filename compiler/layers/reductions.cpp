#include "compiler/layers/reductions.h"

#include <algorithm>

#include "compiler/language/check_expression.h"

namespace sganc {
namespace {

int place(const Axes& axes, const std::string& name) {
  const auto found = std::ranges::find(axes, name);
  return found == axes.end() ? -1 : static_cast<int>(found - axes.begin());
}

bool is_subset(const Axes& part, const Axes& whole) {
  return std::ranges::all_of(part, [&](const std::string& name) { return place(whole, name) >= 0; });
}

/// The axes of the shape that meet() gives the values, in the order of axis_words(), with their extents.
/// Empty if the values have no such shape.
std::vector<std::pair<std::string, std::int64_t>> common_axes(FunctionContext& c,
                                                              const std::vector<Value>& values) {
  std::vector<std::pair<std::string, std::int64_t>> common;
  for (const auto& name : axis_words()) {
    std::int64_t extent = -1;
    for (Value v : values) {
      const int at = place(c.axes.of(v), name);
      if (at < 0) continue;
      const std::int64_t own = c.b.shape(v)[static_cast<std::size_t>(at)];
      if (extent >= 0 && own != extent) return {};
      extent = own;
    }
    if (extent >= 0) common.emplace_back(name, extent);
  }
  Axes all, but_sides;
  for (const auto& [name, extent] : common) {
    all.push_back(name);
    if (name != "left" && name != "right") but_sides.push_back(name);
  }
  const auto whole = [&](Value v) { return is_subset(all, c.axes.of(v)); };
  const auto sides_lack = [&](Value v) { return c.b.shape(v).empty() || is_subset(but_sides, c.axes.of(v)); };
  if (std::ranges::any_of(values, whole) || std::ranges::all_of(values, sides_lack)) return common;
  return {};
}

}  // namespace

std::vector<int> places_of(FunctionContext& c, Value x, const std::vector<Expression>& names) {
  const Axes axes = c.axes.of(x);
  std::vector<int> places;
  for (const auto& name : names) {
    const int at = place(axes, name.name);
    if (at < 0)
      throw UserError{{name.where, "there is no axis \"" + name.name + "\" here",
                       axes.empty()       ? "this is one number"
                       : axes.size() == 1 ? "the axis here is " + describe(axes)
                                          : "the axes here are " + describe(axes)}};
    if (std::ranges::find(places, at) != places.end())
      throw UserError{{name.where, "the axis \"" + name.name + "\" is listed twice", ""}};
    places.push_back(at);
  }
  std::ranges::sort(places);
  return places;
}

std::vector<Value> meet(FunctionContext& c, const std::string& what, std::vector<Value> values) {
  const auto shape_them = [&] {
    if (values.size() != 2) return all_of_one_shape(c.b, what, values);
    const auto [l, r] = of_one_shape(c.b, what, values[0], values[1]);
    return std::vector{l, r};
  };
  const Axes* first = nullptr;
  bool named = true, same = true;
  for (Value v : values) {
    const Axes& axes = c.axes.of(v);
    if (axes.empty()) continue;
    named = named && place(axes, "") < 0;
    first = first ? first : &axes;
    same = same && axes == *first;
  }
  if (!first || !named || same) return shape_them();
  const auto common = common_axes(c, values);
  if (common.empty()) {
    std::string shapes, axes;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string before = i == 0 ? "" : i + 1 == values.size() ? " and " : ", ";
      shapes += before + to_string(c.b.shape(values[i]));
      axes += (i == 0 ? "" : " against ") + describe(c.axes.of(values[i]));
    }
    throw ShapeError(what + " needs values whose axes meet, not " + shapes + ": " + axes);
  }
  Shape shape;
  Axes names;
  for (const auto& [name, extent] : common) names.push_back(name), shape.push_back(extent);
  for (Value& v : values) {
    const Axes own = c.axes.of(v);
    if (own == names) continue;
    std::vector<int> at;
    for (const auto& name : own) at.push_back(place(names, name));
    if (!std::ranges::is_sorted(at)) throw ShapeError(what + " needs axes in one order");
    v = c.b.broadcast(v, shape, at);
    c.axes.name(v, names);
  }
  return values;
}

}  // namespace sganc
