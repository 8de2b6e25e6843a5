#include <gtest/gtest.h>
#include <zlib.h>

#include "runtime/data/idx.h"
#include "runtime/system/digest.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::TestFolder;

std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

/// Two images of 2 x 3: bytes 0..11.
std::string two_images() {
  std::string text = big_endian(0x803) + big_endian(2) + big_endian(2) + big_endian(3);
  for (char i = 0; i < 12; ++i) text += i;
  return text;
}

std::string compressed(const std::string& bytes) {
  const TestFolder folder;
  const auto path = folder / "x.gz";
  gzFile file = ::gzopen(path.c_str(), "wb");
  ::gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  ::gzclose(file);
  return testing::content_of(path);
}

void expect_two_images(const IdxImages& images) {
  EXPECT_EQ(images.count, 2);
  EXPECT_EQ(images.height, 2);
  EXPECT_EQ(images.width, 3);
  EXPECT_EQ(images.pixels, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Idx, ReadsPlainImages) {
  const TestFolder folder;
  expect_two_images(read_idx_images(folder.file("images", two_images())));
}

TEST(Idx, ReadsCompressedImagesWhateverTheirName) {
  const TestFolder folder;
  expect_two_images(read_idx_images(folder.file("images", compressed(two_images()))));
}

TEST(Idx, ReadsMuchCompressedContent) {
  const TestFolder folder;
  const std::string zeros(3'000'000, '\0');
  const auto header = big_endian(0x803) + big_endian(3) + big_endian(1000) + big_endian(1000);
  const auto images = read_idx_images(folder.file("zeros.gz", compressed(header + zeros)));
  EXPECT_EQ(images.pixels, std::vector<std::uint8_t>(3'000'000));
}

TEST(Idx, ReadsLabels) {
  const TestFolder folder;
  const auto path = folder.file("labels", big_endian(0x801) + big_endian(3) + "\x09\x01\xff");
  EXPECT_EQ(read_idx_labels(path), (std::vector<std::int32_t>{9, 1, 255}));
}

struct BadFile {
  std::string bytes, error;
};

TEST(Idx, SaysWhatIsWrongWithImages) {
  const TestFolder folder;
  const auto good = two_images();
  const std::vector<BadFile> files = {
      {"", "not an IDX file of images: it ends within its header"},
      {good.substr(0, 15), "not an IDX file of images: it ends within its header"},
      {"PNG?", "not an IDX file of images: it begins with 0x504e473f, expected 0x803"},
      {big_endian(0x801) + big_endian(1) + "x",
       "not an IDX file of images: it begins with 0x801, expected 0x803"},
      {good.substr(0, 20), "expected 12 bytes after the IDX header, found 4"},
      {good + "x", "expected 12 bytes after the IDX header, found more"},
      {big_endian(0x803) + big_endian(0) + big_endian(28) + big_endian(28), "the IDX file holds no images"},
      {big_endian(0x803) + big_endian(0xffffffff) + big_endian(0xffffffff) + big_endian(0xffffffff),
       "the IDX header asks for more than 2 GiB"},
      {big_endian(0x803) + big_endian(3) + good.substr(8),
       "expected 18 bytes after the IDX header, found 12"},
      {big_endian(0x803) + big_endian(1) + good.substr(8),
       "expected 6 bytes after the IDX header, found more"},
      {compressed(good).substr(0, 30), "the compressed file is cut off"},
      {compressed(good).substr(0, 12), "the compressed file is cut off"},
      {compressed(good.substr(0, 11)), "not an IDX file of images: it ends within its header"},
      {compressed(good.substr(0, 20)), "expected 12 bytes after the IDX header, found 4"},
      {compressed(big_endian(0x803) + big_endian(0x7fffffff) + big_endian(1) + big_endian(1) + "abc"),
       "expected 2147483647 bytes after the IDX header, found 3"},
      {compressed(big_endian(0x803) + big_endian(0x10000) + big_endian(0x10000) + big_endian(0xffffffff)),
       "the IDX header asks for more than 2 GiB"},
  };
  for (const auto& [bytes, error] : files) {
    const auto path = folder.file("images", bytes);
    EXPECT_EQ(folder.without_path(error_of([&] { read_idx_images(path); })), "FOLDER/images: " + error);
  }
}

TEST(Idx, SaysWhatIsWrongWithLabels) {
  const TestFolder folder;
  const std::vector<BadFile> files = {
      {big_endian(0x801).substr(0, 3), "not an IDX file of labels: it ends within its header"},
      {big_endian(0x801) + "ab", "not an IDX file of labels: it ends within its header"},
      {big_endian(0x801) + big_endian(5) + "abc", "expected 5 bytes after the IDX header, found 3"},
      {big_endian(0x801) + big_endian(2) + "abc", "expected 2 bytes after the IDX header, found more"},
      {big_endian(0x801) + big_endian(0), "the IDX file holds no labels"},
      {big_endian(0x801) + big_endian(0xffffffff) + "abc", "the IDX header asks for more than 2 GiB"},
      {compressed(big_endian(0x801) + big_endian(0x7fffffff) + "abc"),
       "expected 2147483647 bytes after the IDX header, found 3"},
  };
  for (const auto& [bytes, error] : files) {
    const auto path = folder.file("labels", bytes);
    EXPECT_EQ(folder.without_path(error_of([&] { read_idx_labels(path); })), "FOLDER/labels: " + error);
  }
}

TEST(Idx, SaysThatACompressedFileIsDamaged) {
  const TestFolder folder;
  auto bytes = compressed(two_images());
  bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);  // the check sum
  const auto path = folder.file("images.gz", bytes);
  EXPECT_EQ(folder.without_path(error_of([&] { read_idx_images(path); })),
            "FOLDER/images.gz: the compressed file is damaged: incorrect data check");
}

TEST(Idx, SaysThatAFileIsMissingOrAFolder) {
  const TestFolder folder;
  EXPECT_EQ(folder.without_path(error_of([&] { read_idx_labels(folder / "none"); })),
            "FOLDER/none: cannot be read: No such file or directory");
  EXPECT_EQ(folder.without_path(error_of([&] { read_idx_labels(folder.path()); })),
            "FOLDER: cannot be read: Is a directory");
}

TEST(Digest, KnownAnswers) {
  const std::string abc = "abc";
  EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex({reinterpret_cast<const std::uint8_t*>(abc.data()), 3}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const TestFolder folder;
  EXPECT_EQ(sha256_of_file(folder.file("million", std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace sganc
