// Which images look alike, what a first model does to them, and what is said of labels.

#include "runtime/data/likeness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compiler/driver/label_words.h"
#include "compiler/driver/starter/habits.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

/// Lines on a 20 x 20 ground, of two classes. The line of image i of a class begins and leans as `line` says:
/// the column at the top and at the bottom.
LabelledImages drawn(const std::vector<std::array<std::array<double, 2>, 2>>& lines, int each,
                     bool bright = true) {
  LabelledImages images{{20, 20, 1}, {}, {}};
  for (int i = 0; i < each; ++i)
    for (std::size_t c = 0; c < lines.size(); ++c) {
      std::vector<std::uint8_t> pixels(400, bright ? 0 : 255);
      for (const auto& [top, bottom] : {lines[c][0], lines[c][1]})
        for (int y = 3; y < 17; ++y) {
          const auto x = static_cast<std::size_t>(std::lround(top + (bottom - top) * (y - 3) / 13 + i % 3));
          pixels[static_cast<std::size_t>(y) * 20 + x] = bright ? 255 : 0;
        }
      images.pixels.push_back(std::move(pixels));
      images.labels.push_back(static_cast<std::int32_t>(c));
    }
  return images;
}

/// A line with a foot to the right, and one with a foot to the left.
LabelledImages feet(int each) {
  auto images = drawn({{{{6, 6}, {6, 6}}}, {{{11, 11}, {11, 11}}}}, each);
  for (std::size_t i = 0; i < images.pixels.size(); ++i)
    for (std::size_t x = 0; x < 6; ++x)
      images.pixels[i][16 * 20 + (images.labels[i] == 0 ? 7 + x + i / 2 % 3 : 10 + i / 2 % 3 - x)] = 255;
  return images;
}

TEST(Likeness, MirroredImagesOfOtherClassesAreNotFlipped) {
  const auto habits = habits_of(feet(12), 2);
  EXPECT_FALSE(habits.flip);
  EXPECT_EQ(habits.why_flip,
            "No flip, since mirrored images look like other classes: of 24 labelled images 0 % are most like "
            "one of "
            "their class when mirrored, 100 % as they are.");
}

TEST(Likeness, ImagesThatLookAlikeMirroredAreFlipped) {
  // One line, and two, each as often left of the middle as right of it.
  const auto images = drawn({{{{8.5, 8.5}, {8.5, 8.5}}}, {{{4, 4}, {13, 13}}}}, 12);
  const auto habits = habits_of(images, 2);
  EXPECT_TRUE(habits.flip);
  EXPECT_EQ(habits.why_flip.substr(0, 40), "Mirrored images look like their class: o");
  EXPECT_EQ(habits.ink, "bright");
}

/// The mean column of the ink in some rows.
double column(const std::vector<std::uint8_t>& pixels, std::size_t from, std::size_t to) {
  double all = 0, sum = 0;
  for (std::size_t p = from * 20; p < to * 20; ++p)
    all += pixels[p], sum += static_cast<double>(p % 20) * pixels[p];
  return sum / all;
}

TEST(Likeness, LinesOfInkAreFoundAndMadeUpright) {
  for (const bool bright : {true, false}) {
    const auto images = drawn({{{{4, 10}, {4, 10}}}, {{{10, 4}, {10, 4}}}}, 2, bright);
    EXPECT_EQ(ink_of(images), bright ? "bright" : "dark");
    for (const auto& pixels : straightened(images, bright).pixels) {
      EXPECT_NEAR(column(pixels, 0, 10), 9.5, 0.4);
      EXPECT_NEAR(column(pixels, 10, 20), 9.5, 0.4);
    }
  }
  LabelledImages filled{{20, 20, 1}, {}, {0, 1}};
  for (int i = 0; i < 2; ++i) {
    filled.pixels.emplace_back(400);
    for (std::size_t p = 0; p < 400; ++p)
      filled.pixels.back()[p] = p / 20 > 4 && p / 20 < 15 && p % 20 > 4 && p % 20 < 15 ? 200 : 0;
  }
  EXPECT_EQ(ink_of(filled), "");
  EXPECT_EQ(ink_of({{20, 20, 1}, {std::vector<std::uint8_t>(400)}, {0}}), "");
  EXPECT_EQ(habits_of(filled, 0).why_flip, "");
}

