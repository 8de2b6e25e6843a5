#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "runtime/data/batches.h"
#include "runtime/data/dataset.h"
#include "runtime/data/labels.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using Indices = std::vector<std::int32_t>;

using Way = ImageChoice::Way;
using testing::error_of;
using testing::TestFolder;

/// A data set of those labels, without images.
Dataset labelled_dataset(Indices labels, int classes = 3) {
  Dataset dataset{"small", {1, 1, 1}, classes, {}, {}};
  dataset.train.count = static_cast<std::int64_t>(labels.size());
  dataset.train.labels = std::move(labels);
  return dataset;
}

/// Classes 0, 1, 2, 0, 1, 2, ...
Dataset turning_dataset(int count) {
  Indices labels;
  for (int i = 0; i < count; ++i) labels.push_back(i % 3);
  return labelled_dataset(std::move(labels));
}

ImageChoice per_class(std::int64_t count, std::uint64_t seed) {
  return {.way = Way::per_class, .count = count, .seed = seed};
}

std::vector<std::int64_t> histogram(const Dataset& dataset, const Indices& indices) {
  return class_histogram(dataset.train.labels, indices, dataset.classes);
}

TEST(Labels, AreBalancedDistinctAndOrderedByClass) {
  const auto dataset = turning_dataset(300);
  const auto chosen = choose_images(per_class(10, 7), dataset, "labels");
  ASSERT_EQ(chosen.size(), 30u);
  EXPECT_EQ(std::set<std::int32_t>(chosen.begin(), chosen.end()).size(), 30u);
  for (std::size_t i = 0; i < chosen.size(); ++i)
    EXPECT_EQ(dataset.train.labels[static_cast<std::size_t>(chosen[i])], static_cast<std::int32_t>(i / 10));
  EXPECT_EQ(histogram(dataset, chosen), (std::vector<std::int64_t>{10, 10, 10}));
  EXPECT_EQ(class_histogram(dataset.train.labels, 3), (std::vector<std::int64_t>{100, 100, 100}));
}

TEST(Labels, DependOnSeedAndStreamAlone) {
  const auto dataset = turning_dataset(300);
  const auto choose = [&](std::int64_t count, std::uint64_t seed, const char* stream = "labels") {
    return choose_images(per_class(count, seed), dataset, stream);
  };
  EXPECT_EQ(choose(10, 7), choose(10, 7));
  EXPECT_NE(choose(10, 7), choose(10, 8));
  EXPECT_NE(choose(10, 7), choose(10, 7, "validation"));
  // A larger choice begins with the smaller one: runs with 10 and 20 labels of a class share the first ten.
  const auto few = choose(10, 7), many = choose(20, 7);
  EXPECT_TRUE(std::equal(few.begin(), few.begin() + 10, many.begin()));
  // The images that a seed chooses must never change.
  EXPECT_EQ(choose(2, 7), (Indices{213, 87, 238, 172, 158, 293}));
}

