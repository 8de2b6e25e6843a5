#include "runtime/report/report_parts.h"

#include <algorithm>

#include "runtime/system/number_text.h"

namespace sganc {
namespace {

constexpr std::size_t kPieces = 120;        // of a faint line, each with two points
constexpr std::size_t kMeans = 120;         // points of a moving mean
constexpr std::size_t kFewest = 30;         // points for which a mean is drawn
constexpr double kWidestLinear = 100;       // the ratio of the largest to the least mean on a linear scale
constexpr std::int64_t kSmallPicture = 64;  // pixels of a side

}  // namespace

Html html_table(const std::vector<TableColumn>& columns, const std::vector<std::vector<Html>>& rows) {
  Html head, body;
  for (const auto& [name, right] : columns)
    head += right ? element("th", {{"class", "n"}}, name) : element("th", name);
  for (const auto& row : rows) {
    Html cells;
    for (std::size_t i = 0; i < row.size(); ++i)
      cells += columns.at(i).right ? element("td", {{"class", "n"}}, row[i])
               : i == 0            ? element("th", {{"scope", "row"}}, row[i])
                                   : element("td", row[i]);
    body += element("tr", cells) + Html::markup("\n");
  }
  return element("div", {{"class", "scroll"}},
                 element("table", element("thead", element("tr", head)) + element("tbody", body)));
}

Html html_table(const std::vector<std::string>& columns, const std::vector<std::vector<Html>>& rows) {
  std::vector<TableColumn> named;
  for (const auto& column : columns) {
    const bool right = column.starts_with('>');
    named.push_back({Html::text(std::string_view(column).substr(right ? 1 : 0)), right});
  }
  return html_table(named, rows);
}

Html facts_table(const std::vector<ReportFact>& facts) {
  if (facts.empty()) return {};
  Html rows;
  for (const auto& fact : facts)
    rows += element("tr", element("th", {{"scope", "row"}}, Html::name(fact.name)) +
                              element("td", Html::name(fact.value)));
  return element("table", {{"class", "facts"}}, element("tbody", rows));
}

Html figure(const LinePlot& plot, const std::string& note) {
  const auto svg = to_svg(plot);
  if (svg.empty()) return {};
  Html keys;
  std::vector<std::size_t> styles;
  for (const auto& line : plot.lines) {
    if (line.points.empty() || line.faint) continue;
    styles.push_back(line.style);
    keys += element("span", Html::markup(legend_svg(line.style)) + Html::name(line.name));
  }
  Html caption = element("b", Html::name(plot.title));
  if (plot.log) caption += Html::text(", logarithmic");
  if (!note.empty()) caption += element("span", {{"class", "note"}}, note);
  Html content = element("figcaption", caption);
  if (styles.size() > 1) content += element("div", {{"class", "legend"}}, keys);
  return element("figure", content + Html::markup(svg)) + Html::markup("\n");
}

Html figures(const std::vector<Html>& all) {
  Html content;
  for (const auto& one : all) content += one;
  return content.empty() ? content : element("div", {{"class", "figures"}}, content);
}

Html image(const Picture& picture, const std::string& description) {
  const bool small = std::max(picture.width, picture.height) <= kSmallPicture;
  return empty_element("img", {{"src", data_uri("image/png", encode_png(picture))},
                               {"alt", description},
                               {"width", std::to_string(picture.width)},
                               {"height", std::to_string(picture.height)},
                               {"class", small ? "sharp" : "smooth"}});
}

std::string picture_type(std::string_view file) {
  return file.starts_with("RIFF") ? "image/webp" : "image/png";
}

std::vector<PlotLine> step_lines(const std::vector<PlotPoint>& points, const std::string& name,
                                 std::size_t style) {
  if (points.size() < kFewest) return {{.name = name, .points = points, .style = style}};
  return {{.name = name, .points = extremes(points, kPieces), .style = style, .faint = true},
          {.name = name, .points = smoothed(points, kMeans), .style = style}};
}

bool wants_log(const std::vector<PlotLine>& lines) {
  double least = 1e300, largest = 0;
  for (const auto& line : lines)
    for (const auto& p : line.points) {
      if (p.y <= 0) return false;
      if (!line.faint) least = std::min(least, p.y), largest = std::max(largest, p.y);
    }
  return largest > kWidestLinear * least;
}

Html percent_or_none(const std::optional<double>& part) {
  return Html::text(part ? percent_text(*part) : "–");
}

}  // namespace sganc
