// Images in memory and in a file: the same bytes, the same batches, the same training.

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "runtime/data/pixels.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::TestFolder;
using Bytes = std::vector<std::uint8_t>;

/// 0, 1, 2, ... in a file.
Pixels counted_in_file(std::size_t size, const TestFolder& folder) {
  auto pixels = Pixels::in_file(size, folder.path());
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  pixels.write(0, bytes);
  return pixels;
}

TEST(Pixels, InAFileAreThoseInMemory) {
  const TestFolder folder;
  const Pixels in_file = counted_in_file(10, folder), in_memory = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_FALSE(in_file.are_in_memory());
  EXPECT_TRUE(in_memory.are_in_memory());
  EXPECT_EQ(in_file.size(), 10u);
  EXPECT_EQ(in_file, in_memory);
  EXPECT_NE(in_file, Pixels({0, 1, 2, 3, 4, 5, 6, 7, 8, 8}));
  EXPECT_NE(in_file, Pixels({0, 1, 2}));
  Bytes some(3);
  in_file.read(4, some);
  EXPECT_EQ(some, (Bytes{4, 5, 6}));
  EXPECT_THROW(in_file.read(8, some), std::logic_error);
  EXPECT_THROW(Pixels(in_memory).write(8, some), std::logic_error);
}

TEST(Pixels, KeepSomeImages) {
  const TestFolder folder;
  for (Pixels pixels : {counted_in_file(8, folder), Pixels{0, 1, 2, 3, 4, 5, 6, 7}}) {
    keep_images(pixels, std::vector<std::int32_t>{0, 2, 3}, 2);
    EXPECT_EQ(pixels, (Pixels{0, 1, 4, 5, 6, 7}));
    keep_images(pixels, std::vector<std::int32_t>{1}, 2);
    EXPECT_EQ(pixels, (Pixels{4, 5}));
  }
}

TEST(Pixels, OfAnotherFileStayThere) {
  const TestFolder folder;
  const auto file = folder.file("x", std::string("--\0\1\2\3\4\5--", 10));
  auto pixels = Pixels::of_file(file, 2, 6);
  pixels.append({6, 7});
  EXPECT_FALSE(pixels.are_in_memory());
  EXPECT_EQ(pixels, (Pixels{0, 1, 2, 3, 4, 5, 6, 7}));
  keep_images(pixels, std::vector<std::int32_t>{0, 2, 3}, 2);
  EXPECT_EQ(pixels, (Pixels{0, 1, 4, 5, 6, 7}));
  auto others = pixels;
  pixels.drop(3);
  EXPECT_EQ(pixels, (Pixels{5, 6, 7}));
  pixels.cut(1);
  EXPECT_EQ(pixels, (Pixels{5}));
  others.append(Pixels::of_file(file, 2, 1));
  EXPECT_EQ(others, (Pixels{0, 1, 4, 5, 6, 7, 0}));
  EXPECT_THROW(pixels.write(0, Bytes{1}), std::logic_error);
  EXPECT_EQ(testing::content_of(file), std::string("--\0\1\2\3\4\5--", 10));
  EXPECT_EQ(folder.without_path(error_of([&] { Pixels::of_file(folder / "y", 0, 1); })),
            "FOLDER/y: cannot be read: No such file or directory");
  std::filesystem::resize_file(file, 4);
  Bytes some(4);
  EXPECT_EQ(error_of([&] { Pixels::of_file(file, 2, 6).read(2, some); }),
            "the file of images cannot be read: Input/output error");
}

TEST(Pixels, SayWhereTheyDoNotFit) {
  const TestFolder folder;
  const auto error = error_of([&] { Pixels::in_file(std::size_t{1} << 60, folder.path()); });
  EXPECT_TRUE(
      error.starts_with(folder.path().string() + ": has no room for 1152921504606846976 bytes of images: "))
      << error;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace sganc
