// `sganc predict`, and `sganc sample` of given points: of a run that was trained for a few steps.

#include <cmath>

#include "runtime/data/array_files.h"
#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliPredict : public ProgramTest {
 protected:
  CliPredict() { train("run", {"-q"}); }

  Ending predict(const Words& more) {
    Words words = {"predict", "run", "--threads", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }

  Ending sample(const Words& more) {
    Words words = {"sample", "run", "--threads", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }

  /// Writes a picture of that size as photos/NAME.
  void write(const std::string& name, int value, std::int64_t side = 28) const {
    folder.file(
        "photos/" + name,
        png_bytes(picture_of(side, side, 1, [&](auto x, auto y, auto) { return x * y / 4 + value; })));
  }

  /// Returns the fields of a line that has no quotation marks.
  static Words fields(const std::string& line) {
    Words fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    return fields;
  }
};

TEST_F(CliPredict, ARowForEachPicture) {
  write("b.png", 1);
  write("a/deep/c.png", 90, 50);
  write("a,b.png", 40);
  const auto ending = predict({"photos/b.png", "photos"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  const auto lines = lines_of(ending.out);
  ASSERT_EQ(lines.size(), 5u) << ending.out;
  EXPECT_EQ(lines[0], "path,class,probability,real");
  EXPECT_EQ(lines[1], lines[4]);
  EXPECT_TRUE(lines[2].starts_with("photos/a/deep/c.png,")) << lines[2];
  EXPECT_TRUE(lines[3].starts_with("\"photos/a,b.png\",")) << lines[3];
  EXPECT_TRUE(lines[4].starts_with("photos/b.png,")) << lines[4];
  EXPECT_NE(content("run/classes.txt").find(fields(lines[1])[1] + "\n"), std::string::npos);
  EXPECT_EQ(predict({"photos/b.png"}).out, lines[0] + "\n" + lines[1] + "\n");

  EXPECT_EQ(predict({"photos", "--out", "rows.csv"}).out, "");
  EXPECT_EQ(content("rows.csv"), lines[0] + "\n" + lines[2] + "\n" + lines[3] + "\n" + lines[4] + "\n");
  EXPECT_EQ(predict({"photos/b.png", "--format", "text"}).out, lines[0] + "\n" + lines[1] + "\n");
  const auto of_epoch = sganc({"predict", "run/checkpoints/epoch_0001.safetensors", "photos/b.png"});
  EXPECT_EQ(of_epoch.out, lines[0] + "\n" + lines[1] + "\n");
  EXPECT_EQ(predict({"photos/b.png", "--checkpoint", "1"}).out, of_epoch.out);
}

TEST_F(CliPredict, SortsPicturesIntoFolders) {
  write("a/1.png", 1);
  write("b/1.png", 90);
  write("b/2.png", 180);
  const auto rows = lines_of(predict({"photos"}).out);
  const auto ending = predict({"photos", "--sort", "sorted", "--sure", "0"});
  ASSERT_EQ(ending.code, 0) << ending.err;
  EXPECT_TRUE(ending.err.find("3 pictures in sorted: ") != std::string::npos) << ending.err;
  std::map<std::string, int> of_class;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    auto name = fields(rows[i])[1];
    std::ranges::replace(name, '/', '_');
    ++of_class[name];
  }
  for (const auto& [name, count] : of_class)
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / ("sorted/" + name)), fs::directory_iterator()),
              count)
        << name;
  expect_error(predict({"photos", "--sort", "sorted"}), 2,
               "error: \"sorted\" holds something already\nhelp: name a new folder as --sort\n");

  const auto unsure = predict({"photos", "--sort", "links", "--sure", "1", "--link"});
  EXPECT_EQ(unsure.code, 0) << unsure.err;
  EXPECT_TRUE(unsure.err.find("3 pictures in links: unsure 3\n") != std::string::npos) << unsure.err;
  EXPECT_TRUE(fs::is_symlink(folder / "links/unsure/1 (2).png"));
  EXPECT_EQ(content("links/unsure/1.png"), content("photos/a/1.png"));
  EXPECT_EQ(content("links/unsure/1 (2).png"), content("photos/b/1.png"));

  expect_error(predict({"photos", "--link"}), 2, "error: --link goes with --sort DIR\n");
  expect_error(predict({"photos", "--sure", "0.5"}), 2, "error: --sure goes with --sort DIR\n");
  expect_error(predict({"photos", "--sort", "x", "--sure", "2"}), 2,
               "error: --sure must lie between 0 and 1\n");
}

