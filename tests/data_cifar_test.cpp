// CIFAR-10's binary version: records of a label and three planes.

#include "runtime/data/cifar.h"

#include <gtest/gtest.h>

#include "runtime/data/sources.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::TestFolder;

/// Records of these labels; in record r red is r + x, green 100 + y, blue 200 + r.
std::string batch(const std::vector<int>& labels) {
  std::string bytes;
  for (std::size_t r = 0; r < labels.size(); ++r) {
    bytes += static_cast<char>(labels[r]);
    for (int plane = 0; plane < 3; ++plane)
      for (int pixel = 0; pixel < 1024; ++pixel)
        bytes += static_cast<char>(plane == 0   ? static_cast<int>(r) + pixel % 32
                                   : plane == 1 ? 100 + pixel / 32
                                                : 200 + static_cast<int>(r));
  }
  return bytes;
}

/// CIFAR-10 with two training batches of two records and a test batch of one.
DataSource small_cifar() {
  DataSource source = *find_source("cifar10");
  source.files = {{"data_batch_1.bin", 6146}, {"data_batch_2.bin", 6146}, {"test_batch.bin", 3073}};
  return source;
}

void put_batches(const TestFolder& folder, const std::string& where) {
  folder.file(where + "data_batch_1.bin", batch({3, 9}));
  folder.file(where + "data_batch_2.bin", batch({0, 3}));
  folder.file(where + "test_batch.bin", batch({7}));
}

TEST(Cifar, PlanesBecomePixels) {
  for (const auto* where : {"", "cifar10/", "cifar-10-batches-bin/"}) {
    const TestFolder folder;
    put_batches(folder, where);
    const auto data = load_dataset(small_cifar(), {.folder = folder.path()}, {});
    EXPECT_EQ(data.train.count, 4);
    EXPECT_EQ(data.train.labels, (std::vector<std::int32_t>{3, 9, 0, 3}));
    EXPECT_EQ(data.test.labels, (std::vector<std::int32_t>{7}));
    EXPECT_EQ(data.class_names.at(3), "cat");
    ASSERT_EQ(data.train.images.size(), 4u * 3072);
    for (std::size_t i = 0; i < 4 * 1024; ++i) {
      const auto record = i / 1024 % 2, y = i / 32 % 32, x = i % 32;
      ASSERT_EQ(data.train.images.data()[3 * i], record + x);
      ASSERT_EQ(data.train.images.data()[3 * i + 1], 100 + y);
      ASSERT_EQ(data.train.images.data()[3 * i + 2], 200 + record);
    }
  }
}

TEST(Cifar, SaysWhatIsWrong) {
  const TestFolder folder;
  const auto error = [&] {
    return folder.without_path(error_of([&] { load_dataset(small_cifar(), {.folder = folder.path()}, {}); }));
  };
  const std::string ways =
      "ways to get cifar10:\n"
      "  put data_batch_1.bin, data_batch_2.bin, test_batch.bin (plain or .gz) into FOLDER/cifar10\n"
      "  or unpack https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz in FOLDER";
  EXPECT_EQ(error(),
            "the data set cifar10 was not found\n"
            "  FOLDER/cifar10: no data_batch_1.bin, data_batch_2.bin, test_batch.bin\n"
            "  FOLDER/cifar-10-batches-bin: no data_batch_1.bin, data_batch_2.bin, test_batch.bin\n"
            "  FOLDER: no data_batch_1.bin, data_batch_2.bin, test_batch.bin\n" +
                ways);
  put_batches(folder, "");
  const auto damaged = [&](const std::string& bytes, const std::string& found) {
    folder.file("data_batch_2.bin", bytes);
    EXPECT_EQ(error(), "FOLDER/data_batch_2.bin: not the file data_batch_2.bin of cifar10\n  found    " +
                           found + "\n  expected 6146 bytes\n  move it away\n" + ways);
  };
  damaged(batch({0, 3}).substr(1), "6145 bytes");
  damaged(batch({0, 3, 4}), "more than 6146 bytes");
  folder.file("data_batch_2.bin", batch({0, 10}));
  EXPECT_EQ(error(), "FOLDER/data_batch_2.bin: expected labels below 10, found 10 in record 1");
}

}  // namespace
}  // namespace sganc
