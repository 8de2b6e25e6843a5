// Which training images are held out, which have labels, and what the names of splits stand for.

#include "runtime/data/division.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/data_folder.h"
#include "tests/train_model.h"

namespace sganc {
namespace {

using Indices = std::vector<std::int32_t>;
using Way = ImageChoice::Way;
using testing::error_of;
using testing::small_dataset;  // ten training images with labels 0 1 2 0 ..., six test images
using testing::TestFolder;

Indices indices_of(const SplitImages& images) {
  Indices indices;
  for (std::int64_t i = 0; i < images.count(); ++i) indices.push_back(images.index(i));
  return indices;
}

TEST(Division, WithoutValidationHoldsNothingOut) {
  const auto dataset = small_dataset();
  const auto division = divide(dataset, ImageChoice{.count = 2, .seed = 4}, {});
  EXPECT_EQ(division.labelled, choose_images({.count = 2, .seed = 4}, dataset, "labels"));
  EXPECT_TRUE(division.held_out.empty());
  EXPECT_TRUE(division.rest.empty());
  EXPECT_EQ(indices_of(images_of(dataset, division, "train")), (Indices{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(&images_of(dataset, division, "train").stored, &dataset.train);
  EXPECT_EQ(indices_of(images_of(dataset, division, "test")), (Indices{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(&images_of(dataset, division, "test").stored, &dataset.test);
  EXPECT_TRUE(divide(dataset, {}, {}).labelled.empty());
}

TEST(Division, PartsHaveNoImageInCommon) {
  const auto dataset = small_dataset();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto division =
        divide(dataset, ImageChoice{.count = 2, .seed = seed}, ImageChoice{.count = 1, .seed = seed});
    EXPECT_EQ(division.held_out, choose_images({.count = 1, .seed = seed}, dataset, "validation"));
    EXPECT_EQ(indices_of(images_of(dataset, division, "validation")), division.held_out);
    EXPECT_EQ(indices_of(images_of(dataset, division, "train")), division.rest);
    std::set<std::int32_t> all(division.held_out.begin(), division.held_out.end());
    EXPECT_EQ(all.size(), 3u);
    for (const auto index : division.labelled) EXPECT_FALSE(all.contains(index));
    EXPECT_EQ(division.labelled.size(), 6u);
    all.insert(division.rest.begin(), division.rest.end());
    EXPECT_EQ(division.rest.size() + 3, all.size());
    EXPECT_EQ(all.size(), 10u);
  }
}

TEST(Division, ReadBackIsTheSameForEvaluations) {
  const auto dataset = small_dataset();
  const auto division = divide(dataset, {}, ImageChoice{.way = Way::total, .count = 4, .seed = 1});
  const auto again = hold_out(dataset, division.held_out);
  EXPECT_EQ(again.held_out, division.held_out);
  EXPECT_EQ(again.rest, division.rest);
}

TEST(Division, HoldsOutNothingThatAFileOfLabelsNames) {
  const TestFolder folder;
  const auto dataset = small_dataset();
  const ImageChoice validation{.count = 1, .seed = 3};
  const auto free = divide(dataset, {}, validation);
  const auto path = folder.file("labels.txt", labels_text(Indices{free.held_out[1], 0}));
  const auto division = divide(dataset, ImageChoice{.way = Way::file, .file = path}, validation);
  EXPECT_EQ(division.labelled, (Indices{free.held_out[1], 0}));
  for (const auto index : division.labelled)
    EXPECT_EQ(std::ranges::count(division.held_out, index), 0) << index;
  EXPECT_EQ(division.held_out.size(), 3u);
  EXPECT_EQ(division.held_out[2], free.held_out[2]);  // of the class that the file does not name
  // The file of labels that a run wrote gives the same validation images again.
  const auto whole = divide(dataset, ImageChoice{.count = 2}, validation);
  const auto written = folder.file("labels.txt", labels_text(whole.labelled));
  EXPECT_EQ(divide(dataset, ImageChoice{.way = Way::file, .file = written}, validation).held_out,
            whole.held_out);
}

TEST(Division, SaysWhichChoiceCannotBe) {
  const TestFolder folder;
  const auto dataset = small_dataset();
  const auto error = [&](const ImageChoice& labels, const ImageChoice& validation) {
    try {
      divide(dataset, labels, validation);
    } catch (const DivisionError& e) {
      return (e.of_validation ? "validation: " : "labels: ") + folder.without_path(e.what());
    }
    return std::string();
  };
  const ImageChoice one{.count = 1};
  const ImageChoice file{.way = Way::file, .file = folder.file("a.txt", "1\n2\n")};
  EXPECT_EQ(error({.count = 3}, one),
            "labels: a class of small has 2 images that are not held out, but per_class is 3");
  EXPECT_EQ(error(one, {.count = 4}), "validation: a class of small has 3 images, but per_class is 4");
  EXPECT_EQ(error(file, {.count = 3}),
            "validation: a class of small has 2 images that are not labelled, but per_class is 3");
  EXPECT_EQ(error(file, file), "labels: FOLDER/a.txt:1: image 1 is held out");
  EXPECT_EQ(error(one, {.way = Way::fraction, .fraction = 1}),
            "validation: all 10 training images of small are held out");
  EXPECT_EQ(error(one, {.way = Way::file, .file = folder.file("b.txt", "7\n1\n7\n")}),
            "validation: FOLDER/b.txt:3: image 7 is listed twice");
  EXPECT_EQ(error({.way = Way::file, .file = folder / "none"}, one),
            "labels: FOLDER/none: cannot be read: No such file or directory");
  const auto all = folder.file("c.txt", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  EXPECT_EQ(error({.way = Way::file, .file = all}, {.way = Way::fraction, .fraction = 0.5}),
            "validation: no image is left to be held out");
}

}  // namespace
}  // namespace sganc
