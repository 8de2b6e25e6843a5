// `sganc init`: what it says of images, the model that it writes, and what it refuses.

#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

/// Returns texts as NumPy stores them: `length` characters of four bytes each.
std::string texts(const std::vector<std::string>& words, std::size_t length) {
  std::string bytes;
  for (const auto& word : words)
    for (std::size_t k = 0; k < length; ++k) bytes += {k < word.size() ? word[k] : '\0', '\0', '\0', '\0'};
  return bytes;
}

class CliInit : public ProgramTest {
 protected:
  /// Writes gray pictures of 13 x 9 into photos/NAME.
  void write_pictures(const std::string& name, int count, std::int64_t height = 13, std::int64_t width = 9,
                      std::int64_t channels = 1) const {
    for (int i = 0; i < count; ++i)
      folder.file("photos/" + name + "/" + std::to_string(i) + ".png",
                  png_bytes(picture_of(height, width, channels, [&](auto x, auto y, auto c) {
                    return 9 * x + 7 * y + 50 * c + 13 * i;
                  })));
  }

  void expect_line(const std::string& file, const std::string& line) const {
    EXPECT_NE(content(file).find("\n" + line), std::string::npos) << line << content(file);
  }
};

TEST_F(CliInit, AFolderWhoseModelTrains) {
  write_pictures("cat", 4);
  write_pictures("dog", 3);
  write_pictures("unlabeled", 2);
  folder.file("photos/notes.txt", "");
  const auto ending = sganc({"init", "photos"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.out, "model.toml\n");
  EXPECT_EQ(
      ending.err,
      "photos: 9 pictures, 2 classes\n"
      "  cat: 4\n"
      "  dog: 3\n"
      "  without a label: 2\n"
      "  height x width: all 13x9; gray\n"
      "  files that are no pictures, left out: 1\n"
      "model: images of 13x9x1, 2 classes; a classifier that learns from 5 labels and spreads them over 7 "
      "images; what to change and to type next stands in the file\n");
  EXPECT_EQ(lines_of(content("model.toml"))[0], "#:schema " SGANC_SOURCE_DIR "/models/sganc.schema.json");
  expect_line("model.toml", "source = { folder = \"photos\" }\n");
  expect_line("model.toml", "image  = [13, 9, 1] ");
  expect_line("model.toml", "draw      = { s = \"spread.shape 7\" }\n");  // 4 + 3 + 2, less two for tests

  const auto checked = sganc({"check", "model.toml", "--threads", "1"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=2", "--set",
                              "train.steps_per_epoch=61"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.err.find("\nspread.shape: labels reached 7 images, "), std::string::npos) << trained.err;
  EXPECT_NE(trained.err.find("\nspread.both: labels reached 7 images, "), std::string::npos) << trained.err;
  EXPECT_EQ(trained.err.find("no update sees"), std::string::npos) << trained.err;  // no such label is known
  EXPECT_TRUE(trained.out.starts_with("test accuracy ")) << trained.out;
  EXPECT_EQ(content("runs/photos/classes.txt"), "cat\ndog\n");
  EXPECT_EQ(sganc({"suggest", "runs/photos", "--count", "1"}).code, 0);
}

TEST_F(CliInit, AGanOnDemand) {
  write_pictures("cat", 4);
  write_pictures("dog", 3);
  const auto ending = sganc({"init", "photos", "--recipe", "gan"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_NE(ending.err.find(
                "model: images of 13x9x1, 2 classes; a semi-supervised GAN that learns from 5 labels and "
                "5 images; what to change"),
            std::string::npos)
      << ending.err;
  expect_line("model.toml", "draw      = { x = \"labeled 5\" }\n");
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=2"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(content("runs/photos/resolved.toml").find("\ncritic = \"critic\"\n"), std::string::npos);
  expect_error(sganc({"init", "photos", "--recipe", "gann", "--force"}), 2,
               "error: there is no recipe \"gann\"\nhelp: did you mean \"gan\"?\n");
}

TEST_F(CliInit, PicturesOfManySizes) {
  write_pictures("train/cat", 60, 100, 200);
  write_pictures("train/dog", 60, 90, 210, 3);
  write_pictures("test/cat", 1);
  write_pictures("test/dog", 1, 7, 7, 3);
  folder.file("photos/train/cat/0.png", "GIF89a");
  const auto ending = sganc({"init", "photos", "--out", "a b.toml"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(
      ending.err,
      "photos: 121 pictures, 2 classes\n"
      "  cat: 59 and 1 to test\n"
      "  dog: 60 and 1 to test\n"
      "  height x width: 7x7 to 100x210, the middle one 90x200; 61 in colour\n"
      "  pictures that cannot be read, and that training stops at: 1\n"
      "    photos/train/cat/0.png: not a readable GIF picture: Unexpected end of GIF source data\n"
      "model: images of 28x64x3, 2 classes; a classifier that learns from 20 labels and spreads them over "
      "107 images; what to change and to type next stands in the file\n");
  expect_line(
      "a b.toml",
      "source = { folder = \"photos\", fit = \"crop\" }  # \"stretch\" shows whole pictures\n"
      "labels = { per_class = 10 }             # all other images are used without theirs; { all = true } "
      "uses all labels\n"
      "validation = { fraction = 0.1 }         # of each class: measured, never learned from\n"
      "range ");
  expect_line("a b.toml", "splits     = [\"validation\"] ");
  expect_line("a b.toml", "#   ./sganc check 'a b.toml' ");
  EXPECT_EQ(sganc({"init", "photos", "-q", "--force", "--size", "16"}).err, "");
  expect_line("model.toml", "image  = [4, 16, 3] ");
  fs::remove(folder / "photos/train/cat/0.png");
  const auto checked = sganc({"check", "model.toml", "--threads", "1"});
  EXPECT_EQ(checked.code, 0) << checked.err;
}

TEST_F(CliInit, ValidationImagesOfTheFolder) {
  for (const std::string name : {"train/cat", "train/dog"}) write_pictures(name, 5);
  for (const std::string name : {"val/cat", "val/dog"}) write_pictures(name, 2);
  const auto ending = sganc({"init", "photos"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.err,
            "photos: 14 pictures, 2 classes\n"
            "  cat: 5\n"
            "  dog: 5\n"
            "  held out for validation: 4\n"
            "  height x width: all 13x9; gray\n"
            "  \"val\" is taken for the validation images\n"
            "model: images of 13x9x1, 2 classes; a classifier that learns from 8 labels; what to change and "
            "to type "
            "next stands in the file\n");
  expect_line("model.toml",
              "validation = { given = true }           # 4 images of the source's own: measured, never "
              "learned from\n");
  expect_line("model.toml", "splits     = [\"validation\"] ");
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=2"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.err.find("         4 of the training images are validation images of its own\n"),
            std::string::npos)
      << trained.err;
  EXPECT_NE(trained.err.find("epoch 1/1: validation accuracy "), std::string::npos) << trained.err;
  EXPECT_TRUE(exists("runs/photos/checkpoints/best.safetensors"));
  EXPECT_EQ(content("runs/photos/validation.txt"),
            "val/cat/0.png\nval/cat/1.png\nval/dog/0.png\nval/dog/1.png\n");
  EXPECT_EQ(sganc({"eval", "runs/photos", "--split", "validation"}).code, 0);
}

TEST_F(CliInit, PathsAreThoseOfTheFileThatNamesThem) {
  write_pictures("a b/cat", 2);
  write_pictures("a b/dog", 2);
  fs::create_directory(folder / "models");
  EXPECT_EQ(sganc({"init", "photos/a b/", "--out", "models/mine.toml", "-q"}).out, "models/mine.toml\n");
  expect_line("models/mine.toml", "source = { folder = \"../photos/a b\" }\n");
  expect_line("models/mine.toml", "name = \"a-b\" ");
  const auto loaded = sganc({"compile", "models/mine.toml", "--emit", "model"});
  EXPECT_NE(folder.without_path(loaded.out).find("folder = \"FOLDER/photos/a b\""), std::string::npos)
      << loaded.err;
}

TEST_F(CliInit, Arrays) {
  folder.file("x.train.npy", npy_of("|u1", "(6, 5, 3)", std::string(90, 'x')));
  folder.file("y.npy", npy_of("|i1", "(6,)", std::string("\0\1\0\1\xff\0", 6)));
  const auto ending = sganc({"init", "x.train.npy", "y.npy"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(
      ending.err,
      "x.train.npy: 6 training and 0 test images of 5x3x1, 2 classes\n"
      "  0: 3\n"
      "  1: 2\n"
      "  without a label: 1\n"
      "model: images of 5x3x1, 2 classes; a classifier that learns from 3 labels and spreads them over 4 "
      "images; what to change and to type next stands in the file\n");
  expect_line("model.toml", "name = \"x\" ");
  expect_line("model.toml", "source = { images = \"x.train.npy\", labels = \"y.npy\" }\n");
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  expect_error(sganc({"init", "x.train.npy", "y.npy", "x.train.npy", "--out", "b.toml"}), 2,
               "error: arrays are two files or four: images and labels, test images and test labels\n"
               "help: a folder or a data set's name stands alone\n");
  expect_error(sganc({"init", "x.train.npy", "--out", "b.toml"}), 2,
               "error: \"x.train.npy\" is no folder\n"
               "help: for arrays, name the images and their labels: sganc init x.npy y.npy\n");
  folder.file("x.csv", "label,pixel\n");
  expect_error(sganc({"init", "x.csv", "--out", "b.toml"}), 2,
               "error: x.csv: no array that can be read (.npy, .npz or IDX), but a table: np.save(\"x.npy\", "
               "pd.read_csv(file).to_numpy()) writes its numbers\n");
  expect_error(sganc({"init", "y.npy", "y.npy", "--out", "b.toml"}), 2,
               "error: y.npy: images must have the shape (count, height, width) or (count, height, width, "
               "channels), found (6,)\n");
}

TEST_F(CliInit, AClassWithOneImageTrains) {
  write_pictures("cat", 1);
  write_pictures("dog", 4);
  write_pictures("unlabeled", 3);
  EXPECT_EQ(sganc({"init", "photos"}).code, 0);
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(
      trained.err.find("         the test images are taken from the training images, of each class 0 1\n"),
      std::string::npos)
      << trained.err;
  EXPECT_NE(trained.err.find("labels   4, of each class 1 3\n         one label only of the class cat"),
            std::string::npos)
      << trained.err;
}

TEST_F(CliInit, OneLabelledImageOfEachClassTrains) {
  write_pictures("cat", 1);
  write_pictures("dog", 1);
  write_pictures("unlabeled", 9);
  EXPECT_EQ(sganc({"init", "photos"}).code, 0);
  EXPECT_EQ(content("model.toml").find("\ntest   = "), std::string::npos);
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(trained.out, "");
  for (const std::string line : {"         no test images: no class has two images with a label\n",
                                 "         one label only of the classes cat and dog: much depends"})
    EXPECT_NE(trained.err.find(line), std::string::npos) << trained.err;
  EXPECT_EQ(content("runs/photos/labels.txt"), "cat/0.png\ndog/0.png\n");
  const auto checked = sganc({"check", "model.toml", "--threads", "1"});
  EXPECT_NE(checked.out.find("\nlabels    one label only of the classes cat and dog: much depends"),
            std::string::npos)
      << checked.out;
}

TEST_F(CliInit, AnArchiveOfArrays) {
  const auto images = npy_of("|u1", "(6, 3, 4, 5)", std::string(360, 'x'));
  const auto labels = npy_of("<U3", "(6,)", texts({"cat", "ox", "cat", "ox", "", "cat"}, 3));
  folder.file("pets.npz", npz_bytes({{"x_train", images}, {"y_train", labels}}, true));
  const auto ending = sganc({"init", "pets.npz"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(
      ending.err,
      "pets.npz: 6 training and 0 test images of 4x5x3, 2 classes\n"
      "  pets.npz: images = x_train, labels = y_train\n"
      "  x_train: channels come first in (6, 3, 4, 5): taken as images of 4x5 with 3 channels\n"
      "  cat: 3\n"
      "  ox: 2\n"
      "  without a label: 1\n"
      "model: images of 4x5x3, 2 classes; a classifier that learns from 3 labels and spreads them over 4 "
      "images; what to change and to type next stands in the file\n");
  expect_line("model.toml", "name = \"pets\" ");
  expect_line("model.toml", "source = { images = \"pets.npz\" }\n");
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(content("runs/pets/classes.txt"), "cat\nox\n");
  const auto predicted = sganc({"predict", "runs/pets", "pets.npz/x_train"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_TRUE(lines_of(predicted.out).at(6).starts_with("pets.npz/x_train[5],")) << predicted.out;
  EXPECT_EQ(sganc({"eval", "runs/pets", "--split", "train"}).code, 0);
  fs::create_directory(folder / "moved");
  fs::rename(folder / "pets.npz", folder / "moved/pets.npz");
  EXPECT_EQ(sganc({"eval", "runs/pets", "--split", "train", "--data", "moved"}).code, 0);

  // The same images, measured as those of another place.
  const auto other = sganc({"eval", "runs/pets", "--images", "moved/pets.npz"});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_NE(other.out.find(": moved/pets.npz accuracy "), std::string::npos) << other.out;
  EXPECT_NE(other.out.find(" of 5)"), std::string::npos) << other.out;
  write_pictures("cat", 2, 4, 5, 3);
  write_pictures("ox", 3, 9, 9, 3);
  const auto pictures = sganc({"eval", "runs/pets", "--images", "photos", "--format", "json"});
  EXPECT_EQ(pictures.code, 0) << pictures.err;
  EXPECT_EQ(nlohmann::json::parse(pictures.out)["examples"], 5);
  write_pictures("oxx", 1, 9, 9, 3);
  expect_error(sganc({"eval", "runs/pets", "--images", "photos"}), 2,
               "error: the run knows no class \"oxx\" of photos\nhelp: did you mean \"ox\"?\n");
  expect_error(sganc({"eval", "runs/pets", "--images", "photos", "--split", "train"}), 2,
               "error: --split is about the images of the run, but --images names others\n");
  expect_error(sganc({"eval", "runs/pets", "--labels", "y.npy"}), 2,
               "error: --labels goes with --images PATH\n");

  folder.file("odd.npz", npz_bytes({{"a", images}, {"b", labels}}, false));
  expect_error(
      sganc({"init", "odd.npz", "--out", "b.toml"}), 2,
      "error: odd.npz: holds the arrays a, b, and none has a usual name: write images = \"odd.npz/a\", "
      "and labels in the same way\n");
  EXPECT_EQ(sganc({"init", "odd.npz/a", "odd.npz/b", "--out", "b.toml"}).code, 0);
  expect_line("b.toml", "source = { images = \"odd.npz/a\", labels = \"odd.npz/b\" }\n");
}

TEST_F(CliInit, FloatsAndWhatARunNotesOfThem) {
  std::string numbers;
  for (int i = 0; i < 6 * 12; ++i) {
    const float x = static_cast<float>(i % 5) / 4;
    numbers.append(reinterpret_cast<const char*>(&x), 4);
  }
  folder.file("x.npy", npy_of("<f4", "(6, 4, 3)", numbers));
  folder.file("y.npy", npy_of("|u1", "(6,)", "\1\2\1\2\1\2"));
  const auto ending = sganc({"init", "x.npy", "y.npy"});
  EXPECT_EQ(ending.err,
            "x.npy: 6 training and 0 test images of 4x3x1, 2 classes\n"
            "  x.npy: floats from 0 to 1: 0 is taken as black and 1 as white, in 256 levels\n"
            "  labels begin at 1, and so do the names of the classes\n"
            "  1: 3\n"
            "  2: 3\n"
            "model: images of 4x3x1, 2 classes; a classifier that learns from 4 labels; what to change and "
            "to type next stands in the file\n");
  const auto trained = sganc({"train", "model.toml", "--threads", "1", "--set", "train.epochs=1", "--set",
                              "train.steps_per_epoch=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(content("runs/x/resolved.toml").find(", values = [0.0, 1.0] }\n"), std::string::npos);
  // What the run noted holds for other arrays, whatever they hold.
  const float dark[12] = {-0.5F};
  folder.file("z.npy", npy_of("<f4", "(1, 4, 3)", {reinterpret_cast<const char*>(dark), 48}));
  const auto refused = sganc({"predict", "runs/x", "z.npy"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(
      refused.err.find("error: z.npy: its numbers go from -0.5 to 0, beyond the values 0 and 1 for black "
                       "and white\n"),
      std::string::npos)
      << refused.err;
}

TEST_F(CliInit, ADataSetThatIsKnownByName) {
  const auto ending = sganc({"init", "fashion-mnist"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_TRUE(
      ending.err.starts_with("fashion-mnist: 60000 training and 10000 test images of 28x28x1, 10 classes\n"
                             "  T-shirt/top: 6000 and 1000 to test\n"))
      << ending.err;
  expect_line("model.toml", "source = \"fashion-mnist\"\nlabels = { per_class = 10 } ");
  expect_line("model.toml", "steps_per_epoch = 500 ");
}

TEST_F(CliInit, WhatIsRefused) {
  expect_error(sganc({"init", "fashon-mnist"}), 2,
               "error: there is no folder and no data set \"fashon-mnist\"\n"
               "help: did you mean \"fashion-mnist\"?\n");
  expect_error(sganc({"init", "photos"}), 2,
               "error: there is no folder and no data set \"photos\"\n"
               "help: expected one of \"mnist\", \"fashion-mnist\", \"cifar10\"\n");
  fs::create_directory(folder / "photos");
  expect_error(sganc({"init", "photos"}), 2, "error: photos: holds no pictures\n");
  folder.file("photos/1.png", "none");
  expect_error(
      sganc({"init", "photos"}), 2,
      "error: photos: no picture can be read\n"
      "help: the first: photos/1.png: not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP\n");
  const std::string help =
      "help: the pictures of each class lie in a folder of its own: photos/CLASS/*.png\n";
  folder.file("photos/1.png", png_bytes(picture_of(3, 3, 1, [](auto x, auto, auto) { return x; })));
  expect_error(sganc({"init", "photos", "-q"}), 2,
               "error: photos: no image has a label, and a classifier needs labels of two classes\n" + help);
  write_pictures("cat", 2);
  expect_error(sganc({"init", "photos", "-q"}), 2,
               "error: photos: one class, \"cat\", and a classifier needs two\n" + help);
  folder.file("photos/dog/0.png", "none");
  expect_error(sganc({"init", "photos", "-q"}), 2,
               "error: photos: the class \"dog\" has no image to learn from\n" + help);
  expect_error(sganc({"init", "photos", "--size", "7"}), 2, "error: --size must lie between 8 and 1024\n");
  EXPECT_FALSE(exists("model.toml"));

  write_pictures("dog", 2);
  folder.file("model.toml", "mine");
  expect_error(sganc({"init", "photos"}), 2,
               "error: \"model.toml\" is there already\n"
               "help: name another as --out, or write over it with --force\n");
  EXPECT_EQ(content("model.toml"), "mine");
  EXPECT_EQ(sganc({"init", "photos", "--force"}).code, 0);
  EXPECT_NE(content("model.toml"), "mine");
  expect_error(sganc({"init", "photos", "-q", "--out", "none/model.toml"}), 2,
               "error: none/model.toml: cannot be written: No such file or directory\n");
}

}  // namespace
}  // namespace sganc::testing