TEST(Labels, CanBeAllImages) {
  const auto dataset = turning_dataset(6);
  auto drawn = choose_images(per_class(2, 1), dataset, "labels");
  std::sort(drawn.begin(), drawn.end());
  EXPECT_EQ(drawn, (Indices{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(choose_images({.way = Way::all}, dataset, "labels"), drawn);
  EXPECT_EQ(choose_images({.way = Way::all}, dataset, "labels", {Indices{4, 1}, "held out"}),
            (Indices{0, 2, 3, 5}));
}

TEST(Labels, OfATotalAreEvenAndTheSeedSaysWhoGetsOneMore) {
  const auto dataset = turning_dataset(300);
  std::set<std::vector<std::int64_t>> found;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ImageChoice choice{.way = Way::total, .count = 25, .seed = seed};
    const auto chosen = choose_images(choice, dataset, "labels");
    EXPECT_EQ(chosen, choose_images(choice, dataset, "labels"));
    found.insert(histogram(dataset, chosen));
  }
  EXPECT_EQ(found, (std::set<std::vector<std::int64_t>>{{9, 8, 8}, {8, 9, 8}, {8, 8, 9}}));
  // A total that the number of classes divides is the same choice as that many images per class.
  EXPECT_EQ(choose_images({.way = Way::total, .count = 30, .seed = 7}, dataset, "labels"),
            choose_images(per_class(10, 7), dataset, "labels"));
}

TEST(Labels, OfATotalGoToOtherClassesWhereOneHasNoMore) {
  const auto dataset = labelled_dataset({0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2});
  const auto shares = [&](std::int64_t count) {
    return histogram(dataset, choose_images({.way = Way::total, .count = count}, dataset, "labels"));
  };
  EXPECT_EQ(shares(3), (std::vector<std::int64_t>{1, 1, 1}));
  EXPECT_EQ(shares(9), (std::vector<std::int64_t>{1, 4, 4}));
  EXPECT_EQ(shares(14), (std::vector<std::int64_t>{1, 6, 7}));
  const auto one = shares(1);
  EXPECT_EQ(std::accumulate(one.begin(), one.end(), std::int64_t{0}), 1);
}

TEST(Labels, OfAFractionAreRoundedAndAtLeastOneOfAClass) {
  const auto dataset = labelled_dataset({0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2});
  const auto shares = [&](double fraction) {
    return histogram(dataset, choose_images({.way = Way::fraction, .fraction = fraction}, dataset, "labels"));
  };
  EXPECT_EQ(shares(0.4), (std::vector<std::int64_t>{2, 2, 1}));
  EXPECT_EQ(shares(0.01), (std::vector<std::int64_t>{1, 1, 1}));
  EXPECT_EQ(shares(1), (std::vector<std::int64_t>{4, 6, 1}));
}

TEST(Labels, DrawnWithReplacementMayRepeat) {
  const auto dataset = turning_dataset(30);
  const ImageChoice choice{.way = Way::per_class, .count = 20, .replace = true, .seed = 5};
  const auto chosen = choose_images(choice, dataset, "labels", {Indices{0, 3}, "held out"});
  EXPECT_EQ(histogram(dataset, chosen), (std::vector<std::int64_t>{20, 20, 20}));
  EXPECT_LT(std::set<std::int32_t>(chosen.begin(), chosen.end()).size(), 29u);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), 0) + std::count(chosen.begin(), chosen.end(), 3), 0);
  // Item i of class c is its image [(random bits * images of the class) >> 32].
  EXPECT_EQ(chosen[21], 1 + 3 * ((std::uint64_t{random_bits({5, 1}, stream_of("labels"), 1)} * 10) >> 32));
}

TEST(Labels, PassOverWhatIsTaken) {
  const auto dataset = turning_dataset(300);
  // Eleven images of each class in their order. The choice is the first ten that are not taken.
  const auto order = choose_images(per_class(11, 7), dataset, "labels");
  const Indices taken = {order[3], order[30]};
  Indices expected;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (i != 3 && i != 30 && i != 21) expected.push_back(order[i]);
  EXPECT_EQ(choose_images(per_class(10, 7), dataset, "labels", {taken, "held out"}), expected);
}

TEST(Labels, MoreThanThereAreIsAnError) {
  const auto dataset = turning_dataset(8);
  const Indices held_out = {0, 7};
  const auto error = [&](const ImageChoice& choice, bool hold) {
    return error_of([&] {
      choose_images(choice, dataset, "labels", hold ? TakenImages{held_out, "held out"} : TakenImages{});
    });
  };
  EXPECT_EQ(error(per_class(3, 1), false), "a class of small has 2 images, but per_class is 3");
  EXPECT_EQ(error(per_class(2, 1), true), "");
  EXPECT_EQ(error(per_class(3, 1), true),
            "a class of small has 2 images that are not held out, but per_class is 3");
  EXPECT_EQ(error(per_class(9, 1), false), "small has 8 training images, but per_class is 9");
  const ImageChoice total{.way = Way::total, .count = 9};
  EXPECT_EQ(error(total, false), "small has 8 training images, but total is 9");
  EXPECT_EQ(error(total, true), "small has 6 training images that are not held out, but total is 9");
  EXPECT_EQ(error({.way = Way::per_class, .count = 8, .replace = true}, false), "");
  EXPECT_EQ(error({.way = Way::per_class, .count = 9, .replace = true}, false),
            "small has 8 training images, but per_class is 9");
}

