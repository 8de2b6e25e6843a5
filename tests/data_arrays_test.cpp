// Images and labels in .npy and IDX files, good ones and ones that lie.

#include "runtime/data/array_files.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/data/decompress.h"
#include "runtime/data/npz.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::gzip_bytes;
using testing::npy_bytes;
using testing::npy_of;
using testing::npz_bytes;
using testing::place_of;
using testing::TestFolder;
using Bytes = std::vector<std::uint8_t>;
using Labels = std::vector<std::int64_t>;
using Shape = std::array<std::int64_t, 3>;

/// The bytes of these numbers, little-endian.
template <class Number>
std::string of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

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
    return read_array_labels(folder.file("y.npy", npy_of(type, "(3,)", data)), 3).numbers;
  };
  EXPECT_EQ(read("|u1", std::string("\0\7\xff", 3)), (Labels{0, 7, 255}));
  EXPECT_EQ(read("|i1", std::string("\0\7\xff", 3)), (Labels{0, 7, -1}));
  EXPECT_EQ(read("<u2", std::string("\0\0\1\2\xff\xff", 6)), (Labels{0, 513, 65535}));
  EXPECT_EQ(read("<i4", std::string("\2\0\0\0\1\2\0\0\xff\xff\xff\xff", 12)), (Labels{2, 513, -1}));
  EXPECT_EQ(read("<i8", std::string("\2\0\0\0\0\0\0\0\1\2\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 24)),
            (Labels{2, 513, -1}));
  EXPECT_EQ(read_array_labels(folder.file("y", std::string("\0\0\10\1\0\0\0\2\1\xff", 10)), 2).numbers,
            (Labels{1, 255}));
}

TEST(Arrays, LabelsOfOtherTypes) {
  const TestFolder folder;
  const auto read = [&](const std::string& bytes, int count) {
    return read_array_labels(folder.file("y.npy", bytes), count);
  };
  EXPECT_EQ(read(npy_of(">i4", "(2,)", std::string("\0\0\1\2\xff\xff\xff\xff", 8)), 2).numbers,
            (Labels{258, -1}));
  EXPECT_EQ(read(npy_of("|b1", "(3,)", std::string("\1\0\1", 3)), 3).numbers, (Labels{1, 0, 1}));
  EXPECT_EQ(read(npy_of("<f8", "(3,)", of<double>({2, 0, std::nan("")})), 3).numbers, (Labels{2, 0, -1}));
  EXPECT_EQ(read(npy_of("|u1", "(3, 1)", std::string("\1\0\2", 3)), 3).numbers, (Labels{1, 0, 2}));
  const auto rows = read(npy_of("<f4", "(2, 3)", of<float>({0, 0, 1, 1, 0, 0})), 2);
  EXPECT_EQ(rows.numbers, (Labels{2, 0}));
  EXPECT_EQ(rows.notes, (std::vector<std::string>{"y.npy: rows with one 1 are taken as 3 classes"}));
  const std::vector<std::uint32_t> texts = {'c', 'a', 't', 0xe4, 0x4e2d, 0, 0, 0, 0};
  EXPECT_EQ(read(npy_of("<U3", "(3,)", of(texts)), 3).texts,
            (std::vector<std::string>{"cat", "\u00e4\u4e2d", ""}));
  EXPECT_EQ(read(npy_of("|S3", "(2, 1)", std::string("dogox\0", 6)), 2).texts,
            (std::vector<std::string>{"dog", "ox"}));
}

TEST(Arrays, ClassesOfLabels) {
  const auto numbers = classes_of({.numbers = {2, 0, -1}, .texts = {}}, {.numbers = {3}, .texts = {}});
  EXPECT_EQ(numbers.train, (std::vector<std::int32_t>{2, 0, kUnlabelled}));
  EXPECT_EQ(numbers.test, (std::vector<std::int32_t>{3}));
  EXPECT_EQ(numbers.names, (std::vector<std::string>{"0", "1", "2", "3"}));
  EXPECT_TRUE(numbers.notes.empty());

  const auto from_one = classes_of({.numbers = {2, 1, -1}, .texts = {}}, {.numbers = {1}, .texts = {}});
  EXPECT_EQ(from_one.train, (std::vector<std::int32_t>{1, 0, kUnlabelled}));
  EXPECT_EQ(from_one.test, (std::vector<std::int32_t>{0}));
  EXPECT_EQ(from_one.names, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(from_one.notes,
            (std::vector<std::string>{"labels begin at 1, and so do the names of the classes"}));

  const auto texts =
      classes_of({.numbers = {}, .texts = {"ox", "", "cat", "ox"}}, {.numbers = {}, .texts = {"cat"}});
  EXPECT_EQ(texts.train, (std::vector<std::int32_t>{1, kUnlabelled, 0, 1}));
  EXPECT_EQ(texts.test, (std::vector<std::int32_t>{0}));
  EXPECT_EQ(texts.names, (std::vector<std::string>{"cat", "ox"}));
  EXPECT_EQ(classes_of({.numbers = {}, .texts = {"10", "9", "-1"}}, {}).names,
            (std::vector<std::string>{"-1", "9", "10"}));

  const auto refused = [](const ArrayLabels& train, const ArrayLabels& test) {
    return error_of([&] { classes_of(train, test); });
  };
  EXPECT_EQ(refused({.numbers = {5, 7}, .texts = {}}, {}),
            "no image has the label 0, the smallest is 5: subtract it from each label, y - y.min()");
  EXPECT_EQ(refused({.numbers = {1, 2}, .texts = {}}, {.numbers = {0}, .texts = {}}),
            "the label 0 lies outside of the classes from 1 to 65536");
  EXPECT_EQ(refused({.numbers = {}, .texts = {"a"}}, {.numbers = {}, .texts = {"b"}}),
            "the test label \"b\" is that of no training image");
  EXPECT_EQ(refused({.numbers = {}, .texts = {"a"}}, {.numbers = {1}, .texts = {}}),
            "the training labels are texts, the test labels numbers");
}

TEST(Arrays, LabelsThatMayBeMeantOtherwise) {
  EXPECT_EQ(classes_of({.numbers = {0, 255, 1}, .texts = {}}, {}).notes,
            (std::vector<std::string>{"255 is taken for a class; if it says that an image has no label, save "
                                      "np.where(y == 255, -1, y.astype(int))"}));
  EXPECT_TRUE(classes_of({.numbers = {0, 255, 254}, .texts = {}}, {}).notes.empty());
  const TestFolder folder;
  const auto path = folder.file("y.npy", npy_of("|u1", "(3,)", std::string(3, '\0')));
  const std::string found = "FOLDER/y.npy: expected 2 labels, one an image, found 3";
  for (const Shape& shape : {Shape{5, 3, 1}, Shape{5, 5, 3}})
    EXPECT_EQ(
        folder.without_path(error_of([&] { read_array_labels(path, 2, shape); })),
        found + ": if images stand along the last axis, as MATLAB writes them, save np.moveaxis(x, -1, 0)");
  EXPECT_EQ(folder.without_path(error_of([&] { read_array_labels(path, 2, {3, 5, 1}); })), found);
}

TEST(Arrays, ClassesOfValidationLabels) {
  EXPECT_EQ(classes_of({.numbers = {0, 1}, .texts = {}}, {}, {.numbers = {2}, .texts = {}}).validation,
            (std::vector<std::int32_t>{2}));
  EXPECT_EQ(classes_of({.numbers = {}, .texts = {"b", "a"}}, {}, {.numbers = {}, .texts = {"b"}}).validation,
            (std::vector<std::int32_t>{1}));
  EXPECT_EQ(
      error_of([] { classes_of({.numbers = {}, .texts = {"a"}}, {}, {.numbers = {}, .texts = {"b"}}); }),
      "the validation label \"b\" is that of no training image");
}

using Notes = std::vector<std::string>;

/// Returns the pixels of an array of images, and checks shape and notes.
Pixels pixels_of(const std::string& bytes, const ImageReading& reading, const Shape& shape,
                 const Notes& notes) {
  const TestFolder folder;
  auto images = read_array_images(folder.file("x.npy", bytes), reading);
  EXPECT_EQ(images.shape, shape);
  // That such numbers are small is another test's subject.
  std::erase_if(images.notes,
                [](const auto& note) { return note.find("nearly black") != std::string::npos; });
  EXPECT_EQ(images.notes, notes);
  return images.pixels;
}

TEST(Arrays, ImagesOfOtherNumbers) {
  const auto read = [](const std::string& type, const std::string& data, const Notes& notes,
                       const ImageReading& reading = {}) {
    return pixels_of(npy_of(type, "(1, 1, 3)", data), reading, {1, 3, 1}, notes);
  };
  EXPECT_EQ(read("<i8", of<std::int64_t>({0, 7, 255}), {}), (Bytes{0, 7, 255}));
  EXPECT_EQ(read(">u2", std::string("\0\0\0\7\0\xff", 6), {}), (Bytes{0, 7, 255}));
  EXPECT_EQ(read("|b1", std::string("\0\1\1", 3), {}), (Bytes{0, 255, 255}));
  EXPECT_EQ(read("<f4", of<float>({0, 0.5F, 1}),
                 {"x.npy: floats from 0 to 1: 0 is taken as black and 1 as white, in 256 levels"}),
            (Bytes{0, 128, 255}));
  EXPECT_EQ(read("<f8", of<double>({-0.5, 0, 1}),
                 {"x.npy: floats from -0.5 to 1: -1 is taken as black and 1 as white, in 256 levels"}),
            (Bytes{64, 128, 255}));
  EXPECT_EQ(read("<f4", of<float>({0, 7, 200.4F}),
                 {"x.npy: floats from 0 to 200.4: 0 is taken as black and 255 as white, in 256 levels"}),
            (Bytes{0, 7, 200}));
  EXPECT_EQ(read("<f2", std::string("\0\x00\0\x3c\0\x38", 6),
                 {"x.npy: floats from 0 to 1: 0 is taken as black and 1 as white, in 256 levels"}),
            (Bytes{0, 255, 128}));
  const ImageReading twelve_bits{.values = {{0, 4095}}};
  EXPECT_EQ(read("<u2", of<std::uint16_t>({0, 4095, 2048}), {}, twelve_bits), (Bytes{0, 255, 128}));
  const ImageReading one{.values = {{0, 1}}};
  EXPECT_EQ(read("|u1", std::string("\0\1\0", 3), {}, one), (Bytes{0, 255, 0}));
}

TEST(Arrays, WhereRowsAndChannelsStand) {
  const std::string first = npy_of("|u1", "(1, 3, 2, 2)", kTwelve);
  const Notes note = {"x.npy: channels come first in (1, 3, 2, 2): taken as images of 2x2 with 3 channels"};
  const Bytes turned = {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11};
  EXPECT_EQ(pixels_of(first, {}, {2, 2, 3}, note), turned);
  EXPECT_EQ(pixels_of(first, {.shape = Shape{2, 2, 3}}, {2, 2, 3}, note), turned);
  EXPECT_EQ(pixels_of(npy_of("|u1", "(1, 2, 1, 6)", kTwelve), {}, {1, 6, 2},
                      {"x.npy: channels come first in (1, 2, 1, 6): taken as images of 1x6 with 2 channels"}),
            (Bytes{0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}));
  // The model may want images of 3x2 with 2 channels.
  const Bytes plain(kTwelve.begin(), kTwelve.end());
  EXPECT_EQ(pixels_of(first, {.shape = Shape{3, 2, 2}}, {3, 2, 2}, {}), plain);
  EXPECT_EQ(pixels_of(npy_of("|u1", "(1, 2, 2, 3)", kTwelve), {}, {2, 2, 3}, {}), plain);
  EXPECT_EQ(pixels_of(npy_of("|u1", "(3, 4)", kTwelve), {}, {2, 2, 1},
                      {"x.npy: images of 4 numbers are taken as 2x2"}),
            plain);
  EXPECT_EQ(pixels_of(npy_of("|u1", "(1, 12)", kTwelve), {.shape = Shape{2, 2, 3}}, {2, 2, 3},
                      {"x.npy: images of 12 numbers are taken as 2x2x3"}),
            plain);
  EXPECT_EQ(pixels_of(npy_of("|u1", "(2, 2, 3)", kTwelve), {.transposed = true}, {3, 2, 1},
                      {"x.npy: its columns of pixels are taken for rows, as transposed = true says"}),
            (Bytes{0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11}));
  // The first index moves fastest: element (n, y, x) stands at n + 2 y + 4 x.
  EXPECT_EQ(pixels_of(npy_bytes("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3)}", kTwelve), {},
                      {2, 3, 1}, {}),
            (Bytes{0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11}));
}

TEST(Arrays, NumbersThatAreNoPixels) {
  const TestFolder folder;
  const auto refused = [&](const std::string& type, const std::string& data,
                           const ImageReading& reading = {}) {
    const auto path = folder.file("x.npy", npy_of(type, "(1, 1, 2)", data));
    return folder.without_path(error_of([&] { read_array_images(path, reading); }));
  };
  EXPECT_EQ(
      refused("<u2", of<std::uint16_t>({0, 4095})),
      "FOLDER/x.npy: its numbers go from 0 to 4095, beyond a byte: say which are black and white, as in "
      "values = [0, 4095] beside images, or save it as x.astype(\"uint8\") after scaling");
  EXPECT_EQ(
      refused("<f4", of<float>({-3, 2})),
      "FOLDER/x.npy: its numbers go from -3 to 2: say which are black and white, as in values = [-3, 2] "
      "beside images");
  EXPECT_EQ(refused("<f4", of<float>({0, 2}), {.values = {{0, 1}}}),
            "FOLDER/x.npy: its numbers go from 0 to 2, beyond the values 0 and 1 for black and white");
  EXPECT_EQ(
      refused("<f8", of<double>({0, HUGE_VAL})),
      "FOLDER/x.npy: image 0 holds a number that is not finite: for 0 in its place, save np.nan_to_num(x)");
  // Such floats may be meant as 0 to 16, as scikit-learn's digits are.
  EXPECT_EQ(
      refused("<f8", of<double>({0, 16})),
      "FOLDER/x.npy: its numbers go from 0 to 16: say which are black and white, as in values = [0, 16] "
      "beside images");
}

TEST(Arrays, OfAnArchive) {
  const TestFolder folder;
  const std::string images = npy_of("|u1", "(2, 2, 3)", kTwelve), labels = npy_of("|u1", "(2,)", "\1\2");
  for (const bool compressed : {false, true}) {
    const auto file = folder.file("m.npz", npz_bytes({{"x_train", images}, {"y_train", labels}}, compressed));
    EXPECT_EQ(npz_names(file), (std::vector<std::string>{"x_train", "y_train"}));
    EXPECT_EQ(read_array_images(file / "x_train").pixels, Bytes(kTwelve.begin(), kTwelve.end()));
    EXPECT_EQ(read_array_labels(file / "y_train.npy", 2).numbers, (Labels{1, 2}));
    EXPECT_EQ(usual_arrays(file),
              (std::map<std::string, std::string>{{"images", "x_train"}, {"labels", "y_train"}}));
    const auto error = [&](const std::filesystem::path& path) {
      return folder.without_path(error_of([&] { read_array_images(path); }));
    };
    EXPECT_EQ(error(file), "FOLDER/m.npz: an archive of 2 arrays: name one of them, as in \"m.npz/x_train\"");
    EXPECT_EQ(error(file / "x"), "FOLDER/m.npz: there is no array \"x\": it holds x_train, y_train");
  }
  const auto usual = [&](const std::vector<std::string>& names) {
    std::vector<std::pair<std::string, std::string>> arrays;
    for (const auto& name : names) arrays.emplace_back(name, images);
    return usual_arrays(folder.file("u.npz", npz_bytes(arrays, false)));
  };
  using Found = std::map<std::string, std::string>;
  EXPECT_EQ(usual({"X_train", "Y_train", "X_test"}), (Found{{"images", "X_train"}, {"labels", "Y_train"}}));
  EXPECT_EQ(usual({"labels", "data"}), (Found{{"images", "data"}, {"labels", "labels"}}));
  EXPECT_EQ(usual({"x", "x_val", "y_val"}), (Found{{"images", "x"}}));
  EXPECT_EQ(usual({"images", "image", "label", "val_images", "val_labels"}),
            (Found{{"images", "images"},
                   {"labels", "label"},
                   {"validation_images", "val_images"},
                   {"validation_labels", "val_labels"}}));
  const auto other = folder.file("o.npz", npz_bytes({{"a", images}, {"b", labels}}, false));
  EXPECT_EQ(folder.without_path(error_of([&] { usual_arrays(other); })),
            "FOLDER/o.npz: holds the arrays a, b, and none has a usual name: write images = \"o.npz/a\", and "
            "labels in the same way");
  const auto strange =
      folder.file("s.npz", npz_bytes({{"a\nb", images}, {"a/b", images}, {"c", images}}, false));
  EXPECT_EQ(npz_names(strange), (std::vector<std::string>{"c"}));
  auto damaged = npz_bytes({{"x", images}}, false);
  damaged[place_of(damaged, kTwelve)] = 'x';
  EXPECT_EQ(folder.without_path(error_of([&] { read_array_images(folder.file("d.npz", damaged) / "x"); })),
            "FOLDER/d.npz: the array \"x\" is damaged: CRC error");
  const auto cut = folder.file("c.npz", damaged.substr(0, 50));
  EXPECT_EQ(folder.without_path(error_of([&] { npz_names(cut); })).substr(0, 45),
            "FOLDER/c.npz: not a readable .npz file: Not a");
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
      {"hello, hello, hello",
       "no array that can be read (.npy, .npz or IDX): np.save(\"x.npy\", x) writes one"},
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
      {"\x89HDF\r\n\x1a\n",
       "no array that can be read (.npy, .npz or IDX), but an HDF5 file: np.save(\"x.npy\", "
       "h5py.File(file)[\"NAME\"][:])"},
      {"label,pixel0\n1,2\n",
       "no array that can be read (.npy, .npz or IDX), but a table: np.save(\"x.npy\", "
       "pd.read_csv(file).to_numpy()) writes its numbers"},
      {gzip_bytes("cat/1.png" + std::string(248, '\0') + "ustar"),
       "no array that can be read (.npy, .npz or IDX), but an archive: unpack it"},
      {npy_of("<f16", "(1, 1, 1)", std::string(16, '\0')),
       "images must be numbers, found \"<f16\": save it as x.astype(\"float64\")"},
      {npy_of("<c8", "(1, 1, 1)", kTwelve.substr(4)),
       "images must be numbers, found \"<c8\": save np.abs(x)"},
      {npy_of("<U3", "(1,)", kTwelve), "images must be numbers, found texts"},
      {npy_of("|O", "(2, 2, 3)", kTwelve),
       "images are Python objects, which only Python can read: save them as numbers or texts, np.save(file, "
       "np.array(a.tolist()))"},
      {npy_of("|u1", "(12,)", kTwelve),
       "images must have the shape (count, height, width) or (count, height, width, channels), found (12,)"},
      {npy_of("|u1", "(1, 12)", kTwelve),
       "images of 12 numbers have no height and width: save them as x.reshape(len(x), height, width)"},
      {npy_of("|u1", "(0, 2, 3)", ""), "the array holds no images"},
      {npy_of("|u1", "(2, 2, 3)", kTwelve.substr(1)), "expected 12 bytes of shape (2, 2, 3), found 11"},
      {good + "x", "expected 12 bytes of shape (2, 2, 3), found more"},
      {npy_of("|u1", "(9223372036854775807, 9223372036854775807, 3)", kTwelve),
       "its shape (9223372036854775807, 9223372036854775807, 3) asks for more than 1 TiB"},
      {npy_of("|u1", "(4294967296, 4294967296, 1)", kTwelve),
       "its shape (4294967296, 4294967296, 1) asks for more than 1 TiB"},
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
  const std::string range =
      ": a label is a class from 0 to 65535, or -1 for an image without a label: save np.unique(y, "
      "return_inverse=True)[1]";
  const std::vector<BadFile> files = {
      {npy_of("|u1", "(1, 1, 1)", "\1"), "labels must have the shape (count,), found (1, 1, 1)"},
      {npy_of("|u1", "(2, 2)", std::string("\0\1\1\1", 4)),
       "labels of the shape (2, 2) are rows with one 1 and else 0, but row 1 is not: for probabilities, save "
       "y.argmax(1)"},
      {npy_of("<f4", "(2,)", of<float>({1, 0.5F})),
       "label 1 is 0.5, and a class is a whole number: if it is meant, save y.round().astype(int)"},
      {npy_of("|S2", "(2,)", std::string(4, '\0')), "all labels are empty texts"},
      {npy_of("|O", "(2,)", "ab"),
       "labels are Python objects, which only Python can read: save them as numbers or texts, np.save(file, "
       "np.array(a.tolist()))"},
      {npy_of("|i1", "(2,)", "\1\xfe"), "label 1 is -2" + range},
      {npy_of("<i4", "(2,)", of<std::int32_t>({1, 65537})), "label 1 is 65537" + range},
      {npy_of("<u8", "(2,)", std::string(16, '\xff')), "label 0 is 18446744073709551616" + range},
      {npy_of("|u1", "(1, 2)", "\1\1"),
       "labels must have the shape (count,), found (1, 2): save y.reshape(-1)"},
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

}  // namespace
}  // namespace sganc
