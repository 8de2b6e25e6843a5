// Folders of pictures: what lies where, test images that are taken from the others, images without a label.

#include "runtime/data/image_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "runtime/data/division.h"
#include "runtime/data/test_part.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::jpeg_bytes;
using testing::picture_of;
using testing::png_bytes;
using testing::TestFolder;
using Bytes = std::vector<std::uint8_t>;
using Indices = std::vector<std::int32_t>;
using Names = std::vector<std::string>;
using Way = ImageChoice::Way;

/// A picture of one colour.
std::string plain(int value, std::int64_t channels = 3) {
  return png_bytes(picture_of(3, 2, channels, [&](auto, auto, auto) { return value; }));
}

Names paths_of(const TestFolder& folder, const std::vector<FolderPicture>& pictures) {
  Names names;
  for (const auto& picture : pictures)
    names.push_back(std::to_string(picture.label) + " " +
                    picture.path.lexically_relative(folder.path()).string());
  return names;
}

TEST(ImageFolder, OfTrainAndTest) {
  const TestFolder folder;
  for (const auto* name :
       {"p/train/dog/b.PNG", "p/train/dog/a.jpeg", "p/train/dog/old/c.jpg", "p/train/cat/1.png",
        "p/test/dog/t.png", "p/unlabeled/u.png", "p/unlabeled/more/v.png", "p/train/stray.png",
        "p/train/.hidden/x.png", "p/train/cat/.x.png", "p/train/cat/Thumbs.db", "p/notes.txt"})
    folder.file(name, "");
  const auto found = list_image_folder(folder / "p");
  EXPECT_EQ(found.name, "p");
  EXPECT_EQ(found.classes, (Names{"cat", "dog"}));
  EXPECT_EQ(
      paths_of(folder, found.train),
      (Names{"0 p/train/cat/1.png", "1 p/train/dog/a.jpeg", "1 p/train/dog/b.PNG", "1 p/train/dog/old/c.jpg",
             "-1 p/train/stray.png", "-1 p/unlabeled/more/v.png", "-1 p/unlabeled/u.png"}));
  EXPECT_EQ(paths_of(folder, found.test), (Names{"1 p/test/dog/t.png"}));
  EXPECT_EQ(found.other_files, 2);
}

TEST(ImageFolder, OfClassesAlone) {
  const TestFolder folder;
  for (const auto* name : {"p/b/1.png", "p/a/2.png", "p/unlabelled/3.png", "p/test/b/4.png"})
    folder.file(name, "");
  const auto found = list_image_folder(folder / "p/");
  EXPECT_EQ(found.name, "p");
  EXPECT_EQ(found.classes, (Names{"a", "b"}));
  EXPECT_EQ(paths_of(folder, found.train), (Names{"0 p/a/2.png", "1 p/b/1.png", "-1 p/unlabelled/3.png"}));
  EXPECT_EQ(paths_of(folder, found.test), (Names{"1 p/test/b/4.png"}));

  folder.file("flat/x.png", "");
  const auto flat = list_image_folder(folder / "flat");
  EXPECT_TRUE(flat.classes.empty());
  EXPECT_EQ(paths_of(folder, flat.train), (Names{"-1 flat/x.png"}));
}

