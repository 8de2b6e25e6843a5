#include <gtest/gtest.h>

#include <limits>

#include "runtime/data/picture_file.h"
#include "runtime/report/picture.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::TestFolder;

TEST(Picture, GrayAndColorPngReadBack) {
  const TestFolder folder;
  for (const std::int64_t channels : {1, 3}) {
    Picture picture{5, 4, channels, {}};
    for (int i = 0; i < 20 * channels; ++i) picture.pixels.push_back(static_cast<std::uint8_t>(i * 37));
    write_png(folder / "x.png", picture);
    EXPECT_EQ(read_picture(folder / "x.png").picture, picture);
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Picture, AGridPlacesImagesRowByRow) {
  // Three gray images of 1 x 2 in two columns.
  const std::vector<float> images = {-1, 1, 0, 0, 1, -1};
  const GridStyle style{.columns = 2, .scale = 1, .separator = 1, .margin = 1, .background = 9};
  const auto grid = image_grid(images, 1, 2, 1, -1, 1, style);
  EXPECT_EQ(grid.width, 7);
  EXPECT_EQ(grid.height, 5);
  EXPECT_EQ(grid.pixels, (std::vector<std::uint8_t>{9, 9,   9,   9, 9,   9,   9,  //
                                                    9, 0,   255, 9, 128, 128, 9,  //
                                                    9, 9,   9,   9, 9,   9,   9,  //
                                                    9, 255, 0,   9, 9,   9,   9,  //
                                                    9, 9,   9,   9, 9,   9,   9}));
}

TEST(Picture, AGridEnlargesColorImages) {
  const std::vector<float> images = {0, 0.5f, 1};
  const GridStyle style{.columns = 10, .scale = 2, .separator = 3, .margin = 0};
  EXPECT_EQ(image_grid(images, 1, 1, 3, 0, 1, style),
            (Picture{2, 2, 3, {0, 128, 255, 0, 128, 255, 0, 128, 255, 0, 128, 255}}));
}

/// Two pixels of two channels, and one of five.
TEST(Picture, OtherChannelsAreGrayImagesSideBySide) {
  const GridStyle style{.columns = 10, .scale = 1, .separator = 0, .margin = 0};
  const std::vector<float> two = {0, 1, 0.5f, 0};
  EXPECT_EQ(image_grid(two, 1, 2, 2, 0, 1, style), (Picture{4, 1, 1, {0, 128, 255, 0}}));
  EXPECT_EQ(image_grid(two, 2, 1, 2, 0, 1, style), (Picture{2, 2, 1, {0, 255, 128, 0}}));
  const std::vector<float> five = {0, 1, 0.5f, 0, 1};
  EXPECT_EQ(image_grid(five, 1, 1, 5, 0, 1, style), (Picture{5, 1, 1, {0, 255, 128, 0, 255}}));
}

TEST(Picture, IsMarkedAsOwn) {
  const TestFolder folder;
  write_png(folder / "own.png", {2, 1, 1, {7, 8}});
  EXPECT_TRUE(is_own_picture(folder / "own.png"));
  const auto bytes = testing::content_of(folder / "own.png");
  const auto at = bytes.find(std::string("tEXtSoftware\0sganc", 18));
  ASSERT_NE(at, std::string::npos);
  const auto without = folder.file("other.png", bytes.substr(0, at - 4) + bytes.substr(at + 22));
  EXPECT_EQ(read_picture(without).picture, read_picture(folder / "own.png").picture);
  EXPECT_FALSE(is_own_picture(without));
  EXPECT_FALSE(is_own_picture(folder.file("empty.png", "")));
  EXPECT_FALSE(is_own_picture(folder / "none.png"));
}

TEST(Picture, AGridOfAHundredDigitsFillsAPage) {
  const auto grid = image_grid(std::vector<float>(100 * 28 * 28), 28, 28, 1, -1, 1);
  EXPECT_EQ(grid.width, 10 * 56 + 9 * 2 + 2 * 8);
  EXPECT_EQ(grid.height, grid.width);
}

TEST(Picture, ValuesOutsideTheRangeAreClamped) {
  const float infinite = std::numeric_limits<float>::infinity();
  const std::vector<float> image = {-5, 5, infinite, -infinite, std::numeric_limits<float>::quiet_NaN()};
  const auto grid =
      image_grid(image, 1, 5, 1, -1, 1, {.columns = 1, .scale = 1, .separator = 0, .margin = 0});
  EXPECT_EQ(grid.pixels, (std::vector<std::uint8_t>{0, 255, 255, 0, 0}));
}

TEST(Picture, ImpossibleGridsAreBugs) {
  const std::vector<float> image(4);
  EXPECT_THROW(image_grid(image, 2, 2, 2, 0, 1), std::logic_error);
  EXPECT_THROW(image_grid(image, 3, 1, 1, 0, 1), std::logic_error);
  EXPECT_THROW(image_grid(image, 2, 2, 1, 1, 1), std::logic_error);
  EXPECT_THROW(image_grid({}, 2, 2, 1, 0, 1), std::logic_error);
  EXPECT_THROW(write_png("x.png", {2, 2, 1, {1, 2, 3}}), std::logic_error);
}

TEST(Picture, SaysWhyItCannotBeWrittenOrRead) {
  const TestFolder folder;
  EXPECT_EQ(folder.without_path(error_of([&] {
    write_png(folder / "none/x.png", {1, 1, 1, {0}});
  })),
            "FOLDER/none/x.png: cannot be written: No such file or directory");
  const auto text = folder.file("text.png", "hello, hello, hello");
  EXPECT_EQ(folder.without_path(error_of([&] { read_picture(text); })),
            "FOLDER/text.png: not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP");
  write_png(folder / "x.png", {40, 40, 1, std::vector<std::uint8_t>(1600, 7)});
  const auto torn = folder.file("torn.png", testing::content_of(folder / "x.png").substr(0, 50));
  EXPECT_TRUE(folder.without_path(error_of([&] { read_picture(torn); }))
                  .starts_with("FOLDER/torn.png: not a readable PNG"));
}

}  // namespace
}  // namespace sganc
