// Arrays that stay in files: the same pixels as in memory, whatever their order, bytes and compression.

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/data/array_files.h"
#include "runtime/data/decompress.h"
#include "runtime/data/stored_array.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::gzip_bytes;
using testing::npy_bytes;
using testing::npy_of;
using testing::npz_bytes;
using testing::TestFolder;

/// 5 images of 3 x 4 x 2 as numbers of two bytes that are all different; in Fortran order each index moves
/// faster than the next one.
std::string numbers(bool fortran, bool big_endian) {
  const int extents[] = {5, 3, 4, 2};
  std::string bytes;
  const auto add = [&](int value) {
    const std::string two = {static_cast<char>(value & 255), static_cast<char>(value >> 8)};
    bytes += big_endian ? std::string(two.rbegin(), two.rend()) : two;
  };
  int index[4] = {};
  for (int i = 0; i < 120; ++i) {
    add(((index[0] * 3 + index[1]) * 4 + index[2]) * 2 + index[3]);
    for (int k = 0; k < 4; ++k) {
      const int axis = fortran ? k : 3 - k;
      if (++index[axis] < extents[axis]) break;
      index[axis] = 0;
    }
  }
  return bytes;
}

std::string npy(const std::string& type, bool fortran, const std::string& data) {
  return npy_bytes("{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
                       ", 'shape': (5, 3, 4, 2), }",
                   data);
}

TEST(StoredArrays, AreThoseInMemory) {
  const TestFolder folder;
  std::vector<std::uint8_t> expected(120);
  for (std::size_t i = 0; i < 120; ++i) expected[i] = static_cast<std::uint8_t>(i);
  const ImageReading in_memory{.shape = {{3, 4, 2}}};
  auto reading = in_memory;
  reading.room = {.most_memory = 0, .file_folder = folder / "kept"};
  std::vector<std::filesystem::path> files;
  for (const bool fortran : {false, true}) {
    for (const bool big : {false, true}) {
      const auto bytes = npy(big ? ">u2" : "<i2", fortran, numbers(fortran, big));
      const auto name = std::to_string(files.size());
      files.push_back(folder.file(name + ".npy", bytes));
      files.push_back(folder.file(name + ".npy.gz", gzip_bytes(bytes)));
      files.push_back(folder.file(name + ".npz", npz_bytes({{"x", bytes}}, true)) / "x");
    }
  }
  const auto plain = npy("|u1", false, std::string(expected.begin(), expected.end()));
  files.push_back(folder.file("b.npy", plain));
  files.push_back(folder.file("b.npz", npz_bytes({{"x", plain}}, false)) / "x");
  for (const auto& file : files) {
    SCOPED_TRACE(file.string());
    const auto in_file = read_array_images(file, reading);
    EXPECT_FALSE(in_file.pixels.are_in_memory());
    EXPECT_EQ(in_file.pixels, Pixels(expected));
    EXPECT_EQ(in_file.shape, (std::array<std::int64_t, 3>{3, 4, 2}));
    EXPECT_EQ(read_array_images(file, in_memory).pixels, Pixels(expected));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / "kept"));
  // Some rows of a column-wise file.
  const auto rows = open_array(files[6], ArrayOf::images, reading.room).rows(3, 1);
  EXPECT_EQ(rows.shape, (std::vector<std::int64_t>{1, 3, 4, 2}));
  for (int i = 0; i < 24; ++i) EXPECT_EQ(rows.number(i), 72 + i);
}

TEST(StoredArrays, MayBeLargerThanTwoGigabytes) {
  const TestFolder folder;
  const std::string header = npy_of("|u1", "(3000000, 28, 28)", "");
  const auto file = folder.file("x.npy", header);
  std::filesystem::resize_file(file, header.size() + 3'000'000ULL * 784);  // takes no room on the disk
  const auto images = read_array_images(file);
  EXPECT_EQ(images.count, 3'000'000);
  EXPECT_FALSE(images.pixels.are_in_memory());
  EXPECT_EQ(images.pixels.size(), 3'000'000ULL * 784);
  std::vector<std::uint8_t> last(784, 1);
  images.pixels.read(2'999'999ULL * 784, last);
  EXPECT_EQ(last, std::vector<std::uint8_t>(784, 0));
  std::filesystem::resize_file(file, header.size() + 3'000'000ULL * 784 - 1);
  EXPECT_EQ(folder.without_path(error_of([&] { read_array_images(file); })),
            "FOLDER/x.npy: expected 2352000000 bytes of shape (3000000, 28, 28), found 2351999999");
}

TEST(StoredArrays, ThatLieAreRefused) {
  const TestFolder folder;
  const ImageReading reading{.room = {.most_memory = 0, .file_folder = folder.path()}};
  const auto refused = [&](const std::string& name, const std::string& bytes) {
    return folder.without_path(error_of([&] { read_array_images(folder.file(name, bytes), reading); }));
  };
  const auto good = npy_of("|u1", "(2, 2, 3)", "abcdefghijkl");
  EXPECT_EQ(refused("x.npy", good + "x"), "FOLDER/x.npy: expected 12 bytes of shape (2, 2, 3), found more");
  EXPECT_EQ(refused("x.npy", good.substr(0, good.size() - 1)),
            "FOLDER/x.npy: expected 12 bytes of shape (2, 2, 3), found 11");
  EXPECT_EQ(refused("x.gz", gzip_bytes(good + "x")),
            "FOLDER/x.gz: expected 12 bytes of shape (2, 2, 3), found more");
  EXPECT_EQ(refused("x.gz", gzip_bytes(good.substr(0, good.size() - 1))),
            "FOLDER/x.gz: expected 12 bytes of shape (2, 2, 3), found 11");
  EXPECT_EQ(refused("x.gz", gzip_bytes(npy_of("|u1", "(900000000000, 1, 1)", "abc"))),
            "FOLDER/x.gz: expected 900000000000 bytes of shape (900000000000, 1, 1), found 3");
  EXPECT_EQ(refused("x.npy", npy_of("|u1", "(3000000000, 1, 1)", "")),
            "FOLDER/x.npy: expected 3000000000 bytes of shape (3000000000, 1, 1), found 0");
}

TEST(StoredArrays, SmallNumbersAreSaidToBeNearlyBlack) {
  const TestFolder folder;
  for (const std::string type : {"|u1", "|i1"}) {
    const auto notes =
        read_array_images(folder.file("x.npy", npy_of(type, "(1, 1, 2)", std::string("\0\20", 2)))).notes;
    EXPECT_EQ(notes, (std::vector<std::string>{
                         "x.npy: its largest number is 16 of 255, which is nearly black: values = "
                         "[0, 16] beside images makes it white"}));
  }
}

}  // namespace
}  // namespace sganc