TEST(ImageFolder, IsTakenAsItIsMeant) {
  const auto listed = [](const Names& files) {
    const TestFolder folder;
    for (const auto& name : files) folder.file(name, "");
    return list_image_folder(folder / "p");
  };
  const auto renamed = listed({"p/Training/a/1.png", "p/Training/b/1.png", "p/TEST/a/2.png"});
  EXPECT_EQ(renamed.classes, (Names{"a", "b"}));
  EXPECT_EQ(renamed.test.size(), 1u);
  EXPECT_EQ(renamed.notes, (Names{"\"Training\" is taken for the training images",
                                  "\"TEST\" is taken for the test images"}));

  const auto empty = listed({"p/a/1.png", "p/b/notes.txt", "p/c/1.png", "p/test/x.txt"});
  EXPECT_EQ(empty.classes, (Names{"a", "c"}));
  EXPECT_EQ(empty.train[1].label, 1);
  EXPECT_EQ(empty.notes, (Names{"\"test\" holds no pictures", "classes without a picture, left out: b"}));

  const auto flat = listed({"p/train/a/1.png", "p/test/1.png", "p/test/2.png"});
  EXPECT_TRUE(flat.test.empty());
  EXPECT_EQ(flat.notes,
            (Names{"\"test\" holds 2 pictures without classes, left out: predict classifies them"}));

  EXPECT_EQ(listed({"p/10/1.png", "p/9/1.png", "p/-1/1.png"}).classes, (Names{"-1", "9", "10"}));
  EXPECT_EQ(listed({"p/10/1.png", "p/9/1.png", "p/x/1.png"}).classes, (Names{"10", "9", "x"}));
  EXPECT_EQ(listed({"p/10.5/1.png", "p/9.25/1.png", "p/-.5/1.png"}).classes, (Names{"-.5", "9.25", "10.5"}));

  const auto mixed = listed({"p/train/a/1.png", "p/train/b/1.png", "p/test/a/2.png", "p/test/3.png"});
  EXPECT_EQ(mixed.test.size(), 1u);
  EXPECT_EQ(mixed.notes,
            (Names{"\"test\" holds 1 picture without a class, left out: predict classifies it"}));
  EXPECT_EQ(
      listed({"p/a/1.png", "p/b/1.png", "p/test/1.png"}).notes,
      (Names{"\"test\" holds 1 picture without a class, left out: predict classifies it; if \"test\" is "
             "a class, rename it, for example to \"test_\", since the name is reserved"}));
}

TEST(ImageFolder, SaysWhatMayBeMeantOtherwise) {
  const auto notes = [](const Names& files) {
    const TestFolder folder;
    for (const auto& name : files) folder.file(name, "");
    return list_image_folder(folder / "p").notes;
  };
  const std::string deep =
      "data/cat/1.png is of the class \"data\", since folders inside a class are parts of it; if the classes "
      "lie "
      "in \"data\", name that folder instead, or call it \"train\"";
  EXPECT_EQ(notes({"p/data/cat/1.png", "p/data/dog/1.png"}), (Names{deep}));
  EXPECT_EQ(notes({"p/data/cat/1.png", "p/others/cat/1.png"}), (Names{deep}));
  EXPECT_EQ(notes({"p/data/cat/1.png", "p/others/cat/1.png", "p/others/2.png"}), Names());
  EXPECT_EQ(notes({"p/cat/1.png", "p/dog/1.png", "p/Val/1.png"}),
            (Names{"\"Val\" is taken for a class; it holds validation images beside a folder \"train\""}));
}

TEST(ImageFolder, OfValidationImagesBesideTrain) {
  const TestFolder folder;
  for (const auto* name :
       {"p/train/a/1.png", "p/train/b/1.png", "p/val/b/2.png", "p/val/a/3.png", "p/unlabeled/4.png"})
    folder.file(name, plain(9));
  const auto listed = list_image_folder(folder / "p");
  EXPECT_EQ(listed.classes, (Names{"a", "b"}));
  EXPECT_EQ(paths_of(folder, listed.train),
            (Names{"0 p/train/a/1.png", "1 p/train/b/1.png", "-1 p/unlabeled/4.png", "0 p/val/a/3.png",
                   "1 p/val/b/2.png"}));
  EXPECT_EQ(listed.notes, (Names{"\"val\" is taken for the validation images"}));

  LoadProgress progress;
  const auto data = load_image_folder(listed, {.shape = {3, 2, 3}}, 2, progress).dataset;
  EXPECT_EQ(data.validation, (Indices{3, 4}));
  const auto division = divide(data, ImageChoice{.way = Way::all}, {});
  EXPECT_EQ(division.labelled, (Indices{0, 1}));
  EXPECT_EQ(division.held_out, (Indices{3, 4}));
  EXPECT_EQ(division.rest, (Indices{0, 1, 2}));
  EXPECT_EQ(divide(data, {}, ImageChoice{.way = Way::given}).held_out, (Indices{3, 4}));
  EXPECT_EQ(error_of([&] { divide(data, {}, ImageChoice{.way = Way::per_class, .count = 1}); }),
            "p has validation images of its own, which given = true takes");
  auto none = data;
  none.validation.clear();
  EXPECT_EQ(error_of([&] { divide(none, {}, ImageChoice{.way = Way::given}); }),
            "p has no validation images of its own");

  // A name that sounds as if there were no labels is said to be taken for a class.
  folder.file("s/cat/1.png", "");
  folder.file("s/No labels/1.png", "");
  const auto sounds = list_image_folder(folder / "s");
  EXPECT_EQ(sounds.classes, (Names{"No labels", "cat"}));
  EXPECT_EQ(sounds.notes, (Names{"\"No labels\" is taken for a class; if its pictures have no label, call it "
                                 "\"unlabeled\""}));

  // Without "train" the name is that of a class.
  folder.file("q/valid/1.png", "");
  folder.file("q/invalid/1.png", "");
  EXPECT_EQ(list_image_folder(folder / "q").classes, (Names{"invalid", "valid"}));
}

