// What augment does to images: by values, by statistics, and compiled against the reference.

#include "compiler/layers/augment.h"

#include <numbers>
#include <numeric>

#include "runtime/execute/random.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

using Numbers = std::vector<double>;

/// Images of 3 rows and 4 columns whose pixels are 1 to 12.
const Shape kShape = {1, 3, 4, 1};

Tensor counted(const Shape& shape) {
  Tensor x = filled({DType::f32, shape});
  std::iota(x.data.begin(), x.data.end(), 1);
  return x;
}

/// Returns the counted image, moved as `how` says.
Numbers moved(const Shape& shape, const std::function<Warp(Builder&, const Shape& batch)>& how) {
  Function f{.name = "f"};
  Builder b(f);
  const Value x = b.input("x", {DType::f32, shape});
  const Value y = warped(b, x, how(b, {shape[0]}));
  return evaluate_nodes(f, {{"x", counted(shape)}}, {})[static_cast<std::size_t>(y.id)].data;
}

void expect_near(const Numbers& actual, const Numbers& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-9) << i;
}

TEST(Augment, MirrorsAndShifts) {
  EXPECT_EQ(moved(kShape, [](Builder& b, const Shape& n) { return Warp{.mirror_x = b.constant(-1, n)}; }),
            (Numbers{4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9}));
  EXPECT_EQ(moved(kShape, [](Builder& b, const Shape& n) { return Warp{.mirror_y = b.constant(-1, n)}; }),
            (Numbers{9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4}));
  EXPECT_EQ(moved(kShape,
                  [](Builder& b, const Shape& n) {
                    return Warp{.down = b.constant(1, n), .right = b.constant(-2, n)};
                  }),
            (Numbers{3, 4, 4, 4, 3, 4, 4, 4, 7, 8, 8, 8}));
  EXPECT_EQ(moved(kShape,
                  [](Builder& b, const Shape& n) {
                    return Warp{.down = b.constant(1, n), .right = b.constant(-2, n), .fill = -7};
                  }),
            (Numbers{-7, -7, -7, -7, 3, 4, -7, -7, 7, 8, -7, -7}));
}

TEST(Augment, TurnsCounterclockwise) {
  expect_near(
      moved({1, 3, 3, 1},
            [](Builder& b, const Shape& n) { return Warp{.angle = b.constant(std::numbers::pi / 2, n)}; }),
      {3, 6, 9, 2, 5, 8, 1, 4, 7});
}

TEST(Augment, ScalesAndShears) {
  // Twice as large about the middle: each pixel is read half as far from the middle.
  expect_near(
      moved({1, 1, 5, 1}, [](Builder& b, const Shape& n) { return Warp{.factor = b.constant(2, n)}; }),
      {2, 2.5, 3, 3.5, 4});
  // 0.8 times as large: the pixels at the edge are read half outside of the image, where it is filled.
  expect_near(moved({1, 1, 5, 1},
                    [](Builder& b, const Shape& n) { return Warp{.factor = b.constant(0.8, n), .fill = 0}; }),
              {0.5, 1.75, 3, 4.25, 2.5});
  // The lowest row moves one pixel to the right, the highest row one to the left.
  expect_near(moved({1, 3, 3, 1}, [](Builder& b, const Shape& n) { return Warp{.shear = b.constant(1, n)}; }),
              {2, 3, 3, 4, 5, 6, 7, 7, 8});
}

TEST(Augment, BendsByAField) {
  const auto bend = [](Builder& b, const Shape&) {
    const Shape pixels = {1, 1, 4};
    return Warp{.bend = std::pair(b.constant(0, pixels), b.multiply(b.iota(2, pixels), 0.25))};
  };
  expect_near(moved({1, 1, 4, 1}, bend), {1, 2.25, 3.5, 4});
}

