// `sganc study`: runs over draws and seeds, what is kept of them, and their table.

#include "compiler/driver/study/result.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliStudy : public ProgramTest {
 protected:
  Ending study(const Words& more, const std::string& model = "small.toml") {
    Words words = {"study", model, "--out", "s", "--threads", "1", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }
};

TEST_F(CliStudy, TrainsARunForEachDrawAndSeed) {
  const auto ending = study({"--draws", "3,1-2", "--seeds", "7", "--format", "json"});
  ASSERT_EQ(ending.code, 0) << ending.err;
  const auto table = nlohmann::json::parse(ending.out);
  EXPECT_EQ(table["model"], "small");
  EXPECT_EQ(table["split"], "hidden");
  ASSERT_EQ(table["runs"].size(), 3U);
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& run = table["runs"][i];
    EXPECT_EQ(run["draw"], std::vector<int>({3, 1, 2})[i]);
    EXPECT_EQ(run["seed"], 7);
    EXPECT_EQ(run["examples"], 59900);  // without the 100 labelled ones
    sum += run["wrong"].get<double>();
  }
  EXPECT_DOUBLE_EQ(table["mean"], sum / 3);
  EXPECT_NE(content("s/draw_1_seed_7/labels.txt"), content("s/draw_2_seed_7/labels.txt"));
  for (const auto& record : records("s/draw_1_seed_7/metrics.jsonl"))
    EXPECT_NE(record.value("split", ""), "test") << "a study looks at no test images";
  const auto evaluated =
      sganc({"eval", "s/draw_1_seed_7", "--split", "hidden", "--threads", "1", "--format", "json"});
  const auto record = nlohmann::json::parse(evaluated.out);
  EXPECT_EQ(record["examples"].get<std::int64_t>() - record["correct"].get<std::int64_t>(),
            table["runs"][1]["wrong"]);
}

TEST_F(CliStudy, GoesOnWithWhatIsThere) {
  ASSERT_EQ(study({"--draws", "0"}).code, 0);
  const auto first = study({"--draws", "0", "--format", "json"}).out;
  const auto weights = content("s/draw_0_seed_0/checkpoints/last.safetensors");
  const auto written = fs::last_write_time(folder / "s/draw_0_seed_0/log.txt");
  EXPECT_EQ(study({"--draws", "0", "--format", "json"}).out, first);
  EXPECT_EQ(fs::last_write_time(folder / "s/draw_0_seed_0/log.txt"), written) << "it was trained again";
  // A run without a result is resumed and has nothing left to train. One without a checkpoint starts again.
  fs::remove(folder / "s/draw_0_seed_0.hidden.json");
  EXPECT_EQ(study({"--draws", "0", "--format", "json"}).out, first);
  fs::remove(folder / "s/draw_0_seed_0.hidden.json");
  fs::remove_all(folder / "s/draw_0_seed_0/checkpoints");
  EXPECT_EQ(study({"--draws", "0"}).code, 0);
  EXPECT_EQ(content("s/draw_0_seed_0/checkpoints/last.safetensors"), weights);
  // The same runs are evaluated on other images.
  const auto tested = study({"--draws", "0", "--split", "test", "--ensemble", "--format", "json"});
  const auto table = nlohmann::json::parse(tested.out);
  EXPECT_EQ(table["runs"][0]["examples"], 10000);
  EXPECT_EQ(table["ensemble"], table["runs"][0]["wrong"]) << "of one run";
}

TEST_F(CliStudy, RefusesResultsOfAnotherModel) {
  ASSERT_EQ(study({"--draws", "0"}).code, 0);
  expect_error(study({"--draws", "0", "--set", "train.epochs=2"}), 2,
               "error: s/draw_0_seed_0.hidden.json is the result of another model\n"
               "help: give the folder of a study of its own with --out, or remove that one\n");
}

TEST_F(CliStudy, RefusesWhatItCannotMean) {
  const std::string numbers = "\nhelp: write numbers, as in 0-4,7\n";
  expect_error(study({"--draws", "0-x"}), 2,
               "error: --draws cannot be \"0-x\": \"x\" is not a whole number from 0 on" + numbers);
  expect_error(study({"--seeds", "4-2"}), 2, "error: --seeds cannot be \"4-2\": 2 is less than 4" + numbers);
  expect_error(study({"--draws", "1,,2"}), 2,
               "error: --draws cannot be \"1,,2\": \"\" is not a whole number from 0 on" + numbers);
  expect_error(study({"--draws", "0-99999"}), 2,
               "error: --draws cannot be \"0-99999\": that is more than 10000 runs" + numbers);
  expect_error(study({"--split", "tset"}), 2,
               "error: there is no split \"tset\"\nhelp: did you mean \"test\"?\n");
  expect_error(study({"--split", "validation"}), 2,
               "error: there is no split \"validation\": the model holds no images out\n"
               "help: write validation = { per_class = 100 } under [data]\n");
  expect_error(
      study({"--ensemble"}), 2,
      "error: --ensemble needs the same images for every run, and the split hidden has others for each "
      "draw\nhelp: add --split train, validation or test\n");
  EXPECT_FALSE(exists("s"));
}

StudyTable two_runs() {
  return {
      .model = "small",
      .split = "test",
      .results = {{.draw = 10,
                   .seed = 0,
                   .split = "test",
                   .wrong = 66,
                   .examples = 10000,
                   .minutes = 14.96,
                   .confusions = {{"7", "2", 12}, {"4", "9", 8}}},
                  {.draw = 11, .seed = 0, .split = "test", .wrong = 1234, .examples = 10000, .minutes = 2}},
      .failures = {"draw 12, seed 0: see s/draw_12_seed_0/log.txt"},
      .ensemble = 60};
}

TEST(StudyTable, AsText) {
  EXPECT_EQ(to_text(two_runs()), R"(small on the images of the split test
draw  seed  wrong    error  minutes  most frequent confusions
  10     0     66   0.66 %     15.0  7 as 2 (12), 4 as 9 (8)
  11     0  1,234  12.34 %      2.0
mean 650.0 wrong of 10,000 (6.50 %), standard deviation 825.9, best 66, worst 1,234
ensemble of all 2 runs: 60 wrong (0.60 %)
failed: draw 12, seed 0: see s/draw_12_seed_0/log.txt
)");
}

TEST(StudyTable, AsMarkdown) {
  auto table = two_runs();
  table.failures.clear();
  table.ensemble.reset();
  EXPECT_EQ(to_markdown(table), R"(small on the images of the split test:

| draw | seed | wrong | error | minutes | most frequent confusions |
| ---: | ---: | ---: | ---: | ---: | --- |
| 10 | 0 | 66 | 0.66 % | 15.0 | 7 as 2 (12), 4 as 9 (8) |
| 11 | 0 | 1,234 | 12.34 % | 2.0 |  |

mean 650.0 wrong of 10,000 (6.50 %), standard deviation 825.9, best 66, worst 1,234
)");
}

TEST(StudyResult, IsReadAsItWasWritten) {
  const TestFolder folder;
  const auto result = two_runs().results[0];
  write_result(folder / "r.json", result);
  EXPECT_EQ(read_result(folder / "r.json").confusions.at(1).images, 8);
  EXPECT_EQ(read_result(folder / "r.json").wrong, 66);
  folder.file("torn.json", "{\"draw\":1");
  EXPECT_NE(
      error_of([&] { read_result(folder / "torn.json"); }).find("torn.json: not a result of sganc study"),
      std::string::npos);
}

}  // namespace
}  // namespace sganc::testing
