// What single layers compute, by hand: shapes, windows and their ties, far numbers, normalization, noise, and
// how kernels begin.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/reference/interpreter.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"
#include "tests/layers_building.h"

namespace sganc {
namespace {

using Extents = std::vector<std::int64_t>;
using GivenKeys = std::map<std::string, KeyValue>;
using Numbers = std::vector<double>;

/// A layer alone: its output, and the gradient of the output's sum.
struct Single {
  Module module{.name = "single"};
  Function& f = module.functions.emplace_back(Function{.name = "f"});
  Builder b{f};
  Shape shape;

  Single(const std::string& name, const Shape& input, const GivenKeys& given = {}, bool training = true) {
    const Layer& layer = *find_layer(name);
    const Keys keys = keys_of(layer.keys, given);
    SingleLayer context(module, b, keys, training);
    const Value x = context.variable("x", input, {});
    const Value y = layer.build(context, x);
    shape = b.shape(y);
    b.result("y", y);
    context.leave_gradients(b.sum_all(y));
  }

  Tensors variables() const { return initial_variables(module, 5); }

  /// Returns the output for these values of x and the weights.
  Numbers output(Tensors values) const {
    const Tensors inputs = {{"random.key", {{DType::i32, {4}}, {3, 0, 14, 0}}}};
    const Tensors outputs = evaluate(module, f, inputs, values);
    gradient = values.contains("f.gradient.x") ? values.at("f.gradient.x").data : Numbers{};
    return outputs.at("y").data;
  }
  Numbers output(const Numbers& x) const {
    Tensors values = variables();
    values.at("f.x").data = x;
    return output(values);
  }
  mutable Numbers gradient;  // by x, of the output that was computed last
};

void expect_near(const Numbers& got, const Numbers& wanted, double tolerance = 1e-6) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << i;
}

Shape shape_of(const std::string& layer, const Shape& input, const GivenKeys& keys) {
  return Single(layer, input, keys).shape;
}

TEST(Padding, OfConvolutions) {
  const auto shape = [](GivenKeys keys) {
    keys.insert({{"filters", 6}, {"kernel", Extents{3, 4}}});
    return shape_of("conv", {1, 9, 8, 4}, keys);
  };
  EXPECT_EQ(shape({}), (Shape{1, 9, 8, 6}));
  EXPECT_EQ(shape({{"stride", Extents{2, 3}}}), (Shape{1, 5, 3, 6}));
  EXPECT_EQ(shape({{"padding", "valid"}}), (Shape{1, 7, 5, 6}));
  EXPECT_EQ(shape({{"padding", Extents{2, 0}}}), (Shape{1, 11, 5, 6}));
  EXPECT_EQ(shape({{"dilation", Extents{3, 2}}}), (Shape{1, 9, 8, 6}));
  EXPECT_EQ(shape({{"dilation", Extents{3, 2}}, {"padding", "valid"}}), (Shape{1, 3, 2, 6}));
  EXPECT_EQ(shape({{"groups", 2}, {"padding", "valid"}, {"stride", Extents{2, 2}}}), (Shape{1, 4, 3, 6}));
}

TEST(Padding, OfTransposedConvolutions) {
  const auto shape = [](const Extents& kernel, const Extents& stride, GivenKeys keys) {
    keys.insert({{"filters", 6}, {"kernel", kernel}, {"stride", stride}});
    return shape_of("conv_transpose", {1, 4, 5, 2}, keys);
  };
  EXPECT_EQ(shape({4, 4}, {2, 2}, {}), (Shape{1, 8, 10, 6}));
  EXPECT_EQ(shape({4, 4}, {2, 2}, {{"padding", "valid"}}), (Shape{1, 10, 12, 6}));
  EXPECT_EQ(shape({4, 4}, {2, 2}, {{"padding", Extents{1, 0}}}), (Shape{1, 8, 12, 6}));
  EXPECT_EQ(shape({2, 2}, {3, 3}, {{"padding", "valid"}}), (Shape{1, 12, 15, 6}));
  EXPECT_EQ(shape({2, 2}, {3, 3}, {{"padding", Extents{0, 0}}}), (Shape{1, 11, 14, 6}));
  EXPECT_EQ(shape({3, 3}, {1, 1}, {{"padding", "valid"}, {"dilation", Extents{2, 1}}}), (Shape{1, 8, 7, 6}));
}

TEST(Groups, KeepChannelsApart) {
  const Single conv("conv", {1, 1, 2, 3}, {{"filters", 3}, {"kernel", Extents{1, 1}}, {"groups", 3}});
  Tensors values = conv.variables();
  EXPECT_EQ(values.at("f.weight").type.shape, (Shape{3, 1, 1, 1}));
  values.at("f.x").data = {1, 2, 3, 4, 5, 6};
  values.at("f.weight").data = {1, 10, 100};
  values.at("f.bias").data = {0, 0, 0.5};
  EXPECT_EQ(conv.output(values), (Numbers{1, 20, 300.5, 4, 50, 600.5}));
}

TEST(Pools, OfWindowsThatDoNotOverlapLeaveOutTheRest) {
  const Numbers x = {1, 2, 3, 4, 9,  //
                     5, 6, 7, 8, 9,  //
                     9, 9, 9, 9, 9};
  const Single largest("max_pool", {1, 3, 5, 1}, {{"size", Extents{2, 2}}});
  EXPECT_EQ(largest.shape, (Shape{1, 1, 2, 1}));
  EXPECT_EQ(largest.output(x), (Numbers{6, 8}));
  EXPECT_EQ(largest.gradient, (Numbers{0, 0, 0, 0, 0,  //
                                       0, 1, 0, 1, 0,  //
                                       0, 0, 0, 0, 0}));
  const Single mean("average_pool", {1, 3, 5, 1}, {{"size", Extents{2, 2}}});
  EXPECT_EQ(mean.output(x), (Numbers{3.5, 5.5}));
  EXPECT_EQ(mean.gradient, (Numbers{0.25, 0.25, 0.25, 0.25, 0,  //
                                    0.25, 0.25, 0.25, 0.25, 0,  //
                                    0, 0, 0, 0, 0}));
}

TEST(Pools, PaddedAsTensorFlowDoes) {
  const GivenKeys keys = {{"size", Extents{2, 3}}, {"stride", Extents{2, 2}}, {"padding", "same"}};
  const Single largest("max_pool", {1, 3, 4, 1}, keys);
  EXPECT_EQ(largest.shape, (Shape{1, 2, 2, 1}));
  const Numbers x = {-5, -2, -3, -4,  //
                     -9, -6, -7, -8,  //
                     -1, -1, -9, -7};
  EXPECT_EQ(largest.output(x), (Numbers{-2, -3, -1, -7}));  // padding is never the largest
  const Single mean("average_pool", {1, 3, 4, 1}, keys);
  const auto means = mean.output(x);  // of 2 x 3, 2 x 2, 1 x 3 and 1 x 2 pixels
  EXPECT_NEAR(means[0], (-5 - 2 - 3 - 9 - 6 - 7) / 6.0, 1e-12);
  EXPECT_NEAR(means[1], (-3 - 4 - 7 - 8) / 4.0, 1e-12);
  EXPECT_NEAR(means[2], (-1 - 1 - 9) / 3.0, 1e-12);
  EXPECT_NEAR(means[3], (-9 - 7) / 2.0, 1e-12);
}

TEST(Pools, GiveTheGradientOfTiesToTheFirst) {
  const Single pool("max_pool", {1, 3, 3, 1}, {{"size", Extents{2, 2}}, {"stride", Extents{1, 1}}});
  EXPECT_EQ(pool.output({1, 1, 1,  //
                         1, 1, 1,  //
                         0, 1, 1}),
            (Numbers{1, 1, 1, 1}));
  EXPECT_EQ(pool.gradient, (Numbers{1, 1, 0,  //
                                    1, 1, 0,  //
                                    0, 0, 0}));
}

/// If none of the pools were stored, each would multiply the work of the next by nine, forwards and back.
TEST(Pools, OfPoolsOfPoolsCompile) {
  Module module{.name = "pools", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  const Keys keys = keys_of(find_layer("max_pool")->keys,
                            {{"size", Extents{3, 3}}, {"stride", Extents{1, 1}}, {"padding", "same"}});
  SingleLayer context(module, b, keys, true);
  Value y = context.variable("x", {1, 9, 8, 5}, {Initializer::Kind::normal, 1});
  for (int i = 0; i < 5; ++i) {
    const Value mean = find_layer("average_pool")->build(context, y);
    y = find_layer("max_pool")->build(context, b.tanh(mean));
  }
  const Value loss = b.sum_all(b.multiply(y, y));
  b.result("loss", loss);
  context.leave_gradients(loss);
  Twin twin(std::move(module), {});
  twin.step("f", 1e-4);
}

TEST(Pools, OfTheWholeImage) {
  const Numbers x = {1, -1, 2, -7, 3, -1, 2, -3};  // 2 x 2 pixels of 2 channels
  const Single mean("global_average_pool", {1, 2, 2, 2}), largest("global_max_pool", {1, 2, 2, 2});
  EXPECT_EQ(mean.shape, (Shape{1, 2}));
  EXPECT_EQ(mean.output(x), (Numbers{2, -3}));
  EXPECT_EQ(largest.output(x), (Numbers{3, -1}));
  EXPECT_EQ(largest.gradient, (Numbers{0, 0.5, 0, 0, 1, 0.5, 0, 0}));  // ties share
}

/// If two rows are too many, one is left out on each side. If one column is too many, the last is left out.
TEST(Crop, KeepsTheMiddle) {
  Module module{.name = "crop"};
  Function& f = module.functions.emplace_back(Function{.name = "f"});
  Builder b(f);
  SingleLayer context(module, b, {}, true);
  const Value x = context.variable("x", {1, 4, 3, 1}, {}), like = context.variable("like", {1, 2, 2, 5}, {});
  b.result("y", find_layer("crop")->join(context, {x, like}));
  b.result("same", find_layer("crop")->join(context, {x, x}));
  Tensors variables = initial_variables(module, 5);
  variables.at("f.x").data = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const Tensors outputs = evaluate(module, f, {}, variables);
  EXPECT_EQ(outputs.at("y"), (Tensor{{DType::f32, {1, 2, 2, 1}}, {3, 4, 6, 7}}));
  EXPECT_EQ(outputs.at("same"), variables.at("f.x"));
}

/// In the middle of 0 and 8 lie 2 and 6; beyond the outer centres the edge continues.
TEST(Upsample, InterpolatesBetweenCentres) {
  const std::map<std::string, KeyValue> bilinear = {{"by", std::string("bilinear")},
                                                    {"factor", Extents{1, 2}}};
  const Single across("upsample", {1, 1, 2, 1}, bilinear);
  EXPECT_EQ(across.output(Numbers{0, 8}), (Numbers{0, 2, 6, 8}));
  EXPECT_EQ(across.gradient, (Numbers{2, 2}));
  const Single both("upsample", {1, 2, 2, 1}, {{"by", std::string("bilinear")}});
  EXPECT_EQ(both.output(Numbers{0, 16, 16, 32}),
            (Numbers{0, 4, 12, 16, 4, 8, 16, 20, 12, 16, 24, 28, 16, 20, 28, 32}));
}

TEST(GroupNorm, NormalizesEachGroupOfEachExample) {
  const Single norm("group_norm", {1, 1, 2, 4}, {{"groups", 2}, {"epsilon", 1e-12}});
  // Channels 0 and 1 hold 1, 3, 1, 3, and channels 2 and 3 hold 0, 0, 10, 10.
  expect_near(norm.output(Numbers{1, 3, 0, 10, 1, 3, 0, 10}), {-1, 1, -1, 1, -1, 1, -1, 1});
  const Single instance("instance_norm", {1, 1, 2, 2}, {{"epsilon", 1e-12}});
  expect_near(instance.output(Numbers{5, 1, 7, -1}), {-1, 1, 1, -1});
}

TEST(Prelu, HasASlopeForNegativeInputs) {
  const Single prelu("prelu", {1, 3}, {{"start", 0.5}});
  EXPECT_EQ(prelu.output(Numbers{-2, 0, 3}), (Numbers{-1, 0, 3}));
}

/// Of 1 and 3 the deviation is 1, of 5 and 5 it is 0: their mean is 1/2.
TEST(MinibatchDeviation, IsOneMoreChannel) {
  const Single whole("minibatch_deviation", {2, 2});
  EXPECT_EQ(whole.shape, (Shape{2, 3}));
  expect_near(whole.output(Numbers{1, 5, 3, 5}), {1, 5, 0.5, 3, 5, 0.5}, 1e-4);
  const Single pairs("minibatch_deviation", {4, 1}, {{"group", 2}});
  expect_near(pairs.output(Numbers{1, 3, 0, 10}), {1, 1, 3, 1, 0, 5, 10, 5}, 1e-4);
}

TEST(Trim, RemovesEdges) {
  const std::map<std::string, KeyValue> keys = {{"top", 1}, {"bottom", 1}, {"left", 2}};
  const Single inner("trim", {1, 4, 3, 1}, keys), same("trim", {1, 2, 1, 2}, {});
  EXPECT_EQ(inner.shape, (Shape{1, 2, 1, 1}));
  EXPECT_EQ(inner.output({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), (Numbers{5, 8}));
  EXPECT_EQ(inner.gradient, (Numbers{0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(same.output({1, 2, 3, 4}), (Numbers{1, 2, 3, 4}));
}

TEST(Upsample, RepeatsPixels) {
  const Single up("upsample", {1, 2, 2, 1}, {{"factor", Extents{2, 3}}});
  EXPECT_EQ(up.output({1, 2, 3, 4}), (Numbers{1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2,  //
                                              3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4}));
  EXPECT_EQ(up.gradient, (Numbers{6, 6, 6, 6}));
}

TEST(Straighten, TurnsASlantedLineUpright) {
  const Numbers slanted = {0, 1, 0, 0, 0,  //
                           0, 0, 1, 0, 0,  //
                           0, 0, 0, 1, 0,  //
                           0, 0, 0, 0, 0,  //
                           0, 0, 0, 0, 0};
  const Numbers upright = {0, 0, 0, 0, 0,  //
                           0, 0, 1, 0, 0,  //
                           0, 0, 1, 0, 0,  //
                           0, 0, 1, 0, 0,  //
                           0, 0, 0, 0, 0};
  const auto one_minus = [](Numbers v) {
    for (double& x : v) x = 1 - x;
    return v;
  };
  const Shape shape = {1, 5, 5, 1};
  expect_near(Single("straighten", shape).output(slanted), upright);
  expect_near(Single("straighten", shape).output(upright), upright);
  expect_near(Single("straighten", shape, {{"ink", "dark"}}).output(one_minus(slanted)), one_minus(upright));
  expect_near(Single("straighten", shape).output(Numbers(25, -1)), Numbers(25, -1));  // no ink at all
  const Numbers row = {0, 0, 0, 1, 1};  // ink in one row has no slant
  expect_near(Single("straighten", {1, 1, 5, 1}).output(row), {0, 0.5, 1, 0.5, 0});
}

TEST(OrientedGradients, AreSlopesInEachDirection) {
  const Single right("oriented_gradients", {1, 3, 3, 1}, {{"directions", 4}});
  Numbers wanted(36, 0);
  for (const std::size_t row : {0u, 1u, 2u}) wanted[(row * 3 + 1) * 4] = 3;
  expect_near(right.output({0, 1, 3, 0, 1, 3, 0, 1, 3}), wanted);
  Numbers up(36, 0);
  for (const std::size_t column : {0u, 1u, 2u}) up[(3 + column) * 4 + 3] = 2;
  expect_near(right.output({2, 2, 2, 5, 5, 5, 0, 0, 0}), up);
}

TEST(Activations, AreTheirFormulas) {
  const auto expect = [](const std::string& layer, const Numbers& wanted, const GivenKeys& keys = {}) {
    SCOPED_TRACE(layer);
    const Single single(layer, {1, 5}, keys);
    const auto y = single.output({-1000, -1, 0, 2, 1000});
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_NEAR(y[i], wanted[i], 1e-9 * (1 + std::abs(wanted[i]))) << i;
      EXPECT_TRUE(std::isfinite(single.gradient[i])) << i;
    }
  };
  const double e = std::exp(-1), scale = 1.0507009873554805, alpha = 1.6732632423543772;
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto gelu = [](double x) {
    return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  };
  expect("elu", {-1, e - 1, 0, 2, 1000});
  expect("elu", {-0.25, (e - 1) / 4, 0, 2, 1000}, {{"alpha", 0.25}});
  expect("selu", {-scale * alpha, scale * alpha * (e - 1), 0, 2 * scale, 1000 * scale});
  expect("gelu", {0, gelu(-1), 0, gelu(2), 1000});
  expect("softplus", {0, std::log1p(e), std::log(2), 2 + std::log1p(std::exp(-2)), 1000});
  expect("swish", {0, -sigmoid(-1), 0, 2 * sigmoid(2), 1000});
}

double mean_of(const Numbers& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}
double variance_of(const Numbers& numbers) {
  const double mean = mean_of(numbers);
  double sum = 0;
  for (double x : numbers) sum += (x - mean) * (x - mean);
  return sum / static_cast<double>(numbers.size());
}

TEST(LayerNorm, OfTheChannelsOfEachPixel) {
  const Single norm("layer_norm", {1, 1, 2, 3}, {{"epsilon", 1e-9}});
  Tensors values = norm.variables();
  EXPECT_EQ(values.at("f.weight").data, (Numbers{1, 1, 1}));
  EXPECT_EQ(values.at("f.bias").data, (Numbers{0, 0, 0}));
  values.at("f.x").data = {1, 2, 3, -40, 0, 40};
  values.at("f.weight").data = {1, 1, 2};
  values.at("f.bias").data = {0, 0.5, 0};
  const double r = std::sqrt(1.5);
  const auto y = norm.output(values);
  const Numbers wanted = {-r, 0.5, 2 * r, -r, 0.5, 2 * r};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(y[i], wanted[i], 1e-6) << i;
}

TEST(LayerNorm, OfTheWholeExample) {
  const Single norm("layer_norm", {2, 2, 2, 3}, {{"axes", "all"}, {"epsilon", 1e-9}});
  EXPECT_EQ(norm.variables().at("f.weight").type.shape, (Shape{3}));
  Numbers x(24);
  for (std::size_t i = 0; i < 24; ++i) x[i] = static_cast<double>(i * i % 11) * (i < 12 ? 1 : 100);
  const auto y = norm.output(x);
  for (const auto begin : {y.begin(), y.begin() + 12}) {
    EXPECT_NEAR(mean_of({begin, begin + 12}), 0, 1e-12);
    EXPECT_NEAR(variance_of({begin, begin + 12}), 1, 1e-6);
  }
}

TEST(GaussianNoise, HasItsDeviationInTrainingAlone) {
  const Single noise("gaussian_noise", {100, 300}, {{"deviation", 0.3}});
  const auto y = noise.output(Numbers(30000, 2.0));
  EXPECT_NEAR(mean_of(y), 2, 0.01);
  EXPECT_NEAR(variance_of(y), 0.09, 0.003);
  EXPECT_EQ(noise.gradient, Numbers(30000, 1.0));
  const Single none("gaussian_noise", {1, 2}, {{"deviation", 0.3}}, /*training=*/false);
  EXPECT_EQ(none.output(Numbers{1, 2}), (Numbers{1, 2}));
  EXPECT_EQ(std::ranges::count(none.f.nodes, Op::random, &Node::op), 0);
}

TEST(Initializers, OfKernels) {
  const auto of = [](const std::string& layer, const Shape& input, GivenKeys keys) {
    return Single(layer, input, keys).module.variable("f.weight")->initializer;
  };
  const auto dense = [&](const std::string& kind) {
    return of("dense", {2, 30}, {{"units", 20}, {"initializer", kind}});
  };
  using Kind = Initializer::Kind;
  EXPECT_EQ(of("dense", {2, 30}, {{"units", 20}}), (Initializer{Kind::uniform, std::sqrt(6.0 / 50)}));
  EXPECT_EQ(dense("glorot_uniform"), (Initializer{Kind::uniform, std::sqrt(6.0 / 50)}));
  EXPECT_EQ(dense("glorot_normal"), (Initializer{Kind::normal, std::sqrt(2.0 / 50)}));
  EXPECT_EQ(dense("he_uniform"), (Initializer{Kind::uniform, std::sqrt(6.0 / 30)}));
  EXPECT_EQ(dense("he_normal"), (Initializer{Kind::normal, std::sqrt(2.0 / 30)}));
  EXPECT_EQ(dense("normal"), (Initializer{Kind::normal, 0.05}));
  EXPECT_EQ(dense("zeros"), (Initializer{}));
  const GivenKeys kernel = {{"filters", 8}, {"kernel", Extents{3, 5}}};
  for (const char* layer : {"conv", "conv_transpose"}) {
    GivenKeys keys = kernel;
    EXPECT_EQ(of(layer, {1, 9, 9, 4}, keys), (Initializer{Kind::uniform, std::sqrt(6.0 / (60 + 120))}));
    keys["initializer"] = "he_normal";
    EXPECT_EQ(of(layer, {1, 9, 9, 4}, keys), (Initializer{Kind::normal, std::sqrt(2.0 / 60)}));
    keys["groups"] = 4;
    EXPECT_EQ(of(layer, {1, 9, 9, 4}, keys), (Initializer{Kind::normal, std::sqrt(2.0 / 15)}));
    keys["initializer"] = "normal";
    keys["deviation"] = 0.02;
    EXPECT_EQ(of(layer, {1, 9, 9, 4}, keys), (Initializer{Kind::normal, 0.02}));
  }
}

/// Returns the first line of what is wrong with the small model if its trunk begins with this layer.
std::string mistake(const std::string& layer) {
  std::string text = text_of(SmallModel{});
  text.insert(text.find("  { kind = \"conv\", filters = 20, kernel = 3, stride = 2 }"), "  " + layer + ",\n");
  try {
    module_of_text(text);
  } catch (const std::runtime_error& error) {
    const std::string what = error.what();
    return what.substr(0, what.find('\n'));
  }
  return "no mistake";
}

TEST(LayerKeys, ThatAreWrong) {
  EXPECT_EQ(
      mistake("{ kind = \"conv\", filters = 2, kernel = 3, deviation = 0.1 }"),
      "model.toml:26:57: error: deviation belongs to initializer = \"normal\", not to \"glorot_uniform\"");
  EXPECT_EQ(mistake("{ kind = \"conv\", filters = 2, kernel = 3, gain = false }"),
            "model.toml:26:52: error: gain belongs to norm = \"weight_norm\", not to \"none\"");
  const auto padding = [](const std::string& value) {
    return mistake("{ kind = \"conv\", filters = 2, kernel = 3, padding = " + value + " }");
  };
  const std::string begin = "model.toml:26:55: error: padding must be ",
                    what = "\"same\", \"valid\", an integer or a list of 2 integers, not ";
  EXPECT_EQ(padding("\"sam\""), begin + what + "\"sam\"");
  EXPECT_EQ(padding("true"), begin + what + "a boolean");
  EXPECT_EQ(padding("-1"), begin + "at least 0, not -1");
  EXPECT_EQ(padding("1"), "no mistake");
  EXPECT_EQ(padding("[2, 0]"), "no mistake");
  EXPECT_EQ(padding("\"valid\""), "no mistake");
  EXPECT_EQ(mistake("{ kind = \"max_pool\", size = 2, padding = \"full\" }"),
            "model.toml:26:44: error: padding must be \"valid\" or \"same\", not \"full\"");
  EXPECT_EQ(
      mistake("{ kind = \"max_pool\", size = 9 }"),
      "model.toml:26:12: error: max_pool needs an image of at least [9, 9], but its input is [5, 8, 8, 1]");
}

}  // namespace
}  // namespace sganc