TEST(ImageFolder, ThatIsNoDataSet) {
  const auto error = [](const Names& files) {
    const TestFolder folder;
    std::filesystem::create_directories(folder / "p");
    for (const auto& name : files) folder.file(name, "");
    return folder.without_path(error_of([&] { list_image_folder(folder / "p"); }));
  };
  EXPECT_EQ(error({}), "FOLDER/p: holds no pictures");
  EXPECT_EQ(error({"p/a.txt"}), "FOLDER/p: holds no pictures");
  EXPECT_EQ(error({"p/train/a/1.png", "p/test/b/1.png"}),
            "FOLDER/p/test/b: not a class of the training images, which are a");
  EXPECT_EQ(
      error({"p/train/a/1.png", "p/dev/a/1.png"}),
      "FOLDER/p/dev: holds folders and lies beside \"train\": if its images are to be measured, call it "
      "\"validation\" or \"test\"");
  EXPECT_EQ(error({"p/train/a/1.png", "p/val/a/1.png", "p/valid/a/1.png"}),
            "FOLDER/p: holds \"val\" and \"valid\": one folder can hold the validation images");
  EXPECT_EQ(error({"p/train/a/1.png", "p/TRAIN/a/1.png"}),
            "FOLDER/p: holds \"TRAIN\" and \"train\": one folder can hold the training images");
  EXPECT_EQ(
      error({"p/train/a/1.png", "p/b/1.png"}),
      "FOLDER/p/b: lies beside \"train\", in which the folders of classes are expected: move it there; if "
      "\"train\" is a class, rename it, for example to \"train_\", since the name is reserved");
  EXPECT_EQ(
      error({"p/a/1.heic"}),
      "FOLDER/p: holds no pictures; left out, pictures in a format that is not read (save them as JPEG or "
      "PNG): a/1.heic");
  EXPECT_EQ(error({"p/a\nb/1.png"}), "FOLDER/p: the name of a class has a control character");
  const TestFolder folder;
  folder.file("file", "");
  EXPECT_EQ(folder.without_path(error_of([&] { list_image_folder(folder / "none"); })),
            "FOLDER/none: there is no such folder");
  EXPECT_EQ(folder.without_path(error_of([&] { list_image_folder(folder / "file"); })),
            "FOLDER/file: is not a folder");
}

TEST(ImageFolder, IsReadByAnyNumberOfThreadsAlike) {
  const TestFolder folder;
  for (int i = 0; i < 20; ++i) {
    const auto name = std::to_string(100 + i) + ".png";
    folder.file("p/train/" + std::string(i % 2 == 0 ? "even/" : "odd/") + name, plain(i));
    folder.file("p/unlabeled/" + name, plain(100 + i, 1));
  }
  folder.file("p/test/odd/x.jpg", jpeg_bytes(picture_of(16, 16, 1, [](auto, auto, auto) { return 200; })));
  const auto listed = list_image_folder(folder / "p");
  for (const int threads : {1, 4}) {
    LoadProgress progress;
    const auto found = load_image_folder(listed, {.shape = {1, 1, 3}}, threads, progress);
    const Dataset& data = found.dataset;
    EXPECT_EQ(progress.done, 41);
    EXPECT_EQ(progress.count, 41);
    EXPECT_EQ(data.name, "p");
    EXPECT_EQ(data.image_shape, (std::array<std::int64_t, 3>{1, 1, 3}));
    EXPECT_EQ(data.classes, 2);
    EXPECT_EQ(data.class_names, (Names{"even", "odd"}));
    EXPECT_EQ(data.train.count, 40);
    EXPECT_EQ(data.train.unlabelled(), 20);
    EXPECT_EQ(class_histogram(data.train.labels, 2), (std::vector<std::int64_t>{10, 10}));
    for (std::size_t i = 0; i < 120; ++i)
      EXPECT_EQ(data.train.images.data()[i], i < 30 ? i / 3 * 2 : i < 60 ? (i / 3 - 10) * 2 + 1 : 80 + i / 3);
    EXPECT_EQ(data.test.labels, (Indices{1}));
    EXPECT_EQ(data.test.images, (Bytes{200, 200, 200}));
  }
}

