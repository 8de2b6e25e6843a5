#include <gtest/gtest.h>

#include <stop_token>
#include <thread>

#include "runtime/data/sources.h"
#include "runtime/system/digest.h"
#include "runtime/system/process.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using namespace std::chrono_literals;
using testing::error_of;
using testing::TestFolder;

std::string digest_of(const std::string& bytes) {
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

const std::string kTrainImages(
    "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02"
    "abcd",
    20);
const std::string kTrainLabels("\0\0\x08\x01\0\0\0\x02\x01\0", 10);
const std::string kTestImages(
    "\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x02"
    "ef",
    18);
const std::string kTestLabels("\0\0\x08\x01\0\0\0\x01\x01", 9);

/// Two training images of 1 x 2 and one test image, of two classes.
DataSource tiny_source() {
  return {.name = "tiny",
          .image_shape = {1, 2, 1},
          .class_names = {"a", "b"},
          .files = {{"train-images-idx3-ubyte", kTrainImages.size(), digest_of(kTrainImages)},
                    {"train-labels-idx1-ubyte", kTrainLabels.size(), digest_of(kTrainLabels)},
                    {"t10k-images-idx3-ubyte", kTestImages.size(), digest_of(kTestImages)},
                    {"t10k-labels-idx1-ubyte", kTestLabels.size(), digest_of(kTestLabels)}}};
}

void put_files(const TestFolder& folder, const std::string& where, const std::string& ending = "") {
  folder.file(where + "/train-images-idx3-ubyte" + ending, kTrainImages);
  folder.file(where + "/train-labels-idx1-ubyte" + ending, kTrainLabels);
  folder.file(where + "/t10k-images-idx3-ubyte" + ending, kTestImages);
  folder.file(where + "/t10k-labels-idx1-ubyte" + ending, kTestLabels);
}

void expect_tiny(const Dataset& dataset) {
  EXPECT_EQ(dataset.name, "tiny");
  EXPECT_EQ(dataset.classes, 2);
  EXPECT_EQ(dataset.class_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(dataset.train.count, 2);
  EXPECT_EQ(dataset.train.images, (std::vector<std::uint8_t>{'a', 'b', 'c', 'd'}));
  EXPECT_EQ(dataset.train.labels, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(dataset.test.count, 1);
  EXPECT_EQ(dataset.test.images, (std::vector<std::uint8_t>{'e', 'f'}));
  EXPECT_EQ(dataset.test.labels, (std::vector<std::int32_t>{1}));
}

TEST(Sources, LoadsFromItsFolderInTheDataFolder) {
  const TestFolder folder;
  put_files(folder, "tiny");
  expect_tiny(load_dataset(tiny_source(), {.folder = folder.path()}, {}));
}

TEST(Sources, TakesTheDottedNamesToo) {
  const TestFolder folder;
  put_files(folder, "tiny");
  std::filesystem::rename(folder / "tiny/train-images-idx3-ubyte", folder / "tiny/train-images.idx3-ubyte");
  expect_tiny(load_dataset(tiny_source(), {.folder = folder.path()}, {}));
}

TEST(Sources, LooksInTheDataFolderItselfAndInTheSystems) {
  const TestFolder folder;
  put_files(folder, "data");
  put_files(folder, "system/tiny", ".gz");
  auto source = tiny_source();
  source.in_data_folder = true;
  EXPECT_EQ(
      find_file(source, source.files[0], {.folder = folder / "data", .system_folder = folder / "system"}),
      folder / "data/train-images-idx3-ubyte");
  source.in_data_folder = false;
  EXPECT_EQ(
      find_file(source, source.files[0], {.folder = folder / "data", .system_folder = folder / "system"}),
      std::nullopt);
  source.system_package = "dataset-tiny";
  EXPECT_EQ(
      find_file(source, source.files[0], {.folder = folder / "data", .system_folder = folder / "system"}),
      folder / "system/tiny/train-images-idx3-ubyte.gz");
}

TEST(Sources, ADamagedFileIsNamedAndLeftAlone) {
  const TestFolder folder;
  put_files(folder, "tiny");
  auto damaged = kTrainImages;
  damaged.back() = 'x';
  folder.file("tiny/train-images-idx3-ubyte", damaged);
  auto source = tiny_source();
  source.mirrors = {"https://example.org/tiny/"};
  const auto error = error_of([&] { load_dataset(source, {.folder = folder.path()}, {}); });
  EXPECT_EQ(
      folder.without_path(error),
      "FOLDER/tiny/train-images-idx3-ubyte: not the file train-images-idx3-ubyte of tiny\n"
      "  found    sha256 " +
          digest_of(damaged) +
          "\n"
          "  expected 20 bytes, sha256 " +
          digest_of(kTrainImages) +
          "\n"
          "  move it away, and a good one is fetched\n"
          "ways to get tiny:\n"
          "  put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
          "t10k-labels-idx1-ubyte (plain or .gz) into FOLDER/tiny\n"
          "  run again with a connection and curl or wget: it is downloaded from https://example.org/tiny/");
  EXPECT_EQ(testing::content_of(folder / "tiny/train-images-idx3-ubyte"), damaged);
}

TEST(Sources, AMissingDataSetSaysEveryWay) {
  const TestFolder folder;
  folder.file("tiny/train-images-idx3-ubyte", kTrainImages);
  folder.file("tiny/train-labels-idx1-ubyte", kTrainLabels);
  folder.file("tiny/t10k-images-idx3-ubyte", kTestImages);
  auto source = tiny_source();
  source.mirrors = {"https://example.org/tiny/"};
  source.npm_package = "tiny-data";
  source.system_package = "dataset-tiny";
  const DataPlaces places{.folder = folder.path(), .system_folder = folder / "system", .fetch = false};
  EXPECT_EQ(
      folder.without_path(error_of([&] { load_dataset(source, places, {}); })),
      "the data set tiny was not found\n"
      "  FOLDER/tiny: no t10k-labels-idx1-ubyte\n"
      "  FOLDER/system/tiny: no t10k-labels-idx1-ubyte\n"
      "ways to get tiny:\n"
      "  put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
      "t10k-labels-idx1-ubyte (plain or .gz) into FOLDER/tiny\n"
      "  install the Debian package dataset-tiny: apt-get install dataset-tiny\n"
      "  run again with a connection and curl or wget: it is downloaded from https://example.org/tiny/\n"
      "  run again with npm installed: it is fetched with npm pack tiny-data");
}

TEST(Sources, AnUnknownNameListsTheKnownOnes) {
  EXPECT_EQ(error_of([] { load_dataset("minst", {}, {}); }),
            "there is no data set \"minst\"; known are \"mnist\", \"fashion-mnist\", \"cifar10\"");
}

TEST(Sources, KnownSourcesAreComplete) {
  for (const auto& source : known_sources()) {
    EXPECT_EQ(find_source(source.name), &source);
    EXPECT_EQ(source.classes(), 10);
    for (const auto& file : source.files) {
      EXPECT_GT(file.size, 0u) << source.name << " " << file.name;
      // Only the sizes of CIFAR-10's files are known.
      EXPECT_EQ(file.digest.size(), source.name == "cifar10" ? 0u : 64u) << source.name << " " << file.name;
    }
  }
}

bool has_curl(const TestFolder& folder) {
  return run_program({"curl", "--version"}, folder.path(), 10s).succeeded();
}

TEST(Sources, FetchesWhatIsMissingFromTheFirstMirrorThatHasIt) {
  const TestFolder folder;
  if (!has_curl(folder)) GTEST_SKIP() << "curl is not installed";
  put_files(folder, "wrong", ".gz");
  folder.file("wrong/train-labels-idx1-ubyte.gz", "a page that says hello");
  put_files(folder, "right", ".gz");
  folder.file("data/tiny/t10k-labels-idx1-ubyte", kTestLabels);
  auto source = tiny_source();
  const std::string here = "file://" + folder.path().string();
  source.mirrors = {here + "/none/", here + "/wrong/", here + "/right/"};
  std::string said;
  expect_tiny(load_dataset(source, {.folder = folder / "data"},
                           [&](const std::string& line) { said += line + "\n"; }));
  EXPECT_EQ(folder.without_path(said),
            "downloading from file://FOLDER/none/\n"
            "downloading from file://FOLDER/wrong/\n"
            "downloading from file://FOLDER/right/\n"
            "tiny is now in FOLDER/data/tiny\n");
  EXPECT_EQ(testing::content_of(folder / "data/tiny/train-labels-idx1-ubyte"), kTrainLabels);
  // Only the folder of the data set remains.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "data"), {}), 1);
}

TEST(Sources, AFailedFetchSaysWhatWasTriedAndLeavesNothing) {
  const TestFolder folder;
  if (!has_curl(folder)) GTEST_SKIP() << "curl is not installed";
  put_files(folder, "wrong", ".gz");
  folder.file("wrong/train-images-idx3-ubyte.gz", "a page that says hello");
  auto source = tiny_source();
  source.mirrors = {"file://" + folder.path().string() + "/wrong/"};
  folder.file("data/.fetch-forgotten/x", "of a process that was killed two days ago");
  std::filesystem::last_write_time(folder / "data/.fetch-forgotten",
                                   std::filesystem::file_time_type::clock::now() - 48h);
  const auto error = error_of([&] { load_dataset(source, {.folder = folder / "data"}, {}); });
  EXPECT_NE(
      folder.without_path(error).find(
          "\n  file://FOLDER/wrong/: what came for train-images-idx3-ubyte has the wrong sha256\nways to"),
      std::string::npos)
      << error;
  EXPECT_TRUE(std::filesystem::is_empty(folder / "data"));
}

TEST(Sources, FashionMnistOfTheDistribution) {
  const auto* source = find_source("fashion-mnist");
  const TestFolder folder;
  const DataPlaces places{.folder = folder.path()};
  if (!find_file(*source, source->files[0], places)) GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  const auto dataset = load_dataset("fashion-mnist", places, {});
  EXPECT_EQ(dataset.train.count, 60000);
  EXPECT_EQ(dataset.train.images.size(), 60000u * 784u);
  EXPECT_EQ(class_histogram(dataset.train.labels, 10), std::vector<std::int64_t>(10, 6000));
  EXPECT_EQ(class_histogram(dataset.test.labels, 10), std::vector<std::int64_t>(10, 1000));
}

}  // namespace
}  // namespace sganc
