// Pictures of models: the text for Graphviz to the letter; the SVG well-formed, nothing on top of another.

#include <algorithm>
#include <set>

#include "compiler/inspect/layout.h"
#include "compiler/inspect/plot.h"
#include "compiler/inspect/text_width.h"
#include "tests/conditional_model.h"
#include "tests/data_folder.h"
#include "tests/inspect_model.h"
#include "tests/xml_mistake.h"

namespace sganc::testing {
namespace {

TEST(InspectPlot, TheCheckOfXmlFindsMistakes) {
  EXPECT_EQ(xml_mistake("<a b=\"1 &lt; 2\"><c/>text &amp; text</a>\n"), "");
  for (const auto* wrong : {"<a>", "<a></b>", "<a b=\"1></a>", "<a>a & b</a>", "<a b=\"<\"/>", "<a/>text",
                            "<a b=\"1\" b=\"2\"/>", "<a b=\"1\"c=\"2\"/>"})
    EXPECT_NE(xml_mistake(wrong), "") << wrong;
}

bool apart(const Rectangle& a, const Rectangle& b) {
  return a.right() <= b.x || b.right() <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
}
bool inside(const Rectangle& inner, const Rectangle& outer) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
         inner.bottom() <= outer.bottom();
}

void expect_tidy(const Layout& layout) {
  const Rectangle all{0, 0, layout.width, layout.height};
  for (std::size_t i = 0; i < layout.nets.size(); ++i) {
    const auto& p = layout.nets[i];
    EXPECT_TRUE(inside(p.box, all)) << p.net->name;
    for (std::size_t k = 0; k < i; ++k) EXPECT_TRUE(apart(p.box, layout.nets[k].box)) << p.net->name;
    std::vector<Rectangle> stack = p.layers;  // from top to bottom
    for (const auto& [name, input] : p.inputs) stack.push_back(input);
    std::ranges::sort(stack, {}, &Rectangle::y);
    for (std::size_t k = 1; k < stack.size(); ++k)
      EXPECT_GT(stack[k].y, stack[k - 1].bottom() + 10) << p.net->name;
    for (const auto& [name, input] : p.inputs) {
      EXPECT_TRUE(inside(input, p.box)) << p.net->name;
      EXPECT_LT(input.y, p.layers[0].y) << p.net->name;
    }
    for (std::size_t k = 0; k < p.layers.size(); ++k) {
      EXPECT_TRUE(inside(p.layers[k], p.box)) << p.net->layers[k].name;
      EXPECT_LE(text_width(layer_title(p.net->layers[k]), 12), p.layers[k].width);
    }
  }
  for (const auto& shape : layout.shapes) {
    const Rectangle text{shape.at.x, shape.at.y - 8, text_width(shape.text, 11), 8};
    EXPECT_TRUE(inside(text, all)) << shape.text;
    for (const auto& p : layout.nets) {
      EXPECT_TRUE(apart(text, p.box) || inside(text, p.box)) << shape.text;
      for (const auto& layer : p.layers) EXPECT_TRUE(apart(text, layer)) << shape.text;
    }
  }
  for (const auto& route : layout.routes)
    for (std::size_t i = 1; i < route.points.size(); ++i)
      EXPECT_TRUE(route.points[i].x == route.points[i - 1].x || route.points[i].y == route.points[i - 1].y);
}

TEST(InspectPlot, ALayerIsCalledByItsKindOrItsName) {
  EXPECT_EQ(layer_title({.name = "conv_12", .kind = "conv"}), "conv");
  EXPECT_EQ(layer_title({.name = "conv_in", .kind = "conv"}), "conv_in (conv)");
  EXPECT_EQ(layer_title({.name = "stem", .kind = "conv"}), "stem (conv)");
}

TEST(InspectPlot, NothingLiesOnTopOfAnother) {
  for (const auto& text :
       {kTinyModel, kConditionalModel, content_of(SGANC_SOURCE_DIR "/models/mnist_stacked.toml")})
    expect_tidy(lay_out(summary_of(text)));
}

TEST(InspectPlot, ColumnsFollowWhatNetsAreFunctionsOf) {
  const auto summary = summary_of(kTinyModel);
  std::vector<int> columns;
  for (const auto& p : lay_out(summary).nets) columns.push_back(p.column);
  EXPECT_EQ(columns, (std::vector<int>{0, 1, 2, 2, 0}));  // generator, trunk, classifier, critic, spare
}

/// Returns nets that no model file has: a branch, feeds in a circle, names that must be quoted for
/// Graphviz.
ModelSummary odd_summary() {
  const auto layer = [](const std::string& name, std::vector<std::string> from) {
    return LayerSummary{
        .name = name, .kind = "conv", .from = std::move(from), .output = {4, 4, 8}, .parameters = 9};
  };
  ModelSummary summary{.name = "a<b> & \"c\""};
  summary.nets.push_back({.name = "there",
                          .of = {"image"},
                          .inputs = {{4, 4, 8}},
                          .layers = {layer("conv_1", {"image"}), layer("conv_2", {"there.conv_1"}),
                                     layer("join", {"there.conv_2", "there.conv_1", "image"})},
                          .trained_by = {"u"}});
  summary.nets.push_back(
      {.name = "back", .of = {"image"}, .inputs = {{4, 4, 8}}, .layers = {layer("conv_1", {"image"})}});
  summary.updates.push_back({.name = "u", .minimize = "a < b & \"c\"", .train = {"there"}, .optimizer = "o"});
  summary.feeds = {{"there", "back", "image", {"u"}}, {"back", "there", "image", {"u"}}};
  return summary;
}

TEST(InspectPlot, BranchesAndCircles) {
  const auto summary = odd_summary();
  const auto layout = lay_out(summary);
  expect_tidy(layout);
  const auto& there = layout.nets[0];
  int past = 0;  // lines past layers keep to the left of them, within the net
  for (const auto& route : layout.routes)
    if (route.points.size() == 4 && route.points[1].x < there.layers[0].x) {
      EXPECT_GT(route.points[1].x, there.box.x);
      ++past;
    }
  EXPECT_EQ(past, 2);
  const auto feeds = std::ranges::count_if(layout.routes, [](const auto& r) { return !r.updates.empty(); });
  EXPECT_EQ(feeds, 2);
}

/// The inputs stand one above the other, and the line from the first runs past the second.
TEST(InspectPlot, InputsOfANetAreAboveItsLayers) {
  const auto summary = summary_of(kConditionalModel);
  const auto layout = lay_out(summary);
  const auto& generator = layout.nets[0];
  const Rectangle &latent = generator.inputs.at("latent"), &label = generator.inputs.at("class");
  EXPECT_LT(latent.bottom(), label.y);
  EXPECT_LT(label.bottom(), generator.layers[0].y);
  int past = 0;
  for (const auto& route : layout.routes) {
    const Point begin = route.points.front();
    if (begin.y != latent.middle().y || begin.x != latent.x) continue;
    EXPECT_LT(route.points[1].x, label.x);
    EXPECT_EQ(route.points.back().y, generator.layers[0].middle().y);
    ++past;
  }
  EXPECT_EQ(past, 1);
}

/// However long the draws of updates are, the columns of the legend lie within the picture.
TEST(InspectPlot, TheLegendLiesWithinThePicture) {
  auto summary = odd_summary();
  summary.updates[0].draw = {{"x", std::string(150, 'm')}};
  const auto svg = to_svg(summary);
  const auto heading = svg.find(">with</text>");
  const double x = std::stod(svg.substr(svg.rfind(" x=\"", heading) + 4));
  EXPECT_LT(x, std::stod(svg.substr(svg.find(" width=\"") + 8)));
}

TEST(InspectPlot, SvgIsWellFormed) {
  for (const auto& summary : {odd_summary(), summary_of(kTinyModel)}) {
    const auto svg = to_svg(summary);
    EXPECT_EQ(xml_mistake(svg), "");
    EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "))
        << svg.substr(0, 100);
    EXPECT_NE(svg.find("@media (prefers-color-scheme: dark)"), std::string::npos);
    for (const auto& net : summary.nets)
      EXPECT_NE(svg.find(">" + net.name + "</text>"), std::string::npos) << net.name;
  }
  const auto odd = to_svg(odd_summary());
  EXPECT_NE(odd.find("<title>a&lt;b&gt; &amp; &quot;c&quot;</title>"), std::string::npos);
  EXPECT_NE(odd.find(">a &lt; b &amp; &quot;c&quot;</text>"), std::string::npos);
}

TEST(InspectPlot, LongExpressionsAreBrokenIntoLines) {
  auto summary = odd_summary();
  for (int i = 0; i < 40; ++i) summary.updates[0].minimize += " + mse(a, b)";
  const auto svg = to_svg(summary);
  std::size_t lines = 0;
  for (auto at = svg.find("class=\"code\""); at != std::string::npos; at = svg.find("class=\"code\"", at + 1))
    ++lines;
  EXPECT_GT(lines, 4U);
  EXPECT_LT(std::stod(svg.substr(svg.find(" width=\"") + 8)), 901);
}

TEST(InspectPlot, DotOfATinyModel) {
  EXPECT_EQ(to_dot(summary_of(kTinyModel)), R"dot(digraph "tiny" {
  label = "c minimizes cross_entropy(classifier(x), label(x)), trains trunk, classifier with a\ld minimizes bce(critic(x), 1) + bce(critic(generator(z)), 0), trains trunk with a\lg minimizes bce(critic(generator(z)), 1), trains generator with s\l"
  node [shape = box, fontname = "sans-serif"]
  edge [fontname = "sans-serif", fontsize = 10]
  graph [fontname = "sans-serif"]
  subgraph "cluster_generator" {
    label = "generator, 108 parameters\ntrained by g"
    "generator(latent)" [label = "latent 2", style = rounded]
    "generator.dense_1" [label = "dense\nunits 36\n108 parameters"]
    "generator.reshape_1" [label = "reshape\nshape 6x6x1"]
  }
  subgraph "cluster_trunk" {
    label = "trunk, 16 parameters\ntrained by c, d"
    "trunk(image)" [label = "image 6x6x1", style = rounded]
    "trunk.stem" [label = "stem (conv)\nfilters 4, kernel 3x1, stride 2\n16 parameters"]
    "trunk.leaky_relu_1" [label = "leaky_relu"]
    "trunk.dropout_1" [label = "dropout\nrate 0"]
    "trunk.flatten_1" [label = "flatten"]
  }
  subgraph "cluster_classifier" {
    label = "classifier, 360 parameters\ntrained by c"
    "classifier.dense_1" [label = "dense\nunits 10, bias false\n360 parameters"]
    "classifier.softmax_1" [label = "softmax"]
  }
  subgraph "cluster_critic" {
    label = "critic"
    "critic.logsumexp_1" [label = "logsumexp"]
    "critic.sigmoid_1" [label = "sigmoid"]
  }
  subgraph "cluster_spare" {
    label = "spare, 20 parameters"
    "spare(image)" [label = "image 6x6x1", style = rounded]
    "spare.conv_transpose_1" [label = "conv_transpose\nfilters 2, kernel 3, stride 2x1\n20 parameters"]
  }
  "generator(latent)" -> "generator.dense_1" [label = "2"]
  "generator.dense_1" -> "generator.reshape_1" [label = "36"]
  "trunk(image)" -> "trunk.stem" [label = "6x6x1"]
  "trunk.stem" -> "trunk.leaky_relu_1" [label = "3x3x4"]
  "trunk.leaky_relu_1" -> "trunk.dropout_1" [label = "3x3x4"]
  "trunk.dropout_1" -> "trunk.flatten_1" [label = "3x3x4"]
  "trunk.flatten_1" -> "classifier.dense_1" [label = "36"]
  "classifier.dense_1" -> "classifier.softmax_1" [label = "10"]
  "trunk.flatten_1" -> "critic.logsumexp_1" [label = "36"]
  "critic.logsumexp_1" -> "critic.sigmoid_1" [label = "scalar"]
  "spare(image)" -> "spare.conv_transpose_1" [label = "6x6x1"]
  "generator.reshape_1" -> "trunk(image)" [style = dashed, label = "6x6x1\nd, g"]
}
)dot");
  const auto conditional = to_dot(summary_of(kConditionalModel));
  for (const std::string line :
       {R"x("critic(class)" [label = "class 10", style = rounded])x",
        R"x("critic(image)" -> "critic.concat_1" [label = "4x4x1"])x",
        R"x("plane.reshape_1" -> "critic.concat_1" [label = "4x4x1"])x",
        R"x("critic(class)" -> "critic.concat_2" [label = "10"])x",
        R"x("generator.tanh_2" -> "critic(image)" [style = dashed, label = "4x4x1\nd, g"])x"})
    EXPECT_NE(conditional.find(line), std::string::npos) << line << "\n" << conditional;
  EXPECT_EQ(conditional.find("critic(plane)"), std::string::npos);
  EXPECT_TRUE(to_dot(odd_summary())
                  .starts_with("digraph \"a<b> & \\\"c\\\"\" {\n  label = \"u minimizes a < b & \\\"c\\\", "
                               "trains there with o\\l\"\n"));
}

}  // namespace
}  // namespace sganc::testing