TEST(Labels, TextIsOneIndexALineAndReadsBack) {
  EXPECT_EQ(labels_text(Indices{3, 0, 59999}), "3\n0\n59999\n");
  // Pictures are listed by their names, which mean the same in other data.
  const TestFolder names_folder;
  auto named = labelled_dataset({0, 1, 1});
  named.picture_names = {"cat/1.png", "dog/1.png", "dog/ 2.png"};
  const auto list =
      names_folder.file("labels.txt", labels_text(Indices{2, 0}, named.picture_names) + "1\r\n");
  EXPECT_EQ(testing::content_of(list), "dog/ 2.png\ncat/1.png\n1\r\n");
  EXPECT_EQ(read_indices(list, named), (Indices{2, 0, 1}));
  const auto wrong = names_folder.file("labels.txt", "cat/2.png\n");
  EXPECT_EQ(names_folder.without_path(testing::error_of([&] { read_indices(wrong, named); })),
            "FOLDER/labels.txt:1: \"cat/2.png\" is not the name of a picture or the index of an image: " +
                named.name + " has 3 training images, counted from 0");
  const TestFolder folder;
  const auto dataset = turning_dataset(8);
  const auto path = folder.file("labels.txt", "3\r\n0\n3");
  EXPECT_EQ(choose_images({.way = Way::file, .file = path}, dataset, "labels"), (Indices{3, 0, 3}));
}

TEST(Labels, FilesThatAreNoLabels) {
  const TestFolder folder;
  const auto dataset = turning_dataset(8);
  const auto error = [&](const std::string& content) {
    const ImageChoice choice{.way = Way::file, .file = folder.file("labels.txt", content)};
    return folder.without_path(error_of([&] {
      choose_images(choice, dataset, "labels", {Indices{5}, "held out"});
    }));
  };
  const std::string range = " is not the index of an image: small has 8 training images, counted from 0";
  EXPECT_EQ(error("0\n8\n"), "FOLDER/labels.txt:2: \"8\"" + range);
  EXPECT_EQ(error("-1\n"), "FOLDER/labels.txt:1: \"-1\"" + range);
  EXPECT_EQ(error("1\n\n2\n"), "FOLDER/labels.txt:2: \"\"" + range);
  EXPECT_EQ(error("1\n2 3\n"), "FOLDER/labels.txt:2: \"2 3\"" + range);
  EXPECT_EQ(error("99999999999999999999999\n"), "FOLDER/labels.txt:1: \"99999999999999999999999\"" + range);
  EXPECT_EQ(error("\x89PNG\r\n"), "FOLDER/labels.txt:1: \"?PNG\"" + range);
  EXPECT_EQ(error(""), "FOLDER/labels.txt: names no image");
  EXPECT_EQ(error("4\n5\n"), "FOLDER/labels.txt:2: image 5 is held out");
  EXPECT_EQ(folder.without_path(
                error_of([&] { choose_images({.way = Way::file, .file = folder / "none"}, dataset, ""); })),
            "FOLDER/none: cannot be read: No such file or directory");
}

TEST(Batches, FollowTheFormula) {
  const auto stream = draw_stream("d_real", "x");
  EXPECT_EQ(stream, stream_of("d_real.x"));
  Indices drawn(50);
  draw_from_all(5, {5, 9}, stream, drawn);
  for (std::uint32_t i = 0; i < 50; ++i)
    EXPECT_EQ(drawn[i], (std::uint64_t{random_bits({5, 9}, stream, i)} * 5) >> 32);
}

