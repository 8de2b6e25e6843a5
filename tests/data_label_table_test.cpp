// Tables of labels: what is understood, and what each mistake is told.

#include "runtime/data/label_table.h"

#include <gtest/gtest.h>

#include "runtime/data/dataset.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/table_file.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::TestFolder;
using Labels = std::vector<std::int32_t>;
using Names = std::vector<std::string>;

const Names kPictures = {"1.png", "2.jpg", "more/3.png", "more/x.y.png"};

/// Reads a table with this text.
class Table {
 public:
  explicit Table(const std::string& text, const std::string& file_column = {},
                 const std::string& class_column = {}) {
    folder_.file("t.csv", text);
    table_ = {folder_ / "t.csv", file_column, class_column};
  }
  TableLabels labels(const Names& pictures = kPictures) const { return read_labels(table_, pictures); }
  std::string error(const Names& pictures = kPictures) const {
    auto text = folder_.without_path(error_of([&] { read_labels(table_, pictures); }));
    return text.erase(0, std::string("FOLDER/").size());
  }

 private:
  TestFolder folder_;
  LabelTable table_;
};

TEST(LabelTable, NamesPicturesInManyWays) {
  for (const std::string name : {"3", "3.png", "more/3.png", "more/3", "./more/3.png", "/home/me/more/3.png",
                                 "photos/more/3", "more\\3.png", "3.PNG"}) {
    const auto found = Table("id,class\n1.png,a\n" + name + ",b\n").labels();
    EXPECT_EQ(found.labels, (Labels{0, -1, 1, -1})) << name;
    EXPECT_EQ(found.classes, (Names{"a", "b"}));
    EXPECT_EQ(found.notes, (Names{"t.csv: \"id\" names the pictures, \"class\" their classes",
                                  "pictures without a row, which have no label: 2.jpg and more/x.y.png"}));
  }
  EXPECT_EQ(Table("f,c\nx.y,a\n1,b\n").labels().labels, (Labels{1, -1, -1, 0}));
}

TEST(LabelTable, WithAnySeparatorQuotesAndLineEnds) {
  const Labels expected = {1, 0, -1, -1};
  EXPECT_EQ(Table("class;id\r\nb;1\r\na;2\r\n").labels().labels, expected);
  EXPECT_EQ(Table("\xEF\xBB\xBF"
                  "class\tid\nb, c\t1\na\t2")
                .labels()
                .labels,
            expected);
  const auto quoted =
      Table("\"class\" , id, remarks\n\n \"b \"\"1\"\", 2\" ,1,\"two\nlines\"\n a ,2,\n").labels();
  EXPECT_EQ(quoted.labels, expected);
  EXPECT_EQ(quoted.classes, (Names{"a", "b \"1\", 2"}));
}

TEST(LabelTable, WithVerticalBarsOrSpaces) {
  const Labels expected = {1, 0, -1, -1};
  EXPECT_EQ(Table("class|id\nb|1\na|2\n").labels().labels, expected);
  EXPECT_EQ(Table("1.png b\n2.jpg   a \n").labels().labels, expected);
  const auto quoted = Table("1.png \"b c\"\n2.jpg a\n").labels();
  EXPECT_EQ(quoted.labels, expected);
  EXPECT_EQ(quoted.classes, (Names{"a", "b c"}));
  EXPECT_EQ(Table("id,class\n1,b c\n2,a\n").labels().classes, (Names{"a", "b c"}));
}

TEST(LabelTable, NamesPicturesAsOtherSystemsDo) {
  // A letter and its accent as two characters, as macOS writes names of files.
  const Names pictures = {"Ka\u0308fer.png", "IMG_1.JPG", "img_2.jpg", "IMG_2.jpg"};
  EXPECT_EQ(Table("id,class\nK\u00e4fer.png,a\nimg_1.jpg,b\nIMG_2.jpg,b\n").labels(pictures).labels,
            (Labels{0, 1, -1, 1}));
  EXPECT_EQ(Table("id,class\nIMG_1.JPG,a\nImg_2.jpg,b\n").error(pictures),
            "t.csv:3: \"Img_2.jpg\" may be img_2.jpg or IMG_2.jpg: write their paths");
}

