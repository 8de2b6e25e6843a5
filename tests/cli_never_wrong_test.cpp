// A model or a folder of data that was accepted works, or one line says why not before the training begins.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "runtime/data/picture_file.h"
#include "runtime/report/picture.h"
#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

/// Returns a .npy file of this type and shape.
std::string npy(const std::string& type, const std::string& shape, const std::string& content) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  const auto size = static_cast<unsigned>(header.size());
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(size & 255) + static_cast<char>(size >> 8) +
         header + content;
}

class NeverWrong : public ProgramTest {
 protected:
  /// Writes arrays of `count` images of this shape, with the labels first, first + 1, first + 2 in turn.
  void write_arrays(int count, int side, int channels, int first = 0) {
    std::string pixels(static_cast<std::size_t>(count * side * side * channels), '\0'), labels;
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<char>(i * 37 % 251);
    for (int i = 0; i < count; ++i) labels += static_cast<char>(first + i % 3);
    const std::string n = std::to_string(count), s = std::to_string(side);
    folder.file("x.npy",
                npy("|u1", "(" + n + ", " + s + ", " + s + ", " + std::to_string(channels) + ")", pixels));
    folder.file("y.npy", npy("|u1", "(" + n + ",)", labels));
  }

  Ending train_file(const std::string& model, Words more = {}) {
    Words words = {"train", model, "--out", "run", "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }

  /// Starts the program in a folder below this one. Its outputs go to out.txt and err.txt.
  pid_t start_in(const std::string& below, Words words) {
    const auto in = folder / below, out = folder / "out.txt", err = folder / "err.txt";
    const pid_t child = ::fork();
    if (child != 0) return child;
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    const bool ready = ::chdir(in.c_str()) == 0 && ::dup2(::open(out.c_str(), kWrite, 0666), 1) == 1 &&
                       ::dup2(::open(err.c_str(), kWrite, 0666), 2) == 2;
    std::vector<char*> arguments;
    words.insert(words.begin(), SGANC_PROGRAM);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (ready) ::execv(SGANC_PROGRAM, arguments.data());
    ::_exit(127);
  }

  Ending run_in(const std::string& below, const Words& words) {
    int status = 0;
    ::waitpid(start_in(below, words), &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content("out.txt"), content("err.txt")};
  }

  /// Returns the most memory that the program takes at one time. The test fails if the program fails.
  double peak_of(const Words& words) {
    const pid_t child = start_in(".", words);
    const auto status_file = "/proc/" + std::to_string(child) + "/status";
    double peak = 0;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
      std::ifstream lines(status_file);
      for (std::string line; std::getline(lines, line);)
        if (line.starts_with("VmHWM:")) peak = 1024 * std::stod(line.substr(6));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(status, 0) << content("err.txt");
    return peak;
  }

  /// Writes photos of two classes into S.
  void write_photos() {
    for (int i = 0; i < 12; ++i) {
      Picture picture{8, 8, 1, std::vector<std::uint8_t>(64, static_cast<std::uint8_t>(20 * i))};
      fs::create_directories(folder / "S/cat");
      fs::create_directories(folder / "S/dog");
      const auto path =
          folder / ("S/" + std::string(i % 2 == 0 ? "cat/" : "dog/") + std::to_string(i) + ".png");
      std::ofstream(path, std::ios::binary) << png_bytes(picture);
    }
  }
};

TEST_F(NeverWrong, ImagesOfAnyChannelsAreDrawn) {
  write_arrays(30, 8, 2);
  const auto made = sganc({"init", "x.npy", "y.npy", "--recipe", "gan", "--out", "two.toml"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto trained =
      train_file("two.toml", {"--set", "train.epochs=1", "--set", "train.steps_per_epoch=2"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_GT(read_picture(folder / "run/samples/epoch_0001.png").picture.width, 2 * 8 * 10);
  const auto drawn = sganc({"sample", "run", "--count", "1", "--out", "grid.png", "--threads", "1"});
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  const auto grid = read_picture(folder / "grid.png").picture;
  EXPECT_EQ(grid.width - 16, 2 * (grid.height - 16));
  EXPECT_EQ(sganc({"sample", "run", "--count", "1", "--out", "grid.npy", "--threads", "1"}).code, 0);
}

TEST_F(NeverWrong, APictureThatCannotBeWrittenEndsNothing) {
  fs::create_directories(folder / "run/samples/epoch_0001.png");
  const auto trained = train_file("small.toml");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.err.find("epoch 1 has no picture: run/samples/epoch_0001.png: cannot be written: Is a "
                             "directory\n"),
            std::string::npos)
      << trained.err;
  EXPECT_TRUE(exists("run/checkpoints/epoch_0001.safetensors"));
}

TEST_F(NeverWrong, TrainingFromInsideTheFolderOfPhotosWorksAgainAndAgain) {
  write_photos();
  const auto run = [&](const Words& words) { return run_in("S", words); };
  const auto made = run({"init", ".", "--recipe", "gan", "--size", "8"});
  ASSERT_EQ(made.code, 0) << made.err;
  const Words train = {"train", "model.toml",     "--threads", "1",
                       "--set", "train.epochs=1", "--set",     "train.steps_per_epoch=1"};
  const auto first = run(train);
  ASSERT_EQ(first.code, 0) << first.err;
  ASSERT_TRUE(exists("S/runs/S/samples/epoch_0001.png"));
  EXPECT_EQ(run({"sample", "runs/S", "--count", "4", "--threads", "1"}).code, 0);
  auto elsewhere = train;
  elsewhere.insert(elsewhere.end(), {"--out", "runs/again"});
  const auto again = run(elsewhere);
  EXPECT_EQ(again.code, 0) << again.err;
  const std::string line = "left out, since sganc wrote them: grid.png and runs\n";
  EXPECT_NE(again.err.find("\n         " + line), std::string::npos) << again.err;
  EXPECT_EQ(content("S/runs/S/labels.txt"), content("S/runs/again/labels.txt"));
  EXPECT_NE(run({"data", "."}).out.find("\n  " + line), std::string::npos);
  EXPECT_NE(run({"init", ".", "--size", "8", "--force"}).err.find("\n  " + line), std::string::npos);
}

TEST_F(NeverWrong, LabelsThatBeginAtTwo) {
  write_arrays(30, 8, 1, 2);
  const std::string message =
      "y.npy: no image has the label 0, the smallest is 2: subtract it from each label, y - y.min()\n";
  expect_error(sganc({"init", "x.npy", "y.npy"}), 2, "error: " + message);
  write_variant("two.toml", "source = \"fashion-mnist\"",
                "source = { images = \"x.npy\", labels = \"y.npy\" }");
  write_arrays(30, 28, 1, 2);
  const auto ending = train_file("two.toml", {"-q"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(ending.err, "two.toml:4:39: error: " + (folder / message).string() +
                            "  4 | source = { images = \"x.npy\", labels = \"y.npy\" }\n"
                            "    |                                       ^^^^^^^\n");
  EXPECT_FALSE(exists("run/model.toml"));
}

TEST_F(NeverWrong, AKernelThatIsNormalizedDoesNotBeginAtZero) {
  write_variant("zeros.toml", "{ kind = \"dense\", units = 10 }",
                "{ kind = \"dense\", units = 10, norm = \"spectral_norm\", initializer = \"zeros\" }");
  expect_error(
      train_file("zeros.toml", {"-q"}), 2,
      R"(zeros.toml:35:79: error: a kernel that begins at zero has no largest singular value, and norm = "spectral_norm" divides by it
  35 | layers = [{ kind = "dense", units = 10, norm = "spectral_norm", initializer = "zeros" }]
     |                                                                               ^^^^^^^
help: begin with another initializer, or leave norm out
)");
  write_variant(
      "normal.toml", "{ kind = \"dense\", units = 10 }",
      "{ kind = \"dense\", units = 10, norm = \"weight_norm\", initializer = \"normal\", deviation = 0 }");
  expect_error(
      train_file("normal.toml", {"-q"}), 2,
      R"(normal.toml:35:99: error: a kernel that begins at zero has no direction, and norm = "weight_norm" divides by its length
  35 | layers = [{ kind = "dense", units = 10, norm = "weight_norm", initializer = "normal", deviation = 0 }]
     |                                                                                                   ^
help: begin with another initializer, or leave norm out
)");
}

/// The loss is finite, but its gradient is not: the loss takes the square root of 0, since the last layer
/// begins at zero. No weight has moved yet, so no earlier layer may be blamed.
TEST_F(NeverWrong, WhatIsNotFiniteIsFoundWhereItBegins) {
  write_variant("root.toml", "\"cross_entropy(classifier(x), label(x))\"",
                "\"cross_entropy(classifier(x), label(x)) + mean(sqrt(square(logits(x))))\"");
  const auto ending = train_file("root.toml", {"-q", "--set", "net.logits.layers.dense_1.initializer=zeros"});
  EXPECT_EQ(ending.code, 1);
  const std::string begin = "error: update \"c\" became not finite at step 1: first in ";
  EXPECT_TRUE(ending.err.starts_with(begin)) << ending.err;
  EXPECT_TRUE(ending.err.ends_with(".backward; there is no checkpoint yet\n")) << ending.err;
  EXPECT_EQ(ending.err.find("trunk"), std::string::npos) << ending.err;
}

/// Names with all characters that TOML escapes survive in every file that is written.
TEST_F(NeverWrong, NamesWithQuotesAndBackslashes) {
  write_photos();
  const std::string photos = "S \"\\q'\n", model = "m \"x\" \\u\n.toml";
  fs::rename(folder / "S", folder / photos);
  const auto made = sganc({"init", photos, "--recipe", "gan", "--size", "8", "--out", model});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto trained = train_file(model, {"--set", "train.epochs=1", "--set", "train.steps_per_epoch=1"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(sganc({"eval", "run", "--split", "test", "--threads", "1"}).code, 0);
  const auto tuned =
      sganc({"tune", model, "--threads", "1", "--budget", "1s", "--kernel", "c/trunk.*", "-q"});
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  const auto schedule = "runs/tune/" + model.substr(0, model.size() - 5) + "-tuned.toml";
  ASSERT_TRUE(exists(schedule));
  const auto compiled = sganc({"compile", model, "--schedule", schedule, "--emit", "schedule", "-q"});
  EXPECT_EQ(compiled.code, 0) << compiled.err;
  EXPECT_NE(compiled.out.find("name = \"m \\\"x\\\" \\\\u\\u000A-tuned\""), std::string::npos)
      << compiled.out;
}

TEST_F(NeverWrong, NamesThatAreNotUtf8) {
  write_photos();
  fs::rename(folder / "S", folder / "caf\xe9");
  expect_error(
      sganc({"init", "caf\xe9"}), 2,
      "error: the name of \"caf\uFFFD\" holds bytes that are not UTF-8, and a model file could not hold "
      "it\nhelp: rename it, or name a link to it\n");
}

/// `check` reports the memory that training takes, whether most of it is activations of training,
/// activations of evaluation, or weights.
TEST_F(NeverWrong, MemoryIsWhatTrainingTakes) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizers take memory of their own";
#endif
  write_arrays(30, 96, 3);
  folder.file("big.toml", R"toml(name = "big"
[data]
source = { images = "x.npy", labels = "y.npy" }
labels = { all = true }
[input]
image = [96, 96, 3]
[net.classifier]
of = "image"
layers = [
  { kind = "conv", filters = 16, kernel = 3 },
  { kind = "relu" },
  { kind = "conv", filters = 4, kernel = 3, stride = 4 },
  { kind = "flatten" },
  { kind = "dense", units = 3 },
  { kind = "softmax" },
]
[optimizer]
o = { kind = "adam", rate = 1e-4 }
[[update]]
name = "c"
draw = { x = "labeled 8" }
minimize = "cross_entropy(classifier(x), label(x))"
train = ["classifier"]
optimizer = "o"
[train]
epochs = 1
steps_per_epoch = 2
)toml");
  for (const std::string change : {"update.c.draw.x=\"labeled 8\"", "update.c.draw.x=\"labeled 96\"",
                                   "net.classifier.layers.dense_1.units=4000"}) {
    SCOPED_TRACE(change);
    const Words common = {"big.toml", "--threads", "1", "--set", change};
    Words check = {"check", "--format", "json"}, train = {"train", "--out", "run", "--force"};
    for (auto* words : {&check, &train}) words->insert(words->end(), common.begin(), common.end());
    const auto checked = sganc(check);
    ASSERT_EQ(checked.code, 0) << checked.err;
    const double said = nlohmann::json::parse(checked.out)["peak_memory_bytes"];
    fs::remove_all(folder / "run");
    fs::create_directories(folder / "run");
    std::erase(train, "--force");
    const double taken = peak_of(train);
    EXPECT_GT(taken, 200e6);
    EXPECT_LT(taken, 500e6);  // 200 images at once would take much more
    EXPECT_NEAR(said, taken, 0.1 * taken);
  }
}

}  // namespace
}  // namespace sganc::testing