/// Returns a model with one update, which minimizes `minimize` on images that it may augment.
std::string model_text(const std::string& image, const std::string& augment, const std::string& minimize,
                       int count = 3) {
  return "name = \"m\"\n[data]\nrange = [-1, 1]\n[input]\nimage = " + image +
         "\n[net.n]\nof = \"image\"\nlayers = [{ kind = \"flatten\" }, { kind = \"dense\", units = 5 }]\n"
         "[augment]\n" +
         augment +
         "\n[optimizer]\no = { kind = \"sgd\", rate = 1e-2 }\n[[update]]\nname = \"u\"\ndraw = { x = "
         "\"unlabeled " +
         std::to_string(count) + "\" }\nminimize = \"" + minimize +
         "\"\ntrain = [\"n\"]\noptimizer = \"o\"\n[train]\nepochs = 1\n";
}

/// Returns what the net takes in the update's function: the augmented images.
Tensor augmented_images(const std::string& augment, int count, const Tensor& images, int step = 1) {
  const Shape& s = images.shape();
  const std::string shape =
      "[" + std::to_string(s[1]) + ", " + std::to_string(s[2]) + ", " + std::to_string(s[3]) + "]";
  Module module = module_of_text(model_text(shape, augment, "mean(n(augment(x)))", count));
  Function f = *module.function("u");
  const auto flat =
      std::ranges::find_if(f.nodes, [](const Node& n) { return n.origin.part == "n.flatten_1"; });
  Tensor index = filled({DType::i32, {count}});
  std::iota(index.data.begin(), index.data.end(), 0);
  Tensors variables = initial_variables(module, 0);
  const auto values =
      evaluate_nodes(f,
                     {{"data.image", images},
                      {"x.index", index},
                      {"random.key", {{DType::i32, {4}}, {9, 0, static_cast<double>(step), 0}}}},
                     variables);
  return values[static_cast<std::size_t>(flat->operands.at(0).id)];
}

/// One white pixel in a black image stays one white pixel, at most `shift` from where it was.
TEST(Augment, ShiftsByWholePixels) {
  constexpr int kCount = 200;
  Tensor images = filled({DType::u8, {kCount, 9, 9, 1}});
  for (int i = 0; i < kCount; ++i) images.data[static_cast<std::size_t>(i * 81 + 40)] = 255;
  const Tensor y = augmented_images("shift = 2", kCount, images);
  std::map<std::pair<int, int>, int> seen;
  for (int i = 0; i < kCount; ++i) {
    int white = 0;
    for (int p = 0; p < 81; ++p)
      if (const double v = y.data[static_cast<std::size_t>(i * 81 + p)]; v != -1) {
        EXPECT_EQ(v, 1);
        ++white, ++seen[{p / 9 - 4, p % 9 - 4}];
      }
    EXPECT_EQ(white, 1);
  }
  EXPECT_EQ(seen.size(), 25u);
  for (const auto& [place, count] : seen)
    EXPECT_LE(std::max(std::abs(place.first), std::abs(place.second)), 2);
}

/// An image is mirrored if its number in the update's first random stream is above one half.
TEST(Augment, FlipsByItsRandomNumbers) {
  constexpr int kCount = 20;
  Tensor images = filled({DType::u8, {kCount, 2, 2, 1}});
  for (int i = 0; i < kCount; ++i) images.data[static_cast<std::size_t>(i * 4)] = 255;
  const Tensor y = augmented_images("flip = \"horizontal\"", kCount, images, 5);
  int mirrored = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const bool flip = random_uniform({9, 5}, 0, i) > 0.5f;
    EXPECT_EQ(y.data[i * 4], flip ? -1 : 1);
    EXPECT_EQ(y.data[i * 4 + 1], flip ? 1 : -1);
    mirrored += flip;
  }
  EXPECT_GT(mirrored, 3);
  EXPECT_LT(mirrored, 17);
}

TEST(Augment, AddsNormalNoise) {
  const Tensor y = augmented_images("noise = 0.25", 4, filled({DType::u8, {4, 50, 50, 1}}, 255));
  double sum = 0, squares = 0;
  for (double v : y.data) sum += v - 1, squares += (v - 1) * (v - 1);
  EXPECT_NEAR(sum / 10000, 0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / 10000), 0.25, 0.01);
}

