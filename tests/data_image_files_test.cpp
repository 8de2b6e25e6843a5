// Files of images as a person names them, read in blocks; and what a survey says of pictures.

#include "runtime/data/image_files.h"

#include <gtest/gtest.h>

#include "runtime/data/survey.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::jpeg_bytes;
using testing::npy_of;
using testing::picture_of;
using testing::png_bytes;
using testing::TestFolder;
using Names = std::vector<std::string>;

std::string gray_png(int value, std::int64_t height = 2, std::int64_t width = 2) {
  return png_bytes(picture_of(height, width, 1, [&](auto, auto, auto) { return value; }));
}

Names names_of(const TestFolder& folder, const std::vector<fs::path>& files) {
  Names names;
  for (const auto& file : files) names.push_back(folder.without_path(file.string()));
  return names;
}

TEST(ImageFiles, AreListedInTheOrderOfThePathsThenByName) {
  const TestFolder folder;
  for (const auto* name :
       {"a/z.png", "a/b/y.JPG", "a/.hidden.png", "a/.no/x.png", "a/notes.txt", "a/c.jpeg", "x.npy"})
    folder.file(name, "");
  EXPECT_EQ(
      names_of(folder, list_image_files({folder / "x.npy", folder / "a", folder / "a/notes.txt"})),
      (Names{"FOLDER/x.npy", "FOLDER/a/b/y.JPG", "FOLDER/a/c.jpeg", "FOLDER/a/z.png", "FOLDER/a/notes.txt"}));
  EXPECT_EQ(folder.without_path(error_of([&] {
    list_image_files({folder / "a", folder / "none"});
  })),
            "FOLDER/none: there is no such file or folder");
  fs::create_directory(folder / "empty");
  EXPECT_EQ(folder.without_path(error_of([&] { list_image_files({folder / "empty"}); })),
            "FOLDER/empty: holds no pictures");
}

TEST(ImageFiles, AreReadInBlocksWithoutWhatIsBroken) {
  const TestFolder folder;
  std::vector<fs::path> files = {folder.file("1.png", gray_png(1)),
                                 folder.file("2.png", "no picture"),
                                 folder.file("3.png", gray_png(3, 4, 4)),
                                 folder.file("4.png", gray_png(4)),
                                 folder.file("x.npy", npy_of("|u1", "(3, 2, 2)", "abcdefghijkl")),
                                 folder.file("y.npy", npy_of("|u1", "(1, 1, 2)", "ab")),
                                 folder.file("5.png", gray_png(5))};
  for (const int threads : {1, 3}) {
    ImageReader reader(files, {.shape = {2, 2, 1}}, threads);
    std::vector<Names> names, refused;
    std::vector<std::uint8_t> pixels;
    while (const auto block = reader.next(2)) {
      for (auto& list : {std::pair(&names, &block->names), std::pair(&refused, &block->refused)}) {
        list.first->push_back({});
        for (const auto& text : *list.second) list.first->back().push_back(folder.without_path(text));
      }
      EXPECT_EQ(block->pixels.size(), 4 * block->names.size());
      pixels.insert(pixels.end(), block->pixels.begin(), block->pixels.end());
    }
    EXPECT_EQ(names, (std::vector<Names>{{"FOLDER/1.png"},
                                         {"FOLDER/3.png", "FOLDER/4.png"},
                                         {"FOLDER/x.npy[0]", "FOLDER/x.npy[1]"},
                                         {"FOLDER/x.npy[2]"},
                                         {},
                                         {"FOLDER/5.png"}}));
    EXPECT_EQ(refused,
              (std::vector<Names>{
                  {"FOLDER/2.png: not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP"},
                  {},
                  {},
                  {},
                  {"FOLDER/y.npy: its images are 1x2x1, but the model takes 2x2x1"},
                  {}}));
    EXPECT_EQ(std::string(pixels.begin(), pixels.end()),
              "\1\1\1\1"
              "\3\3\3\3"
              "\4\4\4\4"
              "abcdefghijkl"
              "\5\5\5\5");
    EXPECT_EQ(reader.files_done(), reader.files());
  }
}

TEST(ImageFiles, APictureHasOneOrThreeChannels) {
  const TestFolder folder;
  ImageReader reader({folder.file("1.png", gray_png(1))}, {.shape = {2, 2, 4}}, 1);
  const auto block = reader.next(5);
  ASSERT_TRUE(block && block->names.empty());
  EXPECT_EQ(folder.without_path(block->refused.at(0)),
            "FOLDER/1.png: a picture has 1 or 3 channels, but the model takes 4");
  EXPECT_FALSE(reader.next(5));
}

TEST(Survey, SeesSizesColoursAndDamage) {
  const TestFolder folder;
  const auto coloured = [](auto x, auto y, auto c) { return 40 * x + y + 60 * c; };
  const auto gray = [](auto x, auto y, auto) { return 40 * x + y; };
  std::vector<FolderPicture> pictures;
  const auto add = [&](const std::string& name, const std::string& bytes) {
    pictures.push_back({folder.file(name, bytes)});
  };
  add("gray.png", png_bytes(picture_of(3, 5, 1, gray)));
  add("gray in three channels.png", png_bytes(picture_of(7, 4, 3, gray)));
  add("colour.png", png_bytes(picture_of(6, 6, 3, coloured)));
  add("large.jpg", jpeg_bytes(picture_of(333, 100, 3, coloured)));
  add("broken.jpg", jpeg_bytes(picture_of(20, 20, 1, gray)).substr(0, 200));
  LoadProgress progress;
  const auto facts = survey_pictures(pictures, 3, progress);
  EXPECT_EQ(progress.done, 5);
  std::string text;
  for (const auto& f : facts)
    text += std::to_string(f.size[0]) + "x" + std::to_string(f.size[1]) + (f.color ? " colour" : "") +
            folder.without_path(f.problem).substr(0, 46) + "\n";
  EXPECT_EQ(text,
            "3x5\n7x4\n6x6 colour\n333x100 colour\n0x0FOLDER/broken.jpg: not a readable JPEG picture\n");
  const auto survey = summarize(facts);
  EXPECT_EQ(survey.readable, 4);
  EXPECT_EQ(survey.in_color, 2);
  using Size = std::array<std::int64_t, 2>;
  EXPECT_EQ(survey.smallest, (Size{3, 4}));
  EXPECT_EQ(survey.largest, (Size{333, 100}));
  EXPECT_EQ(survey.middle, (Size{7, 6}));
  EXPECT_FALSE(survey.one_size());
  EXPECT_EQ(survey.problems.size(), 1u);
  EXPECT_TRUE(summarize(std::span(facts).first(1)).one_size());
}

}  // namespace
}  // namespace sganc