TEST(ImageFolder, NamesAllBrokenPictures) {
  const TestFolder folder;
  for (int i = 0; i < 10; ++i)
    folder.file("p/a/" + std::to_string(i) + ".png", i >= 7 && i % 2 == 1 ? "no picture" : plain(i));
  const auto listed = list_image_folder(folder / "p");
  for (const int threads : {1, 4, 60}) {
    LoadProgress progress;
    const std::string reason = "not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP";
    const Names reasons = {"FOLDER/p/a/7.png: " + reason, "FOLDER/p/a/9.png: " + reason};
    EXPECT_EQ(folder.without_path(error_of([&] {
      load_image_folder(listed, {.shape = {4, 4, 1}}, threads, progress);
    })),
              "2 pictures of p cannot be read:\n  " + reasons[0] + "\n  " + reasons[1]);
    const auto found =
        load_image_folder(listed, {.shape = {1, 1, 1}, .skip_unreadable = true}, threads, progress);
    EXPECT_EQ(found.dataset.train.count, 8);
    EXPECT_EQ(paths_of(folder, found.train),
              (Names{"0 p/a/0.png", "0 p/a/1.png", "0 p/a/2.png", "0 p/a/3.png", "0 p/a/4.png", "0 p/a/5.png",
                     "0 p/a/6.png", "0 p/a/8.png"}));
    EXPECT_EQ(found.dataset.train.labels.size(), 8u);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(folder.without_path(found.unreadable.at(i)), reasons[i]);
  }
}

TEST(ImageFolder, ThatMemoryDoesNotHold) {
  const TestFolder folder;
  folder.file("p/a/1.png", plain(1));
  LoadProgress progress;
  const auto listed = list_image_folder(folder / "p");
  const auto error = error_of([&] {
    load_image_folder(listed, {.shape = {INT64_MAX, INT64_MAX, 3}}, 1, progress);
  });
  EXPECT_EQ(error, "1 images of p are more than a file can hold");
}

TEST(ImageFolder, InAFileIfMemoryShallNotHoldIt) {
  const TestFolder folder;
  for (int i = 0; i < 20; ++i) folder.file("p/a/" + std::to_string(i) + ".png", i % 7 == 3 ? "" : plain(i));
  for (int i = 0; i < 3; ++i) folder.file("p/test/a/" + std::to_string(i) + ".png", plain(100 + i));
  const auto listed = list_image_folder(folder / "p");
  FolderReading reading{.shape = {2, 2, 3}, .skip_unreadable = true};
  LoadProgress progress;
  const auto in_memory = load_image_folder(listed, reading, 2, progress);
  EXPECT_EQ(in_memory.bytes_in_file, 0);
  reading.room.most_memory = 0;
  reading.room.file_folder = folder / "data/of/mine";
  const auto in_file = load_image_folder(listed, reading, 2, progress);
  EXPECT_EQ(in_file.bytes_in_file, 23 * 12);
  EXPECT_FALSE(in_file.dataset.train.images.are_in_memory());
  EXPECT_EQ(in_file.dataset.train.images, in_memory.dataset.train.images);
  EXPECT_EQ(in_file.dataset.test.images, in_memory.dataset.test.images);
  EXPECT_EQ(in_file.dataset.train.count, 17);
  EXPECT_TRUE(std::filesystem::is_empty(folder / "data/of/mine"));  // the file has no name
}

/// Returns labels 0 1 2 0 1 2 ..., then as many images without a label. Image i is the byte i.
Dataset half_labelled(int count) {
  Dataset data{"half", {1, 1, 1}, 3, {}, {}, {"a", "b", "c"}};
  data.train.count = 2 * count;
  Bytes pixels;
  for (int i = 0; i < 2 * count; ++i) {
    data.train.labels.push_back(i < count ? i % 3 : kUnlabelled);
    pixels.push_back(static_cast<std::uint8_t>(i));
  }
  data.train.images = pixels;
  return data;
}