TEST(Augment, CutsSquaresOut) {
  constexpr int kCount = 100;
  const Tensor y =
      augmented_images("cutout = 3\nfill = \"middle\"", kCount, filled({DType::u8, {kCount, 8, 8, 2}}, 255));
  int whole = 0;
  for (int i = 0; i < kCount; ++i) {
    int cut = 0;
    for (int p = 0; p < 128; ++p) {
      const double v = y.data[static_cast<std::size_t>(i * 128 + p)];
      EXPECT_TRUE(v == 1 || v == 0) << v;
      cut += v == 0;
    }
    EXPECT_TRUE(cut == 18 || cut == 12 || cut == 8) << cut;  // 3 x 3, 3 x 2 or 2 x 2 pixels of 2 channels
    whole += cut == 18;
  }
  EXPECT_GT(whole, 35);  // 36 of 64 middles, on average 56
  EXPECT_LT(whole, 77);
}

/// A plane rises by one from pixel to pixel, so each result tells how far beside itself it was read.
TEST(Augment, BendsByAtMostTheStrength) {
  Tensor images = filled({DType::u8, {20, 30, 30, 1}});
  for (std::size_t i = 0; i < images.data.size(); ++i) images.data[i] = static_cast<double>(i % 30);
  const Tensor y = augmented_images("elastic = { strength = 2, smoothness = 6 }", 20, images);
  double most = 0, steepest = 0;
  const auto bent = [&](std::size_t i) { return (y.data[i] + 1) * 127.5 - static_cast<double>(i % 30); };
  for (std::size_t i = 0; i < images.data.size(); ++i) {
    if (i % 30 < 3 || i % 30 > 25) continue;
    most = std::max(most, std::abs(bent(i)));
    steepest = std::max(steepest, std::abs(bent(i + 1) - bent(i)));
  }
  EXPECT_LE(most, 2);
  EXPECT_GT(most, 1.5);
  EXPECT_LE(steepest, 4 * std::numbers::pi / 2 / 6);  // half a wave of the cosine from -2 to 2 over 6 pixels
}

TEST(Augment, ThatChangesNothingCostsNothing) {
  const std::string zeros = "shift = 0\nrotate = 0\nelastic = { strength = 0, smoothness = 7 }";
  const auto with = module_of_text(model_text("[4, 4, 1]", zeros, "mean(n(augment(x)))"));
  const auto without = module_of_text(model_text("[4, 4, 1]", zeros, "mean(n(x))"));
  EXPECT_EQ(with.function("u")->nodes.size(), without.function("u")->nodes.size());
}

/// Each use has random numbers of its own; a named value is one.
TEST(Augment, IsNewInEachUse) {
  const auto randoms = [](const std::string& minimize) {
    const Module m = module_of_text(model_text("[4, 4, 1]", "noise = 1", minimize));
    std::set<std::int64_t> streams;
    for (const auto& n : m.function("u")->nodes)
      if (n.op == Op::random) streams.insert(n.attributes.stream);
    return streams.size();
  };
  EXPECT_EQ(randoms("mean(n(augment(x)))"), 2u);
  EXPECT_EQ(randoms("mean(n(augment(x)) - n(augment(x)))"), 4u);
}

const char* const kAll =
    "shift = 2\nrotate = 40\nscale = 0.2\nshear = 0.3\nflip = \"both\"\nnoise = 0.1\ncutout = 3\n"
    "elastic = { strength = 1.5, smoothness = 4 }";

TEST(Augment, IsCompiledAsTheReferenceSays) {
  for (const std::string& how :
       {std::string(kAll), kAll + std::string("\nfill = \"low\""), std::string("shift = 1\nflip = \"both\""),
        std::string("rotate = 30\nfill = \"middle\""), std::string("noise = 0.5\ncutout = 2")})
    for (const char* shape : {"[9, 7, 3]", "[28, 28, 1]", "[6, 32, 2]"}) {
      SCOPED_TRACE(how + " of " + shape);
      Twin twin(module_of_text(model_text(shape, how, "mse(n(augment(x)), sigmoid(n(x)))")), Schedule{});
      std::mt19937 random(5);
      for (int step = 1; step < 3; ++step) {
        bind_batch(twin, "u", step, random);
        twin.step("u", 1e-4);
      }
    }
}