TEST_F(CliPredict, LogitsAndProbabilities) {
  write("b.png", 1);
  const auto lines = lines_of(predict({"photos/b.png", "--logits", "--probabilities"}).out);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("path,class,probability,real,logit:T-shirt/top,logit:Trouser,"))
      << lines[0];
  const auto row = fields(lines[1]), header = fields(lines[0]);
  ASSERT_EQ(row.size(), 24u);
  std::vector<double> logits, probabilities;
  double z = 0, sum = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    z += std::exp(std::stod(row[4 + i]));
    sum += std::stod(row[14 + i]);
  }
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_NEAR(std::stod(row[3]), z / (z + 1), 1e-5);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_NEAR(std::stod(row[14 + i]), std::exp(std::stod(row[4 + i])) / z, 1e-5);
    EXPECT_LE(std::stod(row[14 + i]), std::stod(row[2]));
    EXPECT_EQ(row[14 + i] == row[2], header[14 + i] == "probability:" + row[1]);
  }
  const auto json = nlohmann::ordered_json::parse(
      predict({"photos/b.png", "--logits", "--probabilities", "--format", "json"}).out);
  EXPECT_EQ(json["path"], "photos/b.png");
  EXPECT_EQ(json["class"], row[1]);
  EXPECT_EQ(json["probability"], std::stod(row[2]));
  EXPECT_EQ(json["real"], std::stod(row[3]));
  EXPECT_EQ(json["logits"]["Trouser"], std::stod(row[5]));
  EXPECT_EQ(json["probabilities"]["Trouser"], std::stod(row[15]));
}

TEST_F(CliPredict, ArraysAndTheTestImagesThemselves) {
  std::string pixels;
  for (int i = 0; i < 3 * 28 * 28; ++i) pixels += static_cast<char>(i % 28 * (i / 28 % 28) / 4 + i / 784);
  folder.file("x.npy", npy_of("|u1", "(3, 28, 28)", pixels));
  write("1.png", 1);
  const auto lines = lines_of(predict({"x.npy", "photos/1.png"}).out);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_TRUE(lines[1].starts_with("x.npy[0],") && lines[3].starts_with("x.npy[2],")) << lines[3];
  EXPECT_EQ(lines[2].substr(8), lines[4].substr(12));  // the same image

  // The counts are those of eval.
  const auto eval = nlohmann::json::parse(sganc({"eval", "run", "--threads", "2", "--format", "json"}).out);
  const std::string data = "/usr/share/datasets/fashion-mnist/t10k-";
  const auto rows = lines_of(predict({data + "images-idx3-ubyte.gz"}).out);
  const auto labels = read_array_labels(data + "labels-idx1-ubyte.gz", 10000).numbers;
  const auto classes = lines_of(content("run/classes.txt"));
  ASSERT_EQ(rows.size(), 10001u);
  int correct = 0;
  for (std::size_t i = 0; i < 10000; ++i)
    correct += fields(rows[i + 1])[1] == classes[static_cast<std::size_t>(labels[i])];
  EXPECT_EQ(correct, eval["correct"]);
}

TEST_F(CliPredict, FilesThatCannotBeRead) {
  write("b.png", 1);
  write("d.png", 2);
  folder.file("photos/a.png", "none");
  folder.file("photos/c.jpg", "\xff\xd8");
  const auto ending = predict({"photos", "--out", "rows.csv"});
  EXPECT_EQ(ending.code, 1);
  const auto said = lines_of(ending.err);
  ASSERT_GE(said.size(), 3u) << ending.err;
  EXPECT_EQ(said[said.size() - 3],
            "error: photos/a.png: not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP");
  EXPECT_TRUE(said[said.size() - 2].starts_with("error: photos/c.jpg: not a readable JPEG picture: "));
  EXPECT_EQ(said.back(), "2 of 4 files could not be read");
  EXPECT_EQ(lines_of(content("rows.csv")).size(), 3u);
  expect_error(predict({"photos/a.png", "-q"}), 1,
               "error: photos/a.png: not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or "
               "BMP\nerror: no image could be read\n");
  folder.file("x.npy", npy_of("|u1", "(1, 2, 2)", "abcd"));
  expect_error(predict({"x.npy", "-q", "--out", "none.csv"}), 1,
               "error: x.npy: its images are 2x2x1, but the model takes 28x28x1\n"
               "error: no image could be read\n");
  EXPECT_FALSE(exists("none.csv"));
}