TEST(Batches, DifferByStepSeedAndStreamOnly) {
  const auto draw = [](std::uint64_t seed, std::uint64_t step, const char* update) {
    Indices indices(100);
    draw_from_all(60000, {seed, step}, draw_stream(update, "x"), indices);
    return indices;
  };
  EXPECT_EQ(draw(1, 2, "c"), draw(1, 2, "c"));
  EXPECT_NE(draw(1, 2, "c"), draw(1, 3, "c"));
  EXPECT_NE(draw(1, 2, "c"), draw(2, 2, "c"));
  EXPECT_NE(draw(1, 2, "c"), draw(1, 2, "d_real"));
}

TEST(Batches, AreUniform) {
  constexpr int kPool = 10, kDraws = 100'000;
  std::vector<int> counts(kPool);
  Indices indices(100);
  for (std::uint64_t step = 0; step < kDraws / 100; ++step) {
    draw_from_all(kPool, {3, step}, draw_stream("c", "x"), indices);
    for (const auto index : indices) ++counts.at(static_cast<std::size_t>(index));
  }
  // Chi-squared with 9 degrees of freedom stays below 27.9 with probability 0.999; the draw is fixed.
  double chi = 0;
  for (const auto count : counts)
    chi += (count - kDraws / kPool) * (count - kDraws / kPool) * 1.0 / (kDraws / kPool);
  EXPECT_LT(chi, 27.9);
}

/// Returns what `steps` steps draw without replacement from a pool of `count` in batches of `batch`.
Indices passes(std::int64_t count, std::size_t batch, std::int64_t steps, std::uint64_t seed = 3,
               std::int64_t first = 1) {
  PassDraw draw(count, seed, stream_of("c.x"));
  Indices all, indices(batch);
  for (std::int64_t step = first; step < first + steps; ++step) {
    draw.draw(step, indices);
    all.insert(all.end(), indices.begin(), indices.end());
  }
  return all;
}

TEST(Batches, WithoutReplacementAPassHasEveryImageOnce) {
  Indices every(12);
  std::iota(every.begin(), every.end(), 0);
  for (const auto batch : std::vector<std::size_t>{1, 5, 12, 30}) {
    const auto drawn = passes(12, batch, 36);
    EXPECT_EQ(drawn, passes(12, 1, static_cast<std::int64_t>(drawn.size())));  // for every size of batch
    std::set<Indices> orders;
    for (auto at = drawn.begin(); at != drawn.end(); at += 12) {
      Indices pass(at, at + 12);
      orders.insert(pass);
      std::sort(pass.begin(), pass.end());
      EXPECT_EQ(pass, every) << batch;
    }
    EXPECT_EQ(orders.size(), drawn.size() / 12);  // each in an order of its own
  }
}

TEST(Batches, WithoutReplacementAreAFunctionOfTheStep) {
  const auto drawn = passes(7, 3, 20);
  EXPECT_EQ(passes(7, 3, 11, 3, 10), Indices(drawn.begin() + 27, drawn.end()));
  EXPECT_NE(passes(7, 3, 20, 4), drawn);
}

TEST(Batches, WithoutReplacementEveryPlaceIsEquallyLikely) {
  constexpr int kPool = 5, kPasses = 20'000;
  const auto drawn = passes(kPool, kPool, kPasses);
  std::vector<int> counts(kPool * kPool);
  for (std::size_t i = 0; i < drawn.size(); ++i)
    ++counts[i % kPool * kPool + static_cast<std::size_t>(drawn[i])];
  // Each of 25 counts has the mean 4000 and a deviation of 57; the draw is fixed.
  for (const auto count : counts) EXPECT_NEAR(count, kPasses / kPool, 5 * 57);
}

TEST(Batches, AnEmptyPoolIsABug) {
  Indices indices(1);
  EXPECT_THROW(draw_from_all(0, {}, 0, indices), std::logic_error);
  EXPECT_THROW(PassDraw(0, 0, 0), std::logic_error);
}

}  // namespace
}  // namespace sganc