TEST(Unlabelled, AreNeverChosen) {
  const auto data = half_labelled(12);
  Indices labelled(12);
  std::iota(labelled.begin(), labelled.end(), 0);
  EXPECT_EQ(choose_images({.way = Way::all}, data, "labels"), labelled);
  for (const ImageChoice& choice :
       {ImageChoice{.way = Way::per_class, .count = 4}, ImageChoice{.way = Way::total, .count = 12},
        ImageChoice{.way = Way::fraction, .fraction = 1}}) {
    auto chosen = choose_images(choice, data, "labels");
    std::ranges::sort(chosen);
    EXPECT_EQ(chosen, labelled);
  }
  for (const auto index :
       choose_images({.way = Way::per_class, .count = 12, .replace = true}, data, "labels"))
    EXPECT_LT(index, 12);
  const auto error = [&](const ImageChoice& choice) {
    return error_of([&] { choose_images(choice, data, "labels"); });
  };
  EXPECT_EQ(error({.way = Way::total, .count = 13}),
            "half has 12 training images with labels, but total is 13");
  EXPECT_EQ(error({.way = Way::per_class, .count = 13, .replace = true}),
            "half has 12 training images with labels, but per_class is 13");
  EXPECT_EQ(error({.way = Way::per_class, .count = 5}), "a class of half has 4 images, but per_class is 5");
  const TestFolder folder;
  EXPECT_EQ(folder.without_path(error({.way = Way::file, .file = folder.file("y.txt", "3\n12\n")})),
            "FOLDER/y.txt:2: image 12 has no label");
}

TEST(Unlabelled, AreDrawnButNotEvaluated) {
  auto data = half_labelled(12);
  const auto division = divide(data, ImageChoice{.count = 2}, ImageChoice{.way = Way::total, .count = 3});
  EXPECT_EQ(images_of(data, division, "train").count(), 21);
  EXPECT_EQ(labelled_of(data, division, "train").size(), 9u);
  for (const auto index : labelled_of(data, division, "train")) EXPECT_LT(index, 12);
  EXPECT_EQ(labelled_of(data, division, "validation"), division.held_out);
  EXPECT_EQ(labelled_of(data, {}, "train").size(), 12u);

  for (auto& label : data.train.labels) label = kUnlabelled;
  EXPECT_EQ(images_of(data, {}, "train").count(), 24);
  EXPECT_EQ(error_of([&] { labelled_of(data, {}, "train"); }),
            "the data set half has no images with labels in its split \"train\"");
  for (const auto way : {Way::all, Way::fraction})
    EXPECT_EQ(error_of([&] { divide(data, ImageChoice{.way = way, .fraction = 1}, {}); }),
              "half has no training images with labels to choose from");
}

TEST(TestPart, LeavesTheValidationImages) {
  auto data = half_labelled(12);
  data.validation = {2, 7, 11};
  const auto left = split_off_test(data, {.way = Way::total, .count = 4});
  ASSERT_EQ(data.validation.size(), 3u);
  const Indices before{2, 7, 11};
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(left.at(static_cast<std::size_t>(data.validation[i])), before[i]);
}

TEST(TestPart, IsTakenFromTheTrainingImages) {
  auto data = half_labelled(12);
  const auto before = data.train;
  const ImageChoice choice{.way = Way::per_class, .count = 2, .seed = 4};
  const auto chosen = choose_images(choice, data, "test");
  split_off_test(data, choice);
  EXPECT_EQ(data.test.count, 6);
  EXPECT_EQ(data.train.count, 18);
  EXPECT_EQ(class_histogram(data.test.labels, 3), (std::vector<std::int64_t>{2, 2, 2}));
  std::vector<bool> taken(24);
  for (const auto index : chosen) taken[static_cast<std::size_t>(index)] = true;
  Bytes rest, test;
  Indices rest_labels;
  for (std::size_t i = 0; i < 24; ++i) {
    (taken[i] ? test : rest).push_back(before.images.data()[i]);
    if (!taken[i]) rest_labels.push_back(before.labels[i]);
  }
  EXPECT_EQ(data.train.images, rest);
  EXPECT_EQ(data.train.labels, rest_labels);
  EXPECT_EQ(data.test.images, test);
}

TEST(TestPart, LeavesSomeOfEachClass) {
  auto data = half_labelled(12);
  EXPECT_EQ(error_of([&] { split_off_test(data, {.way = Way::per_class, .count = 4}); }),
            "the test images are all that half has of the class \"a\": 4");
  auto none = half_labelled(12);
  for (auto& label : none.train.labels) label = kUnlabelled;
  EXPECT_EQ(error_of([&] { split_off_test(none, {.way = Way::fraction, .fraction = 0.5}); }),
            "half has no images with labels that could be test images");
}

}  // namespace
}  // namespace sganc