TEST(LabelTable, WordsThatMayBeNoClasses) {
  const auto found = Table("id,class\n1,NaN\n2,none\nmore/3,a\nx.y,A\n").labels();
  EXPECT_EQ(found.classes, (Names{"A", "a", "none"}));
  EXPECT_EQ(found.labels, (Labels{-1, 2, 1, 0}));
  EXPECT_EQ(found.notes,
            (Names{"t.csv: \"id\" names the pictures, \"class\" their classes",
                   "rows without a class, whose pictures have no label: 1", "\"NaN\" is taken for no class",
                   "\"none\" is taken for a class; if its pictures have no label, leave their cells empty",
                   "\"A\" and \"a\" are taken for two classes"}));
}

TEST(LabelTable, FindsTheColumns) {
  const std::string text = "nr,Species,weight,file\n1,cat,2.5,more/3.png\n2,dog,7,2.jpg\n3,cat,3,1.png\n";
  const auto found = Table(text).labels();
  EXPECT_EQ(found.labels, (Labels{0, 1, 0, -1}));
  EXPECT_EQ(found.notes[0], "t.csv: \"file\" names the pictures, \"Species\" their classes");
  EXPECT_EQ(Table(text, "", "weight").labels().classes, (Names{"2.5", "3", "7"}));
  EXPECT_EQ(Table(text, "nr").labels().labels, (Labels{0, 1, 0, -1}));

  const auto bare = Table("1.png,10\n2.jpg,9\n3.png,10\n").labels();
  EXPECT_EQ(bare.classes, (Names{"9", "10"}));  // sorted as numbers
  EXPECT_EQ(bare.labels, (Labels{1, 0, 1, -1}));
  EXPECT_EQ(bare.notes[0], "t.csv: \"column 1\" names the pictures, \"column 2\" their classes");

  const auto ones = Table("image,MEL,NV,BCC\n1,0,1,0\n2,1.0,0.0,0.0\n3,0,1,0\n").labels();
  EXPECT_EQ(ones.classes, (Names{"MEL", "NV"}));
  EXPECT_EQ(ones.labels, (Labels{1, 0, 1, -1}));
  EXPECT_EQ(ones.notes[0], "t.csv: \"image\" names the pictures, 3 other columns are the classes");
}

TEST(LabelTable, PicturesAndRowsThatDoNotMeet) {
  const auto found = Table("id,class\n1,a\n2,\n7,b\n8,b\n9,b\nzzz,b\n1,a\n").labels();
  EXPECT_EQ(found.classes, (Names{"a"}));
  EXPECT_EQ(found.labels, (Labels{0, -1, -1, -1}));
  EXPECT_EQ(found.notes, (Names{"t.csv: \"id\" names the pictures, \"class\" their classes",
                                "rows without a picture, left out: 7, 8, 9 and 1 more",
                                "pictures without a row, which have no label: more/3.png and more/x.y.png",
                                "rows without a class, whose pictures have no label: 1"}));
}