/// As in DiffAugment, the generator learns through the augmentation of its images.
TEST(Augment, OfGeneratedImagesHasGradients) {
  std::string text = text_of(SmallModel{});
  const std::string before = "minimize  = \"bce(critic(generator(z)), 1)\"";
  text.replace(text.find(before), before.size(), "minimize = \"bce(critic(augment(generator(z))), 1)\"");
  text += "[augment]\nshift = 1\nrotate = 30\nscale = 0.1\nfill = \"low\"\ncutout = 3\n";
  Twin twin(module_of_text(text), Schedule{});
  std::mt19937 random(6);
  for (int step = 1; step < 3; ++step) {
    bind_batch(twin, "g", step, random);
    twin.step("g", 2e-3);
  }
  const auto& nodes = twin.module.function("g")->nodes;
  EXPECT_TRUE(std::ranges::any_of(nodes, [](const Node& n) { return n.op == Op::scatter_add; }));
}

std::string error_of(const std::string& augment, const std::string& minimize) {
  try {
    module_of_text(model_text("[4, 4, 1]", augment, minimize));
    return "no mistake";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Augment, IsNamedWhereItIsWrong) {
  EXPECT_EQ(error_of("shift = -1\nflip = \"left\"\nblur = 2\nelastic = 3", "mean(n(augment(x)))"),
            R"toml(model.toml:10:9: error: shift must be at least 0, not -1
  10 | shift = -1
     |         ^^
model.toml:11:8: error: flip must be "none", "horizontal", "vertical" or "both", not "left"
  11 | flip = "left"
     |        ^^^^^^
model.toml:12:1: error: [augment] has no key "blur"
  12 | blur = 2
     | ^^^^
help: expected one of "elastic", "shift", "rotate", "scale", "shear", "flip", "noise", "cutout", "fill"
model.toml:13:11: error: elastic must be a table, not an integer
  13 | elastic = 3
     |           ^
help: write elastic = { strength = 2, smoothness = 7 }
)toml");
  EXPECT_EQ(error_of("[augment.strong]\nshift = 1", "mean(n(augment(x)))"),
            R"toml(model.toml:17:20: error: there is no [augment] that says what augment does
  17 | minimize = "mean(n(augment(x)))"
     |                    ^^^^^^^
help: did you mean "augment.strong"?
)toml");
  EXPECT_EQ(error_of("[augment.strong]\nshift = 1", "mean(n(augment.strng(x)))"),
            R"toml(model.toml:17:20: error: unknown augmentation "strng"
  17 | minimize = "mean(n(augment.strng(x)))"
     |                    ^^^^^^^^^^^^^
help: did you mean "strong"?
)toml");
  EXPECT_EQ(error_of("shift = 1", "mean(augment(n(x)))"),
            R"toml(model.toml:16:18: error: augment needs a batch of images, not [3, 5]
  16 | minimize = "mean(augment(n(x)))"
     |                  ^^^^^^^
)toml");
}

TEST(Augment, IsWrittenOutAndReadAgain) {
  Diagnostics diagnostics;
  const std::string text = model_text("[4, 4, 1]", kAll + std::string("\n[augment.weak]\nshift = 1"),
                                      "mean(n(augment.weak(augment(x))))");
  const auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << text_of(diagnostics);
  const std::string written = to_toml(*model);
  EXPECT_NE(
      written.find("[augment]\ncutout = 3\nfill = \"edge\"\nflip = \"both\"\nnoise = 0.1\nrotate = 40.0\n"
                   "scale = 0.2\nshear = 0.3\nshift = 2\nelastic = { strength = 1.5, smoothness = 4.0 }\n"),
      std::string::npos)
      << written;
  const auto again = parse_model(written, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(again) << text_of(diagnostics);
  EXPECT_EQ(to_toml(*again), written);
}

}  // namespace
}  // namespace sganc
