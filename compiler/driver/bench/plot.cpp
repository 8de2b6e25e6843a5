#include "compiler/driver/bench/plot.h"

#include <algorithm>
#include <span>

#include "compiler/driver/bench/report.h"
#include "compiler/driver/bench/spread.h"
#include "compiler/inspect/text_table.h"
#include "compiler/inspect/text_width.h"
#include "compiler/language/spelling.h"
#include "runtime/system/markup.h"

namespace sganc {
namespace {

constexpr double kMargin = 12, kHeading = 34, kGap = 12;
constexpr double kBars = 380;  // the longest bar
constexpr double kRow = 26, kBar = 16;

constexpr const char* kStyle = R"(<style>
text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2328; }
.model { font-size: 15px; font-weight: 600; }
.step { font-weight: 600; }
.small { font-size: 11px; fill: #59636e; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.bar { fill: #2f6fbd; }
.first { fill: #8c959f; }
.spread { stroke: #1f2328; stroke-width: 1.2; }
.product { stroke: #b4532a; stroke-width: 1.5; stroke-dasharray: 5 3; }
.product-name { font-size: 11px; fill: #b4532a; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.small { fill: #9aa4af; }
.bar { fill: #5b9be6; }
.first { fill: #6e7681; }
.spread { stroke: #e6edf3; }
.product { stroke: #f0883e; }
.product-name { fill: #f0883e; }
}
</style>
)";

double most_of(const Timing& t) {
  return *std::ranges::max_element(t.ms);
}

class Chart {
 public:
  explicit Chart(const BenchResult& result) : r_(result) {
    for (const auto& t : r_.timings) {
      names_ = std::max(names_, text_width(r_.schedule(t), 12));
      times_ = std::max(times_, text_width(time_text(t), 12));
      gains_ = std::max(gains_, text_width(gain_text(t), 12));
      longest_ = std::max({longest_, most_of(t), product_of(t)});
    }
    left_ = kMargin + names_ + kGap;
    right_ = left_ + kBars + kGap + times_;
    title_ = r_.model + (r_.of_kernels() ? ": ms of a kernel" : ": ms of a training step");
    foot_ = "median of " + counted(r_.repetitions, "repetition") + ", " + counted(r_.threads, "thread") +
            ", " + r_.processor;
    width_ = std::max({right_ + kGap + gains_, kMargin + text_width(title_, 17),  // it is bold
                       kMargin + text_width(foot_, 11)}) +
             kMargin;
  }

  std::string run() {
    text(kMargin, kMargin + 14, "model", title_);
    double y = kHeading;
    for (std::size_t begin = 0; begin < r_.timings.size();) {
      std::size_t end = begin;
      while (end < r_.timings.size() && r_.timings[end].kernel == r_.timings[begin].kernel) ++end;
      y = group(std::span(r_.timings).subspan(begin, end - begin), y);
      begin = end;
    }
    text(kMargin, y + 16, "small", foot_);
    const std::string width = svg_number(width_), height = svg_number(y + 16 + kMargin);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" +
           width + "\" height=\"" + height + "\" role=\"img\">\n<title>" + xml_text(title_) + "</title>\n" +
           kStyle + out_ + "</svg>\n";
  }

 private:
  std::string time_text(const Timing& t) const {
    return fixed(median(t.ms), r_.of_kernels() ? 3 : 1) + " ms";
  }
  std::string gain_text(const Timing& t) const {
    const auto against = speedup(r_, t);
    return against ? to_text(*against) : "";
  }
  /// The ms of the matrix product, or 0 if the timing cannot be compared with it.
  double product_of(const Timing& t) const { return product_ratio(r_, t) > 0 ? product_ms(r_, t.flops) : 0; }
  double at(double ms) const { return left_ + kBars * ms / longest_; }

  void text(double x, double y, const std::string& name, const std::string& what) {
    out_ += "<text" + (name.empty() ? "" : " class=\"" + name + "\"") + " x=\"" + svg_number(x) + "\" y=\"" +
            svg_number(y) + "\">" + xml_text(what) + "</text>\n";
  }
  void line(const std::string& name, double x1, double y1, double x2, double y2) {
    out_ += "<line class=\"" + name + "\" x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" +
            svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\"/>\n";
  }

  /// Draws one kernel or the training step under each variant, from `y` on. Returns the y of its end.
  double group(std::span<const Timing> timings, double y) {
    if (r_.of_kernels()) text(kMargin, (y += 20), "step", timings[0].kernel);
    const double product_ms = product_of(timings[0]), product = at(product_ms);
    if (product_ms > 0) {
      const std::string name = "matrix product " + fixed(product_ms, r_.of_kernels() ? 3 : 1) + " ms";
      const double half = text_width(name, 11) / 2;
      text(std::clamp(product, kMargin + half, width_ - kMargin - half), (y += 16), "product-name middle",
           name);
      y += 5;
    }
    const double top = y;
    for (const auto& t : timings) {
      bar(t, y + (kRow - kBar) / 2);
      y += kRow;
    }
    if (product_ms > 0) line("product", product, top, product, y);
    return y;
  }

  void bar(const Timing& t, double y) {
    text(kMargin, y + 12, "", r_.schedule(t));
    const bool first = t.variant == 0 && r_.variants.size() > 1;
    out_ += std::string("<rect class=\"bar") + (first ? " first" : "") + "\" x=\"" + svg_number(left_) +
            "\" y=\"" + svg_number(y) + "\" width=\"" + svg_number(at(median(t.ms)) - left_) +
            "\" height=\"" + svg_number(kBar) + "\" rx=\"2\"/>\n";
    line("spread", at(*std::ranges::min_element(t.ms)), y + kBar / 2, at(most_of(t)), y + kBar / 2);
    text(right_, y + 12, "end", time_text(t));
    if (const auto gain = gain_text(t); !gain.empty()) text(right_ + kGap, y + 12, "", gain);
  }

  const BenchResult& r_;
  double names_ = 0, times_ = 0, gains_ = 0;  // widths of the columns of text
  double longest_ = 1e-9;                     // ms of the longest bar, line or spread
  double left_ = 0, right_ = 0, width_ = 0;   // left end of bars, right end of times, width of the picture
  std::string title_, foot_, out_;
};

}  // namespace

std::string to_svg(const BenchResult& result) {
  return Chart(result).run();
}

}  // namespace sganc