TEST(LabelTable, Mistakes) {
  EXPECT_EQ(Table("").error(), "t.csv: has no rows");
  EXPECT_EQ(Table("id,class\n").error(), "t.csv: has a header and no rows");
  EXPECT_EQ(Table("id,class\n1,a\n2,b,c\n").error(), "t.csv:3: the row has 3 cells, and the first one 2");
  EXPECT_EQ(Table("id,class\n1,\"a\n2,b\n").error(), "t.csv:2: a quote does not end");
  EXPECT_EQ(Table("id,class\n1,\"a\"b\n").error(), "t.csv:2: a cell goes on after its closing quote");
  EXPECT_EQ(Table("id,class\n1,\xE4\n").error(), "t.csv: is not UTF-8: save it as \"CSV UTF-8\"");
  EXPECT_EQ(Table("\xFF\xFEi").error(),
            "t.csv: is UTF-16, and a table must be UTF-8: save it as \"CSV UTF-8\"");
  EXPECT_EQ(
      Table("{\"1.png\": \"a\"}").error(),
      "t.csv: is JSON, and a table is CSV or TSV: pd.read_json(file).to_csv(\"labels.csv\", index=False) "
      "writes one");
  EXPECT_EQ(Table("PK\x03\x04").error(), "t.csv: is a spreadsheet or an archive: save it as \"CSV UTF-8\"");
  EXPECT_EQ(Table(std::string("id,class\n1,\0", 12)).error(),
            "t.csv: is not UTF-8: save it as \"CSV UTF-8\"");
  EXPECT_EQ(Table("id,class\n7,a\n").error(),
            "t.csv: no column names the pictures; the first row has \"7\", and the first picture is 1.png");
  EXPECT_EQ(Table("id\n1\n").error(),
            "t.csv: has one column, and one of files and one of classes are needed");
  EXPECT_EQ(Table("id,size,kind\n1,2,a\n").error(),
            "t.csv: which column has the classes? There are \"id\", \"size\", \"kind\": name it, "
            "class_column = \"size\" or --class-column");
  EXPECT_EQ(Table("id,size,kind\n1,2,a\n", "", "Kind").error(),
            "t.csv: there is no column \"Kind\"; there are \"id\", \"size\", \"kind\"");
  EXPECT_EQ(Table("id,class\n1,a\n2,b\n1.png,b\n").error(),
            "t.csv:4: \"1.png\" is of the class \"b\", and in line 2 of \"a\": a picture can have one class");
  EXPECT_EQ(Table("id,class\n1,a\n").error({"x/1.png", "y/1.png"}),
            "t.csv:2: \"1\" may be x/1.png or y/1.png: write their paths");
  EXPECT_EQ(Table("id,class\n1,\"a\nb\"\n").error(), "t.csv: the name of a class has a control character");
  EXPECT_EQ(Table("id,class\n" + std::string(70, 'x') + ",\"a\nb\"\n").error(),
            "t.csv: no column names the pictures; the first row has \"" + std::string(60, 'x') +
                "...\", and the first picture is 1.png");
}

TEST(LabelTable, OfAFolder) {
  const TestFolder folder;
  for (const auto* name :
       {"p/b.png", "p/a.png", "p/sub/c.png", "p/test/t.png", "p/test/u.png", "p/notes.txt"})
    folder.file(name, "");
  folder.file("p/labels.csv", "file,class\na,2\nb,1\nt,1\n");
  const auto found = list_image_folder(folder / "p", LabelTable{folder / "p/labels.csv"});
  const auto paths = [&](const std::vector<FolderPicture>& pictures) {
    Names names;
    for (const auto& picture : pictures)
      names.push_back(std::to_string(picture.label) + " " +
                      picture.path.lexically_relative(folder / "p").string());
    return names;
  };
  EXPECT_EQ(found.classes, (Names{"1", "2"}));
  EXPECT_EQ(paths(found.train), (Names{"0 b.png", "1 a.png", "-1 sub/c.png"}));
  EXPECT_EQ(paths(found.test), (Names{"0 test/t.png"}));
  EXPECT_EQ(found.other_files, 1);  // notes.txt, not the table
  EXPECT_EQ(found.notes,
            (Names{"labels.csv: \"file\" names the pictures, \"class\" their classes",
                   "pictures without a row, which have no label: sub/c.png and test/u.png",
                   "\"test\" holds 1 picture without a class, left out: predict classifies it"}));

  const TestFolder parts;
  for (const auto* name : {"p/train/1.png", "p/train/2.png", "p/valid/3.png", "p/valid/4.png"})
    parts.file(name, "");
  parts.file("t.tsv", "class\tfile\na\t1\na\t3\nb\t2\n");
  const auto divided = list_image_folder(parts / "p", LabelTable{parts / "t.tsv"});
  ASSERT_EQ(divided.train.size(), 3u);
  EXPECT_EQ(divided.train[2].path, parts / "p/valid/3.png");
  EXPECT_TRUE(divided.train[2].validation);
  EXPECT_FALSE(divided.train[0].validation || divided.train[1].validation);
}

}  // namespace
}  // namespace sganc
