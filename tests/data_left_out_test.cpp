// What is not data in a folder of pictures: what the program wrote, hidden names, links that lead nowhere.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/data/image_folder.h"
#include "runtime/report/picture.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::TestFolder;
using Names = std::vector<std::string>;

/// Two classes with one picture each.
class LeftOut : public ::testing::Test {
 protected:
  LeftOut() { add({"p/cat/1.png", "p/dog/2.jpg"}); }

  void add(const Names& files) {
    for (const auto& name : files) folder.file(name, "");
  }
  Names paths(const ImageFolder& found) const {
    Names names;
    for (const auto& picture : found.train)
      names.push_back(std::to_string(picture.label) + " " +
                      picture.path.lexically_relative(folder / "p").string());
    return names;
  }
  std::string error() {
    return folder.without_path(error_of([&] { list_image_folder(folder / "p"); }));
  }

  TestFolder folder;
  const Names both = {"0 cat/1.png", "1 dog/2.jpg"};
};

TEST_F(LeftOut, RunsAtAnyDepthAndPicturesWithTheMark) {
  add({"p/runs/a/resolved.toml", "p/runs/a/checkpoints/last.safetensors", "p/runs/a/samples/epoch_0001.png",
       "p/cat/trial/resolved.toml", "p/cat/trial/checkpoints/x", "p/cat/trial/grid.png", "p/model.toml"});
  fs::create_directories(folder / "p/begun/samples");
  fs::create_directories(folder / "p/begun/checkpoints");
  for (const char* name : {"p/grid.png", "p/dog/GRID.PNG"}) write_png(folder / name, {1, 1, 1, {0}});
  const auto found = list_image_folder(folder / "p");
  EXPECT_EQ(found.classes, (Names{"cat", "dog"}));
  EXPECT_EQ(paths(found), both);
  EXPECT_EQ(found.notes, (Names{"left out, since sganc wrote them: begun, grid.png, runs and 2 more"}));
  EXPECT_EQ(list_pictures(folder / "p").size(), 6U);  // pictures to classify include sampled ones
}

TEST_F(LeftOut, AnEmptyFolderOfRuns) {
  fs::create_directories(folder / "p/runs");
  EXPECT_EQ(paths(list_image_folder(folder / "p")), both);
  fs::create_directories(folder / "p/empty");
  EXPECT_EQ(list_image_folder(folder / "p").notes,
            (Names{"left out, since sganc wrote them: runs", "classes without a picture, left out: empty"}));
}

TEST_F(LeftOut, HiddenNames) {
  add({"p/__MACOSX/cat/._1.png", "p/.git/x.png", "p/cat/.DS_Store", "p/dog/.small/3.png"});
  const auto found = list_image_folder(folder / "p");
  EXPECT_EQ(paths(found), both);
  EXPECT_EQ(found.notes,
            (Names{"left out, since they are hidden: .git, __MACOSX, cat/.DS_Store and 1 more"}));
  EXPECT_EQ(found.other_files, 0);
}

TEST_F(LeftOut, WhatSystemsMakeForThemselves) {
  add({"p/@eaDir/1.jpg", "p/cat/@eaDir/2.jpg", "p/$RECYCLE.BIN/3.png", "p/System Volume Information/4.png"});
  ASSERT_EQ(::mkfifo((folder / "p/dog/pipe.png").c_str(), 0600), 0);  // which nobody writes into
  const auto found = list_image_folder(folder / "p");
  EXPECT_EQ(paths(found), both);
  EXPECT_EQ(found.notes, (Names{"left out, since they are hidden: $RECYCLE.BIN, @eaDir, System Volume "
                                "Information and 1 more"}));
}

TEST_F(LeftOut, PicturesWithOtherNames) {
  const std::string picture = "\xff\xd8\xff\xe0";
  for (const char* name : {"p/cat/9f3a", "p/cat/x.jfif", "p/cat/1.png_original", "p/dog/2.jpg.part"})
    folder.file(name, picture);
  folder.file("p/dog/BMW", "BMW and others");
  const auto found = list_image_folder(folder / "p");
  EXPECT_EQ(paths(found), (Names{"0 cat/1.png", "0 cat/9f3a", "0 cat/x.jfif", "1 dog/2.jpg"}));
  EXPECT_EQ(found.other_files, 1);
  EXPECT_EQ(found.notes,
            (Names{"left out, pictures by their content, but not by their names: cat/1.png_original and "
                   "dog/2.jpg.part",
                   "taken for pictures by their content: cat/9f3a"}));
}

TEST_F(LeftOut, LinkedFoldersAreFollowedOthersNamed) {
  add({"elsewhere/3.png", "elsewhere/more/4.png", "others/5.png"});
  fs::create_directory_symlink(folder / "elsewhere", folder / "p/bird");
  fs::create_directory_symlink(folder / "others", folder / "p/cat/others");
  fs::create_directory_symlink(folder / "p", folder / "p/dog/loop");
  fs::create_symlink("nowhere.png", folder / "p/cat/gone.png");
  fs::create_symlink("itself", folder / "p/itself");
  const auto found = list_image_folder(folder / "p");
  EXPECT_EQ(found.classes, (Names{"bird", "cat", "dog"}));
  EXPECT_EQ(paths(found),
            (Names{"0 bird/3.png", "0 bird/more/4.png", "1 cat/1.png", "1 cat/others/5.png", "2 dog/2.jpg"}));
  EXPECT_EQ(found.notes, (Names{"left out, links that lead nowhere: itself and cat/gone.png",
                                "left out, links to a folder above them: dog/loop"}));
}

TEST_F(LeftOut, TheUnlabelledByOtherNames) {
  for (const char* name : {"Unlabeled", "UNLABELLED", "unsup"}) {
    add({std::string("p/") + name + "/u.png"});
    const auto found = list_image_folder(folder / "p");
    EXPECT_EQ(found.classes, (Names{"cat", "dog"}));
    EXPECT_EQ(found.train.back().label, kUnlabelled);
    EXPECT_EQ(found.notes,
              (Names{"\"" + std::string(name) + "\" is taken for the pictures without a label"}));
    fs::remove_all(folder / "p" / name);
  }
  add({"p/unlabeled/u.png", "p/unsup/u.png"});
  EXPECT_EQ(error(),
            "FOLDER/p: holds \"unlabeled\" and \"unsup\": one folder can hold the pictures without a "
            "label");
}

TEST_F(LeftOut, NothingThatCannotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  add({"p/cat/closed/3.png"});
  fs::permissions(folder / "p/cat/closed", fs::perms::none);
  EXPECT_EQ(error(), "FOLDER/p/cat/closed: cannot be read: Permission denied");
  fs::permissions(folder / "p/cat/closed", fs::perms::owner_all);
}

}  // namespace
}  // namespace sganc
