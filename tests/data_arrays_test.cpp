// Images and labels in .npy and IDX files, good ones and ones that lie.

#include "runtime/data/array_files.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/data/decompress.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::gzip_bytes;
using testing::npy_bytes;
using testing::npy_of;
using testing::TestFolder;
using Bytes = std::vector<std::uint8_t>;
using Labels = std::vector<std::int32_t>;
using Shape = std::array<std::int64_t, 3>;

const std::string kTwelve("\0\1\2\3\4\5\6\7\10\11\12\13", 12);
const std::string kIdxImages = std::string("\0\0\10\3\0\0\0\2\0\0\0\2\0\0\0\3", 16) + kTwelve;

TEST(Arrays, ImagesOfNpyAndIdxPlainAndCompressed) {
  const TestFolder folder;
  const Bytes twelve(kTwelve.begin(), kTwelve.end());
  const auto gray = npy_of("|u1", "(2, 2, 3)", kTwelve);
  for (const auto& bytes : {gray, gzip_bytes(gray), kIdxImages, gzip_bytes(kIdxImages)}) {
    const auto images = read_array_images(folder.file("x", bytes));
    EXPECT_EQ(images.count, 2);
    EXPECT_EQ(images.shape, (Shape{2, 3, 1}));
    EXPECT_EQ(images.pixels, twelve);
  }
  const auto colour = read_array_images(folder.file("x.npy", npy_of("<u1", "(1, 2L, 2, 3)", kTwelve)));
  EXPECT_EQ(colour.count, 1);
  EXPECT_EQ(colour.shape, (Shape{2, 2, 3}));
  EXPECT_EQ(colour.pixels, twelve);
  // The length in a header of version 2 has four bytes. Keys may be in any order, in either kind of quotes.
  const std::string header = R"({"shape": (1, 3, 4), "fortran_order": False, "descr": "|u1"})";
  const auto second = std::string("\x93NUMPY\x02\x00", 8) + static_cast<char>(header.size()) +
                      std::string(3, '\0') + header + kTwelve;
  EXPECT_EQ(read_array_images(folder.file("x.npy", second)).shape, (Shape{3, 4, 1}));
}

