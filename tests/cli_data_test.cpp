// Training on a user's own data: a folder of pictures, and what is wrong with folders and arrays.

#include "tests/own_data.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliData : public OwnData {};

TEST_F(CliData, AFolderOfPictures) {
  write_photos("train/", 6);
  write_photos("test/", 2);
  for (int i = 0; i < 5; ++i)
    folder.file("photos/unlabeled/" + std::to_string(i) + ".png",
                png_bytes(picture_of(20, 20, 3, [&](auto x, auto y, auto) { return 9 * x * y + i; })));
  folder.file("photos/train/cat/notes.txt", "");
  write_model("{ folder = \"photos\" }");
  const auto ending = train_mine();
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_NE(ending.err.find("\ndata     photos: 23 training and 6 test images of 28x28x3\n"
                            "         5 of the training images have no label\n"
                            "         files that are no pictures, left out: 1\n"
                            "classes  cat, dog, red panda\n"
                            "labels   6, of each class 2 2 2\n"),
            std::string::npos)
      << ending.err;
  EXPECT_TRUE(ending.out.starts_with("test accuracy ") &&
              ending.out.find(" of 6), loss ") != std::string::npos)
      << ending.out;
  EXPECT_EQ(content("run/classes.txt"), "cat\ndog\nred panda\n");
  const auto metrics = records("run/metrics.jsonl");
  ASSERT_EQ(metrics.size(), 4u);
  EXPECT_EQ(metrics[2]["split"], "train");
  EXPECT_EQ(metrics[2]["examples"], 18);  // those with a label
  EXPECT_NE(folder.without_path(content("run/resolved.toml"))
                .find("source = { folder = \"FOLDER/photos\", fit = \"crop\" }\n"),
            std::string::npos);

  const auto evaluated = sganc({"eval", "run", "--threads", "2", "--format", "json"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_EQ(nlohmann::ordered_json::parse(evaluated.out)["accuracy"], metrics[3]["accuracy"]);
  fs::rename(folder / "photos/train/cat", folder / "photos/train/zebra");
  fs::remove_all(folder / "photos/test/cat");
  auto other = sganc({"eval", "run", "--threads", "1"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(
      other.err.find("error: the classes of photos are not those of the run, which are in run/classes.txt\n"),
      std::string::npos)
      << other.err;
}

TEST_F(CliData, ImagesInAFileTrainTheSame) {
  write_photos("train/", 6);
  write_photos("test/", 2);
  write_model("{ folder = \"photos\" }");
  const auto predicted = [&] {
    return sganc({"predict", "run", "photos/test", "--logits", "--threads", "1"}).out;
  };
  const auto tested = train_mine().out;
  const auto in_memory = predicted();
  EXPECT_NE(in_memory, "");
  const auto ending =
      train_mine({"--force", "--set", "data.memory=0", "--data", (folder / "store").string()});
  EXPECT_NE(ending.err.find("\n         images that are kept in a file in FOLDER/store: 0.00 GB\n"),
            std::string::npos)
      << ending.err;
  EXPECT_EQ(ending.out, tested);
  EXPECT_EQ(predicted(), in_memory);
  EXPECT_TRUE(fs::is_empty(folder / "store"));
}

TEST_F(CliData, ATableOfLabels) {
  write_photos("", 6);
  std::string table = "id;species\n";
  for (const std::string name : {"cat", "dog", "red panda"})
    for (int i = 0; i < 5; ++i) {
      const std::string id = std::to_string(i) + (i % 3 == 2 ? ".jpg" : ".png");
      fs::rename(folder / ("photos/" + name + "/" + id), folder / ("photos/" + name + "_" + id));
      table += name + "_" + std::to_string(i) + ";" + name + "\n";
    }
  folder.file("photos.csv", table + "unicorn;dog\n");
  write_model("{ folder = \"photos\", labels = \"photos.csv\" }");
  const auto ending = train_mine();
  EXPECT_NE(
      ending.err.find("\n         photos.csv: \"id\" names the pictures, \"species\" their classes\n"
                      "         rows without a picture, left out: unicorn\n"
                      "         pictures without a row, which have no label: cat/5.jpg, dog/5.jpg and red "
                      "panda/5.jpg\n"
                      "classes  cat, dog, red panda\n"),
      std::string::npos)
      << ending.err;
  EXPECT_EQ(content("run/classes.txt"), "cat\ndog\nred panda\n");
  EXPECT_NE(content("run/resolved.toml").find("labels = \"" + (folder / "photos.csv").string() + "\""),
            std::string::npos);

  const auto looked = sganc({"data", "photos", "--labels", "photos.csv"});
  EXPECT_EQ(looked.out,
            "photos: 18 training and 0 test images, 3 classes, every picture readable\n"
            "  cat: 5\n  dog: 5\n  red panda: 5\n  without a label: 3\n"
            "  photos.csv: \"id\" names the pictures, \"species\" their classes\n"
            "  rows without a picture, left out: unicorn\n"
            "  pictures without a row, which have no label: cat/5.jpg, dog/5.jpg and red panda/5.jpg\n"
            "under [data] of a model: source = { folder = \"photos\", labels = \"photos.csv\" }\n");
  const auto written = sganc({"init", "photos", "--labels", "photos.csv", "--out", "first.toml"});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_NE(content("first.toml").find("source = { folder = \"photos\", labels = \"photos.csv\""),
            std::string::npos);

  folder.file("photos.csv", table + "cat_1;dog\n");
  expect_error(
      train_mine({"--force", "-q"}), 2,
      "mine.toml:4:40: error: FOLDER/photos.csv:17: \"cat_1\" is of the class \"dog\", and in line 3 of "
      "\"cat\": a picture can have one class\n"
      "  4 | source = { folder = \"photos\", labels = \"photos.csv\" }\n"
      "    |                                        ^^^^^^^^^^^^\n");
  expect_error(sganc({"data", "mnist", "--labels", "photos.csv"}), 2,
               "error: --labels goes with a folder of pictures\nhelp: sganc data FOLDER --labels FILE\n");
}

TEST_F(CliData, ColumnsOfATableOfLabelsAreNamed) {
  write_photos("", 4);
  std::string table = "id,kind,size\n";
  for (const std::string name : {"cat", "dog", "red panda"})
    for (int i = 0; i < 4; ++i)
      table += name + "/" + std::to_string(i) + "," + (i % 2 == 0 ? "even" : "odd") + "," + name + "\n";
  folder.file("t.csv", table);
  expect_error(sganc({"data", "photos", "--labels", "t.csv"}), 2,
               "error: t.csv: which column has the classes? There are \"id\", \"kind\", \"size\": name it, "
               "class_column = \"kind\" or --class-column\n");
  const Words columns = {"photos", "--labels", "t.csv", "--class-column", "kind", "--file-column", "id"};
  const auto with = [&](Words words) {
    words.insert(words.begin() + 1, columns.begin(), columns.end());
    return sganc(words);
  };
  const std::string source =
      "source = { folder = \"photos\", labels = \"t.csv\", file_column = \"id\", class_column = \"kind\"";
  const auto looked = with({"data"});
  EXPECT_NE(looked.out.find("  even: 6\n  odd: 6\n"), std::string::npos) << looked.out << looked.err;
  EXPECT_TRUE(looked.out.ends_with("under [data] of a model: " + source + " }\n")) << looked.out;
  EXPECT_EQ(with({"init", "--out", "first.toml"}).code, 0);
  EXPECT_NE(content("first.toml").find("\n" + source), std::string::npos) << content("first.toml");
  expect_error(sganc({"data", "photos", "--class-column", "kind"}), 2,
               "error: --class-column goes with a table of labels\nhelp: name it as --labels FILE\n");
  expect_error(sganc({"eval", "run", "--file-column", "id"}), 2,
               "error: --file-column goes with --images PATH\n");
}

TEST_F(CliData, TestImagesAreTakenWhereThereAreNone) {
  write_photos("", 12);
  write_model("{ folder = \"photos\" }", "test = { per_class = 3 }");
  const auto declared = train_mine();
  EXPECT_EQ(declared.code, 0) << declared.err;
  EXPECT_NE(
      declared.err.find("\ndata     photos: 27 training and 9 test images of 28x28x3\n"
                        "         the test images are taken from the training images, of each class 3 3 3\n"
                        "classes  cat, dog, red panda\n"),
      std::string::npos)
      << declared.err;
  write_model("{ folder = \"photos\" }");
  const auto ending = train_mine({"--force", "--seed", "5"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_NE(
      ending.err.find("\ndata     photos: 33 training and 3 test images of 28x28x3\n"
                      "         the test images are taken from the training images, of each class 1 1 1\n"),
      std::string::npos)
      << ending.err;
  EXPECT_NE(content("run/resolved.toml").find("\ntest = { fraction = 0.1, seed = 0 }\n"), std::string::npos);
  const auto accuracy = records("run/metrics.jsonl").back()["accuracy"];
  EXPECT_EQ(nlohmann::ordered_json::parse(
                sganc({"eval", "run", "--threads", "1", "--format", "json"}).out)["accuracy"],
            accuracy);
  std::filesystem::rename(folder / "photos", folder / "moved");
  expect_error(train_mine({"-q", "--seed", "5", "--resume", "--set", "train.epochs=2"}), 2,
               "mine.toml:4:21: error: FOLDER/photos: there is no such folder\n"
               "  4 | source = { folder = \"photos\" }\n"
               "    |                     ^^^^^^^^\n"
               "help: say where it is now: --set data.source.folder=PATH\n");
  const auto resumed = train_mine(
      {"--seed", "5", "--resume", "--set", "train.epochs=2", "--set", "data.source.folder=moved"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
}

TEST_F(CliData, FilesThatAreWrongAreNamedWithTheirPlace) {
  const auto refused = [&](const std::string& message, const Words& more = {"-q"}) {
    expect_error(train_mine(more), 2, message);
    EXPECT_FALSE(exists("run/model.toml"));
  };
  const auto photos = [](const std::string& message) {
    return "mine.toml:4:21: error: " + message +
           "\n  4 | source = { folder = \"photos\" }\n    |                     ^^^^^^^^\n";
  };
  write_model("{ folder = \"photos\" }");
  refused(photos("FOLDER/photos: there is no such folder"));
  write_photos("", 2);
  refused(
      "--set:1:21: error: the test images are all that photos has of the class \"cat\": 2\n"
      "  1 | data.test.per_class=2\n"
      "    |                     ^\n",
      {"-q", "--set", "data.test.per_class=2"});
  refused(
      "mine.toml:5:24: error: a class of photos has 1 images, but per_class is 2\n"
      "  5 | labels = { per_class = 2 }\n"
      "    |                        ^\n");
  const auto whole = content("photos/dog/1.png");
  folder.file("photos/dog/1.png", whole.substr(0, whole.size() / 2));
  refused(photos("FOLDER/photos/dog/1.png: not a readable PNG picture: it is damaged or cut off") +
          "help: unreadable = \"skip\" under [data] leaves out what cannot be read\n");

  write_model("{ images = \"x.npy\", labels = \"y.npy\" }");
  folder.file("x.npy", npy_of("|u1", "(2, 1, 2)", "abcd"));
  refused(
      "mine.toml:4:39: error: FOLDER/y.npy: cannot be read: No such file or directory\n"
      "  4 | source = { images = \"x.npy\", labels = \"y.npy\" }\n"
      "    |                                       ^^^^^^^\n");
  folder.file("y.npy", npy_of("|u1", "(6,)", std::string("\0\0\1\1\2\2", 6)));
  refused(
      "mine.toml:4:39: error: FOLDER/y.npy: expected 2 labels, one an image, found 6\n"
      "  4 | source = { images = \"x.npy\", labels = \"y.npy\" }\n"
      "    |                                       ^^^^^^^\n");
  folder.file("x.npy", npy_of("|u1", "(6, 1, 2)", "abcdefghijkl"));
  refused(
      "mine.toml:9:1: error: the images of x.npy are [1, 2, 1], not [28, 28, 3]\n"
      "  9 | image  = [28, 28, 3]\n"
      "    | ^^^^^\n");
  folder.file("tx.npy", npy_of("|u1", "(1, 2, 1)", "ab"));
  write_model("{ images = \"x.npy\", test_images = \"tx.npy\", test_labels = \"y.npy\" }");
  folder.file("y.npy", npy_of("|u1", "(1,)", "\1"));
  refused(
      "mine.toml:4:44: error: the test images are [2, 1, 1], the training images [1, 2, 1]\n"
      "  4 | source = { images = \"x.npy\", test_images = \"tx.npy\", test_labels = \"y.npy\" }\n"
      "    |                                            ^^^^^^^^\n");
}

TEST_F(CliData, PicturesThatCannotBeReadMayBeSkipped) {
  write_photos("", 4);
  const auto whole = content("photos/dog/1.png");
  folder.file("photos/dog/1.png", whole.substr(0, 40));
  folder.file("photos/cat/3.png", "");
  write_model("{ folder = \"photos\" }");
  expect_error(train_mine({"-q"}), 2,
               "mine.toml:4:21: error: 2 pictures of photos cannot be read\n"
               "  FOLDER/photos/cat/3.png: the file is empty\n"
               "  FOLDER/photos/dog/1.png: not a readable PNG picture: it is damaged or cut off\n"
               "  4 | source = { folder = \"photos\" }\n"
               "    |                     ^^^^^^^^\n"
               "help: unreadable = \"skip\" under [data] leaves out what cannot be read\n");
  const auto ending = train_mine({"--set", "data.unreadable=skip"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_NE(ending.err.find("\n         pictures that cannot be read, left out: 2\n"
                            "           FOLDER/photos/cat/3.png: the file is empty\n"
                            "           FOLDER/photos/dog/1.png: not a readable PNG picture: it is "
                            "damaged or cut off\n"),
            std::string::npos)
      << ending.err;
  EXPECT_NE(content("run/resolved.toml").find("\nunreadable = \"skip\"\n"), std::string::npos);
  EXPECT_EQ(sganc({"eval", "run", "--split", "train"}).code, 0);
  // Once it can be read, the run leaves it out nevertheless.
  folder.file("photos/dog/1.png", whole);
  EXPECT_EQ(sganc({"eval", "run", "--split", "train"}).code, 0);
  const auto resumed = train_mine({"--set", "data.unreadable=skip", "--resume", "--set", "train.epochs=2"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(
      resumed.err.find("         left out, since they could not be read when the run began: cat/3.png and "
                       "dog/1.png\n"),
      std::string::npos)
      << resumed.err;
}

TEST_F(CliData, ModelsThatDoNotFitThePictures) {
  write_photos("", 4);
  write_model("{ folder = \"photos\" }");
  auto text = content("mine.toml");
  folder.file("mine.toml", std::string(text).replace(place_of(text, "units = 3 "), 10, "units = 2 "));
  expect_error(train_mine({"-q"}), 2,
               "mine.toml:39:6: error: the classifier knows 2 classes, photos has 3\n"
               "  39 | [net.classifier]\n"
               "     |      ^^^^^^^^^^\n");
  folder.file("mine.toml", text);
  fs::rename(folder / "photos", folder / "other");
  folder.file("photos/1.png", png_bytes(picture_of(3, 3, 3, [](auto x, auto, auto) { return x; })));
  expect_error(train_mine({"-q"}), 2,
               "mine.toml:5:24: error: photos has 0 training images with labels, but per_class is 2\n"
               "  5 | labels = { per_class = 2 }\n"
               "    |                        ^\n");
  fs::rename(folder / "other/cat", folder / "photos/cat");
  expect_error(train_mine({"-q", "--set", "data.source=fashion-mnist", "--set", "data.test.total=5"}), 2,
               "--set:1:17: error: fashion-mnist has test images of its own\n"
               "  1 | data.test.total=5\n"
               "    |                 ^\n"
               "help: leave data.test out\n");
}

TEST_F(CliData, TheVerbDataLooksAtAFolder) {
  write_photos("train/", 3);
  write_photos("test/", 1);
  folder.file("photos/unlabeled/u.png", content("photos/train/cat/0.png"));
  folder.file("photos/unlabeled/u.txt", "notes");
  const auto ending = sganc({"data", "photos"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.out,
            "photos: 10 training and 3 test images, 3 classes, every picture readable\n"
            "  cat: 3 and 1\n"
            "  dog: 3 and 1\n"
            "  red panda: 3 and 1\n"
            "  without a label: 1\n"
            "  files that are no pictures, left out: 1\n"
            "under [data] of a model: source = { folder = \"photos\" }\n");
  folder.file("photos/test/dog/0.png", "GIF89a");
  expect_error(sganc({"data", "photos"}), 2,
               "error: photos/test/dog/0.png: not a readable GIF picture: Unexpected end of GIF source data\n"
               "help: unreadable = \"skip\" under [data] leaves out what cannot be read\n");
}

TEST_F(CliData, Cifar10SaysHowToGetIt) {
  auto ending = sganc({"data", "cifar10", "--data", "sets"});
  const std::string files =
      "data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin, "
      "test_batch.bin";
  expect_error(ending, 1,
               "error: the data set cifar10 was not found\n"
               "  sets/cifar10: no " +
                   files +
                   "\n"
                   "  sets/cifar-10-batches-bin: no " +
                   files +
                   "\n"
                   "  sets: no " +
                   files +
                   "\n"
                   "ways to get cifar10:\n"
                   "  put " +
                   files +
                   " (plain or .gz) into sets/cifar10\n"
                   "  or unpack https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz in sets\n");
  const std::string batch(30'730'000, '\0');
  for (const auto* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                           "data_batch_5.bin", "test_batch.bin"})
    folder.file(std::string("sets/cifar-10-batches-bin/") + name, batch);
  ending = sganc({"data", "cifar10", "--data", "sets"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.out,
            "cifar10: 50000 training and 10000 test images of 32x32x3, 10 classes, every size as expected\n"
            "training images of each class: 50000 0 0 0 0 0 0 0 0 0\n");
}

}  // namespace
}  // namespace sganc::testing
