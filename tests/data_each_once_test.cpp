// Pictures to which several paths lead: links, and names of the same file. Each counts once.

#include "runtime/data/each_once.h"

#include <gtest/gtest.h>

#include "tests/data_folder.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::TestFolder;
using Names = std::vector<std::string>;

class EachOnce : public ::testing::Test {
 protected:
  void add(const Names& files) {
    for (const auto& name : files) folder.file("p/" + name, "");
  }
  void link(const std::string& from, const std::string& to) {
    fs::create_directories((folder / "p" / from).parent_path());
    fs::create_symlink(folder / "p" / to, folder / "p" / from);
  }
  void hard_link(const std::string& from, const std::string& to) {
    fs::create_directories((folder / "p" / from).parent_path());
    fs::create_hard_link(folder / "p" / to, folder / "p" / from);
  }
  Names paths(const std::vector<FolderPicture>& pictures) const {
    Names names;
    for (const auto& picture : pictures)
      names.push_back(std::to_string(picture.label) + " " +
                      picture.path.lexically_relative(folder / "p").string());
    return names;
  }
  ImageFolder listed(const std::string& table = {}) const {
    if (table.empty()) return list_image_folder(folder / "p");
    return list_image_folder(folder / "p", LabelTable{folder.file("t.csv", table)});
  }
  std::string error(const std::string& table = {}) const {
    return folder.without_path(error_of([&] { listed(table); }));
  }

  TestFolder folder;
};

TEST_F(EachOnce, InOneClass) {
  add({"cat/2.png", "cat/3.png", "dog/1.png", "dog/old/9.png"});
  link("cat/1.png", "cat/3.png");
  link("cat/all", "cat");        // a circle
  link("cat/again", "cat/old");  // two links to one folder
  link("cat/more", "cat/old");
  add({"cat/old/4.png", "cat/old/5.png"});
  hard_link("dog/2.png", "dog/1.png");
  const auto found = listed();
  EXPECT_EQ(paths(found.train), (Names{"0 cat/1.png", "0 cat/2.png", "0 cat/again/4.png", "0 cat/again/5.png",
                                       "1 dog/1.png", "1 dog/old/9.png"}));
  EXPECT_EQ(
      found.notes,
      (Names{"left out, links to a folder above them: cat/all",
             "pictures that several paths lead to, taken once: cat/1.png (also cat/3.png), "
             "cat/again/4.png (also cat/more/4.png), cat/again/4.png (also cat/old/4.png) and 3 more"}));
}

TEST_F(EachOnce, WithItsClassRatherThanWithout) {
  add({"all/1.png", "all/2.png", "all/3.png"});
  fs::rename(folder / "p/all", folder / "p/unlabeled");
  link("cat/a.png", "unlabeled/3.png");
  hard_link("dog/b.png", "unlabeled/1.png");
  const auto found = listed();
  EXPECT_EQ(paths(found.train), (Names{"0 cat/a.png", "1 dog/b.png", "-1 unlabeled/2.png"}));
  EXPECT_EQ(found.notes, (Names{"pictures that several paths lead to, taken once: cat/a.png (also "
                                "unlabeled/3.png) and dog/b.png (also unlabeled/1.png)"}));
}

TEST_F(EachOnce, HeldOutRatherThanLearnedFrom) {
  add({"train/cat/1.png", "train/cat/2.png", "train/dog/1.png", "val/dog/7.png", "unlabeled/3.png"});
  link("train/dog/7.png", "val/dog/7.png");
  link("test/cat/1.png", "train/cat/1.png");
  link("val/cat/1.png", "train/cat/1.png");
  hard_link("test/dog/x.png", "unlabeled/3.png");
  const auto found = listed();
  EXPECT_EQ(paths(found.train), (Names{"0 train/cat/2.png", "1 train/dog/1.png", "1 val/dog/7.png"}));
  EXPECT_TRUE(found.train.back().validation);
  EXPECT_EQ(paths(found.test), (Names{"0 test/cat/1.png", "1 test/dog/x.png"}));
  EXPECT_EQ(found.notes, (Names{"\"val\" is taken for the validation images",
                                "pictures of several parts, which are not learned from: test/cat/1.png (also "
                                "val/cat/1.png), test/cat/1.png (also train/cat/1.png), test/dog/x.png (also "
                                "unlabeled/3.png) and 1 more"}));
}

TEST_F(EachOnce, AndNeverInTwoClasses) {
  add({"cat/1.png", "cat/2.png", "dog/3.png"});
  link("dog/1.png", "cat/1.png");
  EXPECT_EQ(error(),
            "FOLDER/p: a picture can have one class, but some lie in two: cat/1.png (also dog/1.png)");
  fs::remove(folder / "p/dog/1.png");
  link("dog/cats", "cat");  // each way of two classes that are linked into each other
  link("cat/dogs", "dog");
  EXPECT_EQ(error(),
            "FOLDER/p: a picture can have one class, but some lie in two: cat/1.png (also dog/cats/1.png), "
            "cat/2.png (also dog/cats/2.png) and cat/dogs/3.png (also dog/3.png)");
  fs::remove(folder / "p/dog/cats");
  fs::remove(folder / "p/cat/dogs");
  link("test/dog/5.png", "cat/1.png");
  EXPECT_EQ(error(),
            "FOLDER/p: a picture can have one class, but some lie in two: test/dog/5.png (also cat/1.png)");
}

TEST_F(EachOnce, IfSomeAreLeftToLearnFrom) {
  add({"train/cat/1.png", "train/dog/2.png"});
  link("test", "train");
  EXPECT_EQ(error(),
            "FOLDER/p: every training image of the class \"cat\" is also a test or validation image");
}

TEST_F(EachOnce, OfATableOfLabels) {
  add({"1.png", "2.png", "3.png"});
  link("other/9.png", "1.png");
  link("more/2.png", "2.png");
  const auto found = listed("file,class\n9,a\n2,b\n3,a\n");
  EXPECT_EQ(paths(found.train), (Names{"0 1.png", "0 3.png", "1 2.png"}));
  EXPECT_EQ(found.notes, (Names{"t.csv: \"file\" names the pictures, \"class\" their classes",
                                "pictures that several paths lead to, taken once: 1.png (also other/9.png) "
                                "and 2.png (also more/2.png)"}));
  EXPECT_EQ(
      error("file,class\n1,a\n9,b\n"),
      "FOLDER/t.csv:3: \"9\" is of the class \"b\", and in line 2 of \"a\": a picture can have one class");
}

}  // namespace
}  // namespace sganc
