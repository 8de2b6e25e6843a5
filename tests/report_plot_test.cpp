// Plots of lines, to the letter, and what is drawn of many points.

#include "runtime/report/line_plot.h"
#include "runtime/report/report_parts.h"
#include "runtime/report/step_history.h"
#include "tests/data_folder.h"
#include "tests/xml_mistake.h"

namespace sganc {
namespace {

using testing::TestFolder;
using testing::xml_mistake;

TEST(LinePlot, HasRoundTicks) {
  EXPECT_EQ(round_ticks(0, 10, 4), (std::vector<double>{0, 5, 10}));
  EXPECT_EQ(round_ticks(1, 20, 4), (std::vector<double>{5, 10, 15, 20}));
  EXPECT_EQ(round_ticks(0.94, 1, 4).size(), 4U);
  EXPECT_EQ(round_ticks(3, 3, 4), (std::vector<double>{3}));
}

TEST(LinePlot, IsDrawnToTheLetter) {
  const LinePlot plot{.title = "a < b",
                      .x_name = "epoch",
                      .lines = {{.name = "\"t\"", .points = {{1, 0.5}, {3, 1}}, .style = 1, .marked = true}},
                      .percent = true};
  EXPECT_EQ(to_svg(plot), R"_(<svg class="plot" viewBox="0 0 320 190" role="img" aria-label="a &lt; b">
<path class="grid" d="M38 121.8H308"/>
<text class="tick end" x="33" y="125.3">60 %</text>
<path class="grid" d="M38 64.9H308"/>
<text class="tick end" x="33" y="68.4">80 %</text>
<path class="grid" d="M38 8H308"/>
<text class="tick end" x="33" y="11.5">100 %</text>
<path class="grid" d="M38 156v4"/>
<text class="tick middle" x="38" y="171">1</text>
<path class="grid" d="M173 156v4"/>
<text class="tick middle" x="173" y="171">2</text>
<path class="grid" d="M308 156v4"/>
<text class="tick middle" x="308" y="171">3</text>
<path class="axis" d="M38 156H308"/>
<text class="tick middle" x="173" y="185">epoch</text>
<path class="line s1" d="M38 150.3L308 8"/>
<path class="mark s1" transform="translate(38 150.3)" d="M-2.7 -2.7h5.4v5.4h-5.4z"><title>&quot;t&quot;, epoch 1: 50.00 %</title></path>
<path class="mark s1" transform="translate(308 8)" d="M-2.7 -2.7h5.4v5.4h-5.4z"><title>&quot;t&quot;, epoch 3: 100.00 %</title></path>
</svg>
)_");
  EXPECT_EQ(xml_mistake(to_svg(plot)), "");
}

TEST(LinePlot, OfNoPointsIsNone) {
  EXPECT_EQ(to_svg({.title = "none"}), "");
  EXPECT_EQ(to_svg({.title = "none", .lines = {{.name = "empty"}}}), "");
}

TEST(LinePlot, DrawsAnyNumbers) {
  for (const double y : {0.0, -3.0, 1e-30, 1e30, 5e-324, 1.0})
    for (const bool percent : {false, true})
      for (const bool log : {false, true}) {
        const auto svg = to_svg({.title = "t",
                                 .lines = {{.name = "one", .points = {{1, y}}},
                                           {.name = "same", .points = {{1, y}, {2, y}}},
                                           {.name = "faint", .points = {{0, y}, {9, 2 * y}}, .faint = true}},
                                 .percent = percent,
                                 .log = log});
        EXPECT_EQ(xml_mistake(svg), "") << y;
        EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
        EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
      }
}

TEST(LinePlot, ScalesDoNotFollowOutliersOfFaintLines) {
  PlotLine raw{.name = "raw", .faint = true};
  for (int i = 0; i < 200; ++i) raw.points.push_back({double(i), i == 50 ? 1e6 : double(i % 2)});
  const auto svg = to_svg({.title = "t", .lines = {raw, {.name = "mean", .points = {{0, 0.4}, {199, 0.6}}}}});
  EXPECT_EQ(svg.find(">1,000,000<"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">0.5<"), std::string::npos) << svg;
}

TEST(StepHistory, ReadsTheMetricsOfEachUpdate) {
  const TestFolder folder;
  folder.file(
      "m",
      "{\"kind\":\"step\",\"step\":1,\"epoch\":1,\"c\":{\"loss\":2.5,\"accuracy\":0.5},\"seconds\":1}\n"
      "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"c\":{\"loss\":2},\"g\":{\"loss\":7},\"seconds\":1.5}\n"
      "{\"kind\":\"eval\",\"step\":2,\"epoch\":1,\"split\":\"test\"}\n"
      "{\"kind\":\"step\",\"step\":3,\"epoch\":2,\"c\":{\"loss\":1},\"seconds\":9}\n"
      "{\"kind\":\"step\",\"step\":4,\"epoch\":2,\"c\":{\"loss\":1.5},\"seconds\":9.25}\n"
      "{\"kind\":\"step\",\"step\":5,\"epo");
  const auto history = read_history(folder / "m");
  ASSERT_EQ(history.curves.size(), 3U);
  EXPECT_EQ(history.curves[0].update, "c");
  EXPECT_EQ(history.curves[0].metric, "loss");
  EXPECT_EQ(history.curves[0].points, (std::vector<PlotPoint>{{1, 2.5}, {2, 2}, {3, 1}, {4, 1.5}}));
  EXPECT_EQ(history.curves[1].points, (std::vector<PlotPoint>{{1, 0.5}}));
  EXPECT_EQ(history.curves[2].points, (std::vector<PlotPoint>{{2, 7}}));
  // The third step began with the end of an epoch, whose evaluation it is not charged for.
  EXPECT_EQ(history.step_seconds, (std::vector<PlotPoint>{{1, 1}, {2, 0.5}, {4, 0.25}}));
  EXPECT_EQ(read_history(folder / "m", 2).curves[0].points, (std::vector<PlotPoint>{{1, 2.5}, {4, 1.5}}));
  EXPECT_TRUE(read_history(folder / "none").curves.empty());
}

TEST(StepHistory, KeepsExtremesAndMeans) {
  std::vector<PlotPoint> points;
  for (int i = 0; i < 1000; ++i) points.push_back({double(i), i == 500 ? 9.0 : double(i % 2)});
  const auto kept = extremes(points, 10);
  EXPECT_EQ(kept.size(), 20U);
  EXPECT_EQ(std::ranges::count(kept, PlotPoint{500, 9}), 1);
  EXPECT_TRUE(std::ranges::is_sorted(kept, {}, &PlotPoint::x));
  EXPECT_EQ(extremes({{1, 2}, {3, 4}}, 10), (std::vector<PlotPoint>{{1, 2}, {3, 4}}));
  const auto means = smoothed(points, 5, 0.1);
  ASSERT_EQ(means.size(), 5U);
  EXPECT_EQ(means.front().x, 0);
  EXPECT_EQ(means.back().x, 999);
  EXPECT_NEAR(means[1].y, 0.5, 0.01);
  EXPECT_NEAR(means[2].y, 0.5 + 9.0 / 101, 0.02);
  EXPECT_TRUE(smoothed({}, 5).empty());
  EXPECT_EQ(smoothed({{4, 2}}, 5), (std::vector<PlotPoint>{{4, 2}}));
}

TEST(StepHistory, ScaleOfLossesThatFallByFarIsLogarithmic) {
  EXPECT_FALSE(wants_log({{.name = "a", .points = {{1, 2}, {2, 0.5}}}}));
  EXPECT_TRUE(wants_log({{.name = "a", .points = {{1, 2}, {2, 0.001}}}}));
  EXPECT_FALSE(wants_log({{.name = "a", .points = {{1, 2}, {2, 0.001}, {3, -1}}}}));
}

}  // namespace
}  // namespace sganc