TEST_F(CliPredict, MistakesInTheCommand) {
  write("b.png", 1);
  expect_error(sganc({"predict", "run"}), 2,
               "error: sganc predict needs a PATH\n"
               "help: write sganc predict RUN PATH... [--out FILE] [--probabilities] [--logits] [--sort DIR] "
               "[--layer NET] [--format csv|json] [--checkpoint best|last|N]\n");
  expect_error(predict({"photos", "none.png"}), 2, "error: none.png: there is no such file or folder\n");
  fs::create_directory(folder / "empty");
  expect_error(predict({"empty"}), 2, "error: empty: holds no pictures\n");
  expect_error(predict({"photos", "--format", "cvs"}), 2,
               "error: --format cannot be \"cvs\"\nhelp: did you mean \"csv\"?\n");
  expect_error(predict({"photos", "-q", "--out", "none/x.csv"}), 2,
               "error: none/x.csv: cannot be written: No such file or directory\n");
  fs::remove(folder / "run/SHA256SUMS");  // so that the changes below are not noticed
  folder.file("run/classes.txt", "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
  expect_error(predict({"photos", "-q"}), 2,
               "error: run/classes.txt names 11 classes, but the classifier knows 10\n");
  auto resolved = content("run/resolved.toml");
  const std::string line = "classifier = \"classifier\"";
  folder.file("run/resolved.toml",
              resolved.replace(place_of(resolved, line), line.size(), "classifier = \"\""));
  expect_error(predict({"photos", "-q"}), 2,
               "error: the model of this run declares no classifier\n"
               "help: name one as evaluate.classifier\n");
}

TEST_F(CliPredict, SamplesOfGivenPoints) {
  EXPECT_EQ(sample({"--count", "7", "--save-latent", "z.npy", "--out", "seven.png"}).out, "seven.png\n");
  const auto points = read_array_points(folder / "z.npy");
  EXPECT_EQ(points.count, 7);
  EXPECT_EQ(points.size, 8);
  EXPECT_EQ(sample({"--latent", "z.npy", "--out", "again.png"}).out, "again.png\n");
  EXPECT_EQ(content("again.png"), content("seven.png"));

  EXPECT_EQ(sample({"--latent", "z.npy", "--out", "x.npy"}).out, "x.npy\n");
  EXPECT_EQ(sample({"--count", "7", "--out", "same.npy"}).out, "same.npy\n");
  EXPECT_EQ(content("x.npy"), content("same.npy"));
  const auto header = std::string("{'descr': '<f4', 'fortran_order': False, 'shape': (7, 28, 28, 1), }");
  EXPECT_EQ(content("x.npy").substr(10, header.size()), header);
  EXPECT_EQ(content("x.npy").size(), 128u + 7 * 784 * 4);
}

/// The ends of a way are the images that the points make, whatever lies between them.
TEST_F(CliPredict, SamplesBetweenPoints) {
  const std::size_t image = 784 * 4, header = 128;
  sample({"--count", "7", "--save-latent", "z.npy", "--out", "seven.npy"});
  const auto seven = content("seven.npy");
  const auto row = [&](const std::string& array, std::size_t i) {
    return array.substr(header + i * image, image);
  };
  EXPECT_EQ(sample({"--between", "6,2,5", "--count", "4", "--out", "way.npy"}).out, "way.npy\n");
  const auto way = content("way.npy");
  ASSERT_EQ(way.size(), header + 8 * image);
  EXPECT_EQ(row(way, 0), row(seven, 6));
  EXPECT_EQ(row(way, 3), row(seven, 2));
  EXPECT_EQ(row(way, 4), row(seven, 2));
  EXPECT_EQ(row(way, 7), row(seven, 5));
  EXPECT_NE(row(way, 1), row(way, 0));
  EXPECT_NE(row(way, 1), row(way, 2));
  sample({"--latent", "z.npy", "--between", "6,2,5", "--count", "4", "--out", "given.npy"});
  EXPECT_EQ(content("given.npy"), way);
  EXPECT_EQ(sample({"--between", "0,1"}).out, "grid.png\n");
  EXPECT_EQ(sample({"--count", "1", "--out", "new/%02d.png"}).out, "new/00.png\n");

  expect_error(sample({"--between", "3"}), 2,
               "error: --between takes the numbers of two images or more, counted from 0, not \"3\"\n"
               "help: for example --between 3,17\n");
  expect_error(sample({"--between", "3,x"}), 2,
               "error: --between takes the numbers of two images or more, counted from 0, not \"3,x\"\n"
               "help: for example --between 3,17\n");
  expect_error(sample({"--between", "3,4", "--count", "1"}), 2,
               "error: --between needs a --count of at least 2\n");
  expect_error(sample({"--latent", "z.npy", "--between", "3,7", "-q"}), 2,
               "error: --between names point 7, and there are 7, counted from 0\n");
  expect_error(sample({"--class", "3", "-q"}), 2,
               "error: the generator of this run takes no class, so that --class means nothing to it\n"
               "help: models/papers/conditional_gan.toml has one that does\n");
}

/// What the layer before the softmax gives is what --logits gives.
TEST_F(CliPredict, WritesWhatALayerGives) {
  write("a.png", 1);
  write("b.png", 60);
  const auto ending = predict({"photos", "--layer", "logits", "--out", "logits.npy", "-q"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.out, "photos/a.png\nphotos/b.png\n");
  const auto numbers = read_array_points(folder / "logits.npy");
  EXPECT_EQ(numbers.count, 2);
  EXPECT_EQ(numbers.size, 10);
  const auto lines = lines_of(predict({"photos", "--logits"}).out);
  ASSERT_EQ(lines.size(), 3u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto row = fields(lines[i + 1]);
    for (std::size_t c = 0; c < 10; ++c)
      EXPECT_NEAR(std::stod(row.at(row.size() - 10 + c)), numbers.values[i * 10 + c], 1e-4);
  }
  EXPECT_EQ(predict({"photos", "--layer", "trunk.conv_1", "--out", "maps.npy", "-q"}).code, 0);
  EXPECT_NE(content("maps.npy").find("'shape': (2, "), std::string::npos);

  expect_error(predict({"photos", "--layer", "trunk"}), 2,
               "error: --layer writes an array\nhelp: name its file: --out features.npy\n");
  expect_error(predict({"photos", "--layer", "tronk", "--out", "x.npy", "-q"}), 2,
               "error: the model has no net and no layer \"tronk\" that is a function of an image alone\n"
               "help: did you mean \"trunk\"?\n");
  expect_error(predict({"photos", "--layer", "trunk", "--out", "x.npy", "--logits"}), 2,
               "error: --logits is for a classifier's results, and --layer writes those of a layer\n");
}

TEST_F(CliPredict, PointsThatCannotBe) {
  folder.file("z.npy", npy_of("<f4", "(3, 4)", std::string(48, '\0')));
  expect_error(sample({"--latent", "z.npy", "-q"}), 2,
               "error: z.npy: points have 4 numbers, but the generator takes 8\n");
  expect_error(sample({"--latent", "none.npy"}), 2,
               "error: none.npy: cannot be read: No such file or directory\n");
  const auto drawn = [](const std::string& flag) {
    return "error: " + flag + " is for points that are drawn, but --latent gives the points\n";
  };
  expect_error(sample({"--latent", "z.npy", "--count", "100"}), 2, drawn("--count"));
  expect_error(sample({"--latent", "z.npy", "--seed", "0"}), 2, drawn("--seed"));
  expect_error(sample({"--latent", "z.npy", "--save-latent", "y.npy"}), 2, drawn("--save-latent"));
  EXPECT_FALSE(exists("grid.png"));
}

}  // namespace
}  // namespace sganc::testing
