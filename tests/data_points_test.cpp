// Latent points in .npy files.

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/data/array_files.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::npy_of;
using testing::TestFolder;

TEST(Points, AreReadAndWrittenAsNumPyDoes) {
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

TEST(Points, ThatCannotBe) {
  const TestFolder folder;
  const auto refused = [&](const std::string& bytes) {
    return folder.without_path(error_of([&] { read_array_points(folder.file("z.npy", bytes)); }));
  };
  EXPECT_EQ(refused(npy_of("|S1", "(1, 2)", "ab")), "FOLDER/z.npy: points must be numbers, found texts");
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
