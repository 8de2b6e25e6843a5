// What a run writes down of itself: the digests of its files, and what its data are.

#include <gtest/gtest.h>

#include "runtime/data/identity.h"
#include "runtime/train/manifest.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::content_of;
using testing::error_of;
using testing::TestFolder;

struct SmallFolder {
  TestFolder folder;
  RunFolder run = RunFolder::open_new(folder / "x", false);
  SmallFolder() {
    run.write_resolved("name = \"a\"\n");
    run.write_labels("3\n1\n");
    Manifest::of(run).write(run);
  }
  std::string complaint() const {
    return folder.without_path(error_of([&] { Manifest::read(run)->require_unchanged(run); }));
  }
};

TEST(Manifest, IsAListOfDigests) {
  const SmallFolder s;
  EXPECT_EQ(
      content_of(s.run.manifest()),
      "# sha256sum -c SHA256SUMS checks these files\n"
      "a4e80b45e6335963b93bfb520655322a4ad9980e3165c3cbe80234d784c2cef1  labels.txt\n"
      "368c8ca93e1105e439fd6eb88181582ff854556d1c59ecbf4148120b2933e3e1  resolved.toml\n"
      "# the sha256 of the lines above: d85c9282e4328dfb291ecf82494a08b0b59d1f1b67f4cbb5c64237586fd7691a\n");
}

TEST(Manifest, NoticesEveryByteOfItselfAndOfItsFiles) {
  const SmallFolder s;
  EXPECT_EQ(s.complaint(), "");
  for (const auto& file : {s.run.manifest(), s.run.labels(), s.run.resolved()}) {
    const auto whole = content_of(file);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      auto text = whole;
      text[i] = static_cast<char>(text[i] ^ 32);
      s.folder.file("x/" + file.filename().string(), text);
      EXPECT_TRUE(s.complaint().starts_with("FOLDER/x/" + file.filename().string() + ": ")) << i;
    }
    s.folder.file("x/" + file.filename().string(), whole);
  }
}

TEST(Manifest, AFileIsReplacedSoThatItIsAlwaysThatOfTheRun) {
  const SmallFolder s;
  const auto run = Manifest::read(s.run)->run();
  auto between = *Manifest::read(s.run);
  between.allow("resolved.toml", "new");
  between.write(s.run);
  EXPECT_EQ(s.complaint(), "");  // as if killed before the file was written
  rewrite_file(s.run, s.run.resolved(), "new");
  EXPECT_EQ(s.complaint(), "");
  EXPECT_EQ(*Manifest::read(s.run), Manifest::of(s.run));
  EXPECT_EQ(Manifest::read(s.run)->run(), run);  // the identity of the run does not depend on the model
  s.run.write_labels("3\n2\n");
  EXPECT_NE(Manifest::of(s.run).run(), run);
}

TEST(Manifest, RunsOfOlderVersionsHaveNone) {
  const SmallFolder s;
  std::filesystem::remove(s.run.manifest());
  EXPECT_EQ(Manifest::read(s.run), std::nullopt);
  rewrite_file(s.run, s.run.resolved(), "new");
  EXPECT_EQ(content_of(s.run.resolved()), "new");
  EXPECT_EQ(Manifest::read(s.run), std::nullopt);
}

Dataset small_data() {
  Dataset data{"small", {1, 2, 1}, 2, {}, {}};
  data.train = {2, {1, 2, 3, 4}, {0, 1}};
  data.test = {1, {5, 6}, {1}};
  return data;
}

TEST(DataIdentity, IsKeptInAFile) {
  const TestFolder folder;
  auto identity = identity_of(small_data());
  const auto path = folder.file("data.json", to_json(identity));
  EXPECT_EQ(content_of(path), R"({
 "image_shape": [
  1,
  2,
  1
 ],
 "train": {
  "count": 2,
  "images": "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a",
  "labels": "01acecb507abfe1a354aa8064f4af5d3f1acd019e37db3c11c97523b71c76e9d"
 },
 "test": {
  "count": 1,
  "images": "c42522128b49193de8cd45d8f7589cd7e085e65f138640d57d4482e5f7189623",
  "labels": "67abdd721024f0ff4e0b3f4c2fc13bc5bad42d0b7851d456d88d203d15aaa450"
 }
}
)");
  EXPECT_EQ(difference(read_identity(path), identity), "");
  name_pictures(identity, {"a/1.png", "b/\xff.png"}, {"c"});
  EXPECT_EQ(read_identity(folder.file("data.json", to_json(identity))).train.pictures,
            (std::vector<std::string>{"a/1.png", "b/\xef\xbf\xbd.png"}));
  for (const auto* wrong : {"", "{}", R"({"image_shape":[1],"train":{},"test":{}})"})
    EXPECT_EQ(folder.without_path(error_of([&] { read_identity(folder.file("w", wrong)); })),
              "FOLDER/w: does not say what the data of a run are");
}

TEST(DataIdentity, TellsWhatBecameOfTheImages) {
  const auto was = identity_of(small_data());
  const auto after = [&](auto&& change) {
    auto data = small_data();
    change(data);
    return difference(was, identity_of(data));
  };
  EXPECT_EQ(after([](Dataset& d) { d.name = "other"; }), "");
  const auto paint = [](Pixels& pixels, std::size_t at, std::uint8_t value) { pixels.write(at, {{value}}); };
  EXPECT_EQ(after([&](Dataset& d) { paint(d.train.images, 3, 5); }),
            "of the training images: their pixels have changed");
  EXPECT_EQ(after([](Dataset& d) { d.test.labels[0] = 0; }), "of the test images: their labels have changed");
  EXPECT_EQ(after([&](Dataset& d) { paint(d.train.images, 3, 5), d.train.labels[1] = 0; }),
            "of the training images: their pixels and labels have changed");
  EXPECT_EQ(
      after([&](Dataset& d) {
        d.train = {1, {1, 2}, {0}}, paint(d.test.images, 0, 9);
      }),
      "of the training images: there were 2 images, now there are 1; of the test images: their pixels have "
      "changed");
  EXPECT_EQ(after([](Dataset& d) { d.image_shape = {2, 1, 1}; }), "the images have another shape");

  auto named = was, now = identity_of(small_data());
  name_pictures(named, {"a", "b", "f", "g"}, {});
  now.train.images = "other";
  name_pictures(now, {"b", "c", "d", "e", "h"}, {});
  EXPECT_EQ(difference(named, now),
            "of the training images: 4 pictures were added: c, d, e, ...; 3 pictures were removed: a, f, g");
}

}  // namespace
}  // namespace sganc