TEST(Likeness, ClassesThatLookAlikeAreNamed) {
  const Words names = {"left", "right", "two"};
  const auto different = drawn({{{{4, 10}, {4, 10}}}, {{{10, 4}, {10, 4}}}, {{{4, 4}, {12, 12}}}}, 12);
  EXPECT_EQ(alike_classes_text(names, different), Words());
  // The same lines with labels in turn: nothing but chance tells the first two classes apart.
  auto mixed = different;
  for (std::size_t i = 0; i < mixed.labels.size(); ++i)
    if (mixed.labels[i] != 2) mixed.labels[i] = static_cast<std::int32_t>(i / 9 % 2);
  const auto text = alike_classes_text(names, mixed);
  ASSERT_EQ(text.size(), 1u);
  EXPECT_EQ(text[0],
            "left and right look alike: of 24 images of them with labels, 18 are most like one of the other "
            "class, by "
            "edges and by colours; look whether these labels are right, and label more of both: sganc "
            "suggest lists "
            "images");
}

TEST(Likeness, ClassesOfOtherColoursAreNotAlike) {
  LabelledImages images{{4, 4, 1}, {}, {}};
  for (int i = 0; i < 20; ++i) {
    images.pixels.emplace_back(16, static_cast<std::uint8_t>(i % 2 * 100 + i));
    images.labels.push_back(i % 2);
  }
  EXPECT_TRUE(alike_classes(images, 2).empty());
  const auto habits = habits_of(images, 2);
  EXPECT_TRUE(habits.flip);
  EXPECT_EQ(habits.why_flip,
            "Mirrored images look like their class: of 20 labelled images 100 % are most like one of their "
            "class when "
            "mirrored, 100 % as they are.");
}

TEST(Likeness, AnEvenPartHasAsManyOfEachClass) {
  const std::vector<std::int32_t> labels = {0, 0, 0, 0, 1, 1, -1, 0};
  const std::vector<std::int32_t> all = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(even_part(labels, all, 4), (std::vector<std::int32_t>{0, 2, 4, 5}));
  EXPECT_EQ(even_part(labels, all, 100), (std::vector<std::int32_t>{0, 1, 2, 3, 7, 4, 5}));
  EXPECT_EQ(even_part(labels, all, 1), (std::vector<std::int32_t>{0}));
}

TEST(LabelWords, AreSaidOfFewAndUnequalLabels) {
  const auto said = [](const std::vector<std::int64_t>& counts) {
    return counted_labels_text({"ant", "bee", "cow"}, counts);
  };
  EXPECT_EQ(said({10, 10, 10}), Words());
  EXPECT_EQ(said({2, 3, 2}), Words());  // as few of each
  EXPECT_EQ(said({3, 29, 29}), Words());
  const std::string depends = "; sganc suggest lists images whose label helps";
  EXPECT_EQ(said({0, 1, 9}),
            (Words{"no label of the class ant, so that the classifier cannot learn it",
                   "one label only of the class bee: much depends on which image that is" + depends}));
  EXPECT_EQ(said({2, 5, 9}),
            (Words{"two labels only of the class ant: much depends on which images those are" + depends}));
  EXPECT_EQ(said({3, 30, 29}), (Words{"very unequal: 30 of the class bee, 3 of the class ant, which the "
                                      "classifier will seldom name; labels = "
                                      "{ per_class = 3 } takes as many of each"}));
}

}  // namespace
}  // namespace sganc
