// `sganc eval` and `sganc sample`: what they make of a run, of its checkpoints, and of what is neither.

#include <png.h>

#include <regex>
#include <set>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliRun : public ProgramTest {
 protected:
  CliRun() { train("run", {"-q"}); }

  Ending eval(const std::string& run, const Words& more = {}) {
    Words words = {"eval", run, "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }

  Ending sample(const Words& more) {
    Words words = {"sample", "run", "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }

  /// Trains a model whose first net is wider.
  void train_another() {
    write_variant("wide.toml", "filters = 8, kernel = 3", "filters = 16, kernel = 3");
    const auto ending = sganc({"train", "wide.toml", "--out", "wide", "-q", "--threads", "1"});
    EXPECT_EQ(ending.code, 0) << ending.err;
  }
};

struct Picture {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> gray;
};

Picture read_picture(const std::filesystem::path& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, path.c_str())) return {};
  image.format = PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> gray(PNG_IMAGE_SIZE(image));
  png_image_finish_read(&image, nullptr, gray.data(), 0, nullptr);
  return {image.width, image.height, std::move(gray)};
}

TEST_F(CliRun, EvalMeasuresTheLastCheckpoint) {
  const auto ending = eval("run", {"--split", "test"});
  EXPECT_EQ(ending.code, 0);
  const auto lines = lines_of(ending.out);
  ASSERT_EQ(lines.size(), 1U + 1 + 11 + 1 + 12) << ending.out;
  EXPECT_TRUE(
      std::regex_match(lines[0], std::regex("run/checkpoints/last.safetensors: test accuracy [0-9.]+ % "
                                            "\\([0-9]+ of 10000\\), loss [0-9.]+")))
      << ending.out;
  EXPECT_TRUE(lines[2].starts_with("class")) << lines[2];
  EXPECT_EQ(eval("run").out, ending.out);
  // A file of the run's state holds the same weights.
  const auto state = eval("run/checkpoints/state.safetensors").out;
  EXPECT_EQ(state.substr(state.find(": ")), ending.out.substr(ending.out.find(": ")));
}

TEST_F(CliRun, EvalGivesJson) {
  const auto ending = eval("run/checkpoints/epoch_0001.safetensors", {"--format", "json"});
  EXPECT_EQ(ending.code, 0);
  ASSERT_EQ(lines_of(ending.out).size(), 1U);
  const auto record = nlohmann::ordered_json::parse(ending.out);
  Words keys;
  for (const auto& [key, value] : record.items()) keys.push_back(key);
  EXPECT_EQ(keys, (Words{"kind", "step", "epoch", "split", "examples", "correct", "accuracy", "loss",
                         "classes", "confusion"}));
  EXPECT_EQ(record["kind"], "eval");
  EXPECT_EQ(record["step"], 3);
  EXPECT_EQ(record["epoch"], 1);
  EXPECT_EQ(record["split"], "test");
  EXPECT_EQ(record["examples"], 10000);
  EXPECT_EQ(record["accuracy"].get<double>(), record["correct"].get<double>() / 10000);
  std::int64_t images = 0, right = 0;
  for (std::size_t c = 0; c < 10; ++c) {
    images += record["classes"][c]["images"].get<std::int64_t>();
    right += record["confusion"][c][c].get<std::int64_t>();
  }
  EXPECT_EQ(images, 10000);
  EXPECT_EQ(record["correct"], right);
}

TEST_F(CliRun, EvalOfTheTrainingImages) {
  const auto record = nlohmann::json::parse(eval("run", {"--split", "train", "--format", "json"}).out);
  EXPECT_EQ(record["split"], "train");
  EXPECT_EQ(record["examples"], 60000);
}

TEST_F(CliRun, ThingsThatAreNoRun) {
  expect_error(eval("none"), 2,
               "error: there is no run \"none\"\nhelp: name a run folder, or a checkpoint in one\n");
  expect_error(eval("small.toml"), 2,
               "error: \"small.toml\" is neither a run folder nor a checkpoint of one\n"
               "help: a checkpoint is a .safetensors file in a run's checkpoints folder\n");
  expect_error(eval("."), 2, "error: the run folder \".\" holds no run: it has no model.toml\n");
  expect_error(eval("run", {"--split", "tests"}), 2,
               "error: there is no split \"tests\"\nhelp: did you mean \"test\"?\n");
  expect_error(eval("run", {"--split", "all"}), 2,
               "error: there is no split \"all\"\nhelp: expected one of \"train\", \"hidden\", "
               "\"validation\", \"test\"\n");
  expect_error(eval("run", {"--split", "validation"}), 2,
               "error: there is no split \"validation\": the model of this run holds no images out\n"
               "help: write validation = { per_class = 100 } under [data], and train anew\n");
  std::filesystem::create_directories(folder / "young/run");
  std::filesystem::copy(folder / "run/model.toml", folder / "young/run/model.toml");
  expect_error(eval("young/run"), 2,
               "error: the run \"young/run\" has no checkpoint yet\n"
               "help: it is written after the first epoch\n");
  std::filesystem::copy(folder / "run/checkpoints/last.safetensors", folder / "young/stray.safetensors");
  const auto ending = eval("young/stray.safetensors");
  EXPECT_EQ(folder.without_path(ending.err),
            "error: \"young/stray.safetensors\" does not lie in a run folder: there is no "
            "FOLDER/resolved.toml\n");
  EXPECT_EQ(ending.code, 2);
}

TEST_F(CliRun, CheckpointsThatDoNotFit) {
  train_another();
  std::filesystem::copy(folder / "wide/checkpoints/last.safetensors",
                        folder / "run/checkpoints/wide.safetensors");
  const std::string message =
      "error: \"run/checkpoints/wide.safetensors\" is a checkpoint of another model: its tensor "
      "\"trunk.conv_1.weight\" has the shape [16, 1, 3, 3], this model's has [8, 1, 3, 3]\n";
  expect_error(eval("run/checkpoints/wide.safetensors"), 2, message);
  expect_error(sganc({"sample", "run/checkpoints/wide.safetensors", "--threads", "1"}), 2, message);
  EXPECT_FALSE(exists("grid.png"));

  const auto whole = content("run/checkpoints/last.safetensors");
  folder.file("run/checkpoints/last.safetensors", whole.substr(0, whole.size() - 4));
  const auto ending = eval("run");
  EXPECT_EQ(ending.code, 2);
  EXPECT_TRUE(ending.err.starts_with("error: run/checkpoints/last.safetensors: not a usable checkpoint: "))
      << ending.err;
  EXPECT_EQ(lines_of(ending.err).size(), 1U);
}

TEST_F(CliRun, SampleDrawsAGrid) {
  const auto ending = sample({"--count", "7", "--out", "seven.png"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.out, "seven.png\n");
  const auto seven = read_picture(folder / "seven.png");
  EXPECT_GE(seven.width, 3U * 28);  // 3 x 3, of which 7 are filled
  EXPECT_EQ(seven.height, seven.width);
  EXPECT_GT(std::set<std::uint8_t>(seven.gray.begin(), seven.gray.end()).size(), 10U);

  sample({"--count", "7", "--out", "again.png"});
  EXPECT_EQ(content("again.png"), content("seven.png"));
  sample({"--count", "7", "--out", "other.png", "--seed", "5"});
  EXPECT_NE(content("other.png"), content("seven.png"));
}

TEST_F(CliRun, SampleOfAHundredIsThatOfTheRun) {
  EXPECT_EQ(sample({}).out, "grid.png\n");
  EXPECT_EQ(content("grid.png"), content("run/samples/epoch_0001.png"));
}

TEST_F(CliRun, SamplesInFilesOfTheirOwn) {
  std::filesystem::create_directory(folder / "single");
  EXPECT_EQ(sample({"--count", "3", "--out", "single/a%02d.png"}).out,
            "single/a00.png\nsingle/a01.png\nsingle/a02.png\n");
  EXPECT_EQ(read_picture(folder / "single/a00.png").width, 28U);
  EXPECT_EQ(read_picture(folder / "single/a00.png").height, 28U);
  EXPECT_NE(content("single/a00.png"), content("single/a02.png"));
  EXPECT_EQ(sample({"--count", "1", "--out", "%d.png"}).out, "0.png\n");
  EXPECT_EQ(content("0.png"), content("single/a00.png"));
  EXPECT_EQ(sample({"--count", "1", "--out", "100%.png"}).out, "100%.png\n");  // a grid
  const std::string cure = "help: for example --out out/%04d.png\n";
  expect_error(sample({"--out", "%4d.png"}), 2,
               "error: the numbers of files are %d or %01d to %09d, not \"%4d\"\n" + cure);
  expect_error(sample({"--out", "%d.npy"}), 2,
               "error: \"%d.npy\" names files that are no PNG pictures\n" + cure);
  expect_error(sample({"--out", "a/grid.jpg"}), 2,
               "error: \"a/grid.jpg\" does not name a PNG picture or an array\nhelp: for example --out "
               "a/grid.png\n");
}

TEST_F(CliRun, SamplesThatCannotBe) {
  expect_error(sample({"--count", "0"}), 2, "error: --count must be at least 1\n");
  expect_error(sample({"--count", "4", "--out", "none/x.png"}), 2,
               "error: none/x.png: cannot be written: No such file or directory\n");
  expect_error(sample({"--count", "4", "--out", "run"}), 2,
               "error: run: cannot be written: Is a directory\n");
}

}  // namespace
}  // namespace sganc::testing