TEST(Arrays, LabelsOfEveryWidth) {
  const TestFolder folder;
  const auto read = [&](const std::string& type, const std::string& data) {
    return read_array_labels(folder.file("y.npy", npy_of(type, "(3,)", data)), 3);
  };
  EXPECT_EQ(read("|u1", std::string("\0\7\xff", 3)), (Labels{0, 7, 255}));
  EXPECT_EQ(read("|i1", std::string("\0\7\xff", 3)), (Labels{0, 7, -1}));
  EXPECT_EQ(read("<u2", std::string("\0\0\1\2\xff\xff", 6)), (Labels{0, 513, 65535}));
  EXPECT_EQ(read("<i4", std::string("\2\0\0\0\1\2\0\0\xff\xff\xff\xff", 12)), (Labels{2, 513, -1}));
  EXPECT_EQ(read("<i8", std::string("\2\0\0\0\0\0\0\0\1\2\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 24)),
            (Labels{2, 513, -1}));
  EXPECT_EQ(read_array_labels(folder.file("y", std::string("\0\0\10\1\0\0\0\2\1\xff", 10)), 2),
            (Labels{1, 255}));
}

struct BadFile {
  std::string bytes, error;
};

TEST(Arrays, WhatIsWrongWithImages) {
  const TestFolder folder;
  const auto good = npy_of("|u1", "(2, 2, 3)", kTwelve);
  const std::string not_readable = "not a readable .npy file: ",
                    header = "its header is not that of an array of numbers";
  const std::vector<BadFile> files = {
      {"", "not an IDX file of images: it ends within its header"},
      {"hello, hello, hello", "not an IDX file of images: it begins with 0x68656c6c, expected 0x803"},
      {good.substr(0, 6), not_readable + "it ends within its header"},
      {good.substr(0, 60), not_readable + "it ends within its header"},
      {std::string("\x93NUMPY\x04\x00", 8) + good.substr(8), not_readable + "its version 4 is not known"},
      {std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12) + "{}",
       not_readable + "its header of 2147483647 bytes is too long"},
      {std::string("\x93NUMPY\x01\x00\xff\xff", 10) + good.substr(10),
       not_readable + "it ends within its header"},
      {std::string("\x93NUMPY\x02\x00\x00\x40\x00\x00", 12) + "{}",
       not_readable + "it ends within its header"},
      {std::string("\x93NUMPY\x01\x00\x00\x00", 10) + kTwelve, not_readable + header},
      {npy_of("|u1\n", "(2, 2, 3)", kTwelve), not_readable + header},
      {npy_of("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 12)", kTwelve), not_readable + header},
      {npy_bytes("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (2,)}", ""),
       not_readable + header},
      {npy_bytes("{'descr': '|u1', 'shape': (2, 2, 3)}", kTwelve), not_readable + header},
      {npy_bytes("{'descr': '|u1', 'fortran_order': False, 'shape': (-2, 2, 3)}", kTwelve),
       not_readable + header},
      {npy_of("|u1", "(99999999999999999999, 2, 3)", kTwelve), not_readable + header},
      {npy_of("|u1", "(2, 2, 3", kTwelve), not_readable + header},
      {npy_of("<f4", "(1, 1, 3)", kTwelve), "images must be of type uint8, found \"<f4\""},
      {npy_of("|u1", "(12,)", kTwelve),
       "images must have the shape (count, height, width) or (count, height, width, channels), found (12,)"},
      {npy_bytes("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3)}", kTwelve),
       "images must be stored in C order, found Fortran order"},
      {npy_of("|u1", "(0, 2, 3)", ""), "the array holds no images"},
      {npy_of("|u1", "(2, 2, 3)", kTwelve.substr(1)), "expected 12 bytes of shape (2, 2, 3), found 11"},
      {good + "x", "expected 12 bytes of shape (2, 2, 3), found more"},
      {npy_of("|u1", "(9223372036854775807, 9223372036854775807, 3)", kTwelve),
       "its shape (9223372036854775807, 9223372036854775807, 3) asks for more than 2 GiB"},
      {npy_of("|u1", "(4294967296, 4294967296, 1)", kTwelve),
       "its shape (4294967296, 4294967296, 1) asks for more than 2 GiB"},
      {npy_of("|u1", "(2000000000, 1, 1)", kTwelve),
       "expected 2000000000 bytes of shape (2000000000, 1, 1), found 12"},
      {gzip_bytes(good).substr(0, 60), "the compressed file is cut off"},
      {gzip_bytes(kIdxImages + "x"), "expected 12 bytes after the IDX header, found more"},
  };
  for (const auto& [bytes, error] : files) {
    const auto path = folder.file("x.npy", bytes);
    EXPECT_EQ(folder.without_path(error_of([&] { read_array_images(path); })), "FOLDER/x.npy: " + error);
  }
}

TEST(Arrays, WhatIsWrongWithLabels) {
  const TestFolder folder;
  const std::string range = ": a label is a class from 0 to 65535, or -1 for an image without a label";
  const std::vector<BadFile> files = {
      {npy_of("<f8", "(1,)", std::string(8, '\0')), "labels must be little-endian integers, found \"<f8\""},
      {npy_of(">i4", "(1,)", std::string(4, '\0')), "labels must be little-endian integers, found \">i4\""},
      {npy_of("|b1", "(1,)", "\1"), "labels must be little-endian integers, found \"|b1\""},
      {npy_of("|u1", "(1, 1)", "\1"), "labels must have the shape (count,), found (1, 1)"},
      {npy_of("|i1", "(2,)", "\1\xfe"), "label 1 is -2" + range},
      {npy_of("<i4", "(2,)", std::string("\1\0\0\0\0\0\1\0", 8)), "label 1 is 65536" + range},
      {npy_of("<u8", "(1,)", std::string(8, '\xff')), "label 0 is 9223372036854775807" + range},
      {npy_of("|u1", "(3,)", "\1\1\1"), "expected 2 labels, one an image, found 3"},
      {npy_of("|u1", "(1000000000000,)", "\1\1\1"), "its shape (1000000000000,) asks for more than 2 GiB"},
      {kIdxImages, "not an IDX file of labels: it begins with 0x803, expected 0x801"},
  };
  for (const auto& [bytes, error] : files) {
    const auto path = folder.file("y.npy", bytes);
    EXPECT_EQ(folder.without_path(error_of([&] { read_array_labels(path, 2); })), "FOLDER/y.npy: " + error);
  }
}

TEST(Arrays, ABombIsReadNoFurtherThanItDeclares) {
  const TestFolder folder;
  const auto bomb = gzip_bytes(npy_of("|u1", "(2, 2, 3)", std::string(50'000'000, '\0')));
  const auto path = folder.file("x.npy.gz", bomb);
  EXPECT_LT(bomb.size(), 60'000u);
  const auto declared = [](auto) { return std::uint64_t{200'000}; };
  EXPECT_EQ(read_decompressed(path, declared).size(), 200'001u);
  EXPECT_EQ(folder.without_path(error_of([&] { read_array_images(path); })),
            "FOLDER/x.npy.gz: expected 12 bytes of shape (2, 2, 3), found more");
  // Memory is reserved for what deflate can make of the file, not for what a header says.
  const auto liar = folder.file("y.npy.gz", gzip_bytes(npy_of("|u1", "(2000000000, 1, 1)", kTwelve)));
  EXPECT_LT(read_decompressed(liar, [](auto) { return std::uint64_t{2'000'000'000}; }).capacity(),
            1'000'000u);
}

TEST(Arrays, OnlyRegularFilesAreRead) {
  EXPECT_EQ(error_of([] { read_array_images("/dev/zero"); }),
            "/dev/zero: cannot be read: it is not a regular file");
}

TEST(Arrays, PointsAreReadAndWrittenAsNumPyDoes) {
  const TestFolder folder;
  const std::vector<float> values = {1.5f, -2, 0, 0.1f, 3e-38f, 7};
  const std::int64_t shape[] = {2, 3};
  write_array(folder / "z.npy", shape, values);
  const std::string bytes(reinterpret_cast<const char*>(values.data()), 24);
  EXPECT_EQ(testing::content_of(folder / "z.npy"), npy_of("<f4", "(2, 3)", bytes));
  const auto points = read_array_points(folder / "z.npy");
  EXPECT_EQ(points.count, 2);
  EXPECT_EQ(points.size, 3);
  EXPECT_EQ(points.values, values);
  const double wide[] = {0.1, -1e-3};
  const auto read = read_array_points(
      folder.file("w.npy", npy_of("<f8", "(1, 2)", {reinterpret_cast<const char*>(wide), 16})));
  EXPECT_EQ(read.values, (std::vector<float>{0.1f, -1e-3f}));
  const std::int64_t one[] = {6};
  write_array(folder / "v.npy", one, values);
  EXPECT_EQ(testing::content_of(folder / "v.npy"), npy_of("<f4", "(6,)", bytes));
}

TEST(Arrays, PointsThatCannotBe) {
  const TestFolder folder;
  const auto refused = [&](const std::string& bytes) {
    return folder.without_path(error_of([&] { read_array_points(folder.file("z.npy", bytes)); }));
  };
  EXPECT_EQ(refused(npy_of("|u1", "(1, 2)", "ab")),
            "FOLDER/z.npy: points must be little-endian floats of 32 or 64 bits, found \"|u1\"");
  EXPECT_EQ(refused(npy_of("<f4", "(2,)", "12345678")),
            "FOLDER/z.npy: points must have the shape (count, size), found (2,)");
  EXPECT_EQ(refused(npy_of("<f4", "(0, 2)", "")), "FOLDER/z.npy: the array holds no points");
  EXPECT_EQ(refused(npy_of("<f4", "(1, 2)", "1234")),
            "FOLDER/z.npy: expected 8 bytes of shape (1, 2), found 4");
  EXPECT_EQ(refused(npy_of("<f4", "(4611686018427387904, 4)", "12345678")),
            "FOLDER/z.npy: its shape (4611686018427387904, 4) asks for more than 2 GiB");
  EXPECT_EQ(refused(npy_of("<f8", "(268435455, 1)", "12345678")),
            "FOLDER/z.npy: its shape (268435455, 1) asks for more than 2 GiB");
  EXPECT_EQ(refused("\x93NUMPY"), "FOLDER/z.npy: not a readable .npy file: it ends within its header");
  EXPECT_EQ(refused("hello"),
            "FOLDER/z.npy: not a readable .npy file: it does not begin with \"\\x93NUMPY\"");
  const float values[] = {1, 2, 3, HUGE_VALF};
  EXPECT_EQ(refused(npy_of("<f4", "(2, 2)", {reinterpret_cast<const char*>(values), 16})),
            "FOLDER/z.npy: point 1 holds a number that is not finite");
}

}  // namespace
}  // namespace sganc
