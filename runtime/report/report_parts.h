#pragma once
// Pieces that the sections of a report share: tables and plots.

#include <string>
#include <vector>

#include "runtime/report/html.h"
#include "runtime/report/line_plot.h"
#include "runtime/report/report_page.h"

namespace sganc {

/// The heading of a column, and whether its cells are aligned to the right.
struct TableColumn {
  Html name;
  bool right = false;
};

/// A table that scrolls by itself where the page is narrow. A first cell that is aligned to the left is the
/// heading of its row.
Html html_table(const std::vector<TableColumn>& columns, const std::vector<std::vector<Html>>& rows);

/// The same with names of columns, of which those that begin with '>' are aligned to the right.
Html html_table(const std::vector<std::string>& columns, const std::vector<std::vector<Html>>& rows);

/// A row of two cells for each fact, or nothing if there are none.
Html facts_table(const std::vector<ReportFact>& facts);

/// The plot with its title, a note beside that, and a legend if several lines must be told apart. Nothing if
/// no line has a point.
Html figure(const LinePlot& plot, const std::string& note = {});

/// The figures side by side, as many as fit.
Html figures(const std::vector<Html>& all);

/// The picture as an <img>, which keeps sharp pixels if it is small.
Html image(const Picture& picture, const std::string& description);

/// The type of a picture file: image/png or image/webp.
std::string picture_type(std::string_view file);

/// The lines that draw a metric of steps: all of it, faint, and its moving mean.
std::vector<PlotLine> step_lines(const std::vector<PlotPoint>& points, const std::string& name,
                                 std::size_t style);

/// Whether the values of the means span so many powers of ten that a logarithmic scale shows more.
bool wants_log(const std::vector<PlotLine>& lines);

/// 94.89 %, or a dash.
Html percent_or_none(const std::optional<double>& part);

}  // namespace sganc
