// Which images a run labels and holds out, and the checkpoint that the held-out ones choose.

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>

#include "runtime/data/idx.h"
#include "runtime/data/sources.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliChoice : public ProgramTest {
 protected:
  /// Returns `-q` and a `--set` for each key.
  static Words set(const Words& keys) {
    Words words = {"-q"};
    for (const auto& key : keys) words.insert(words.end(), {"--set", key});
    return words;
  }

  std::set<int> images(const std::string& file) const {
    std::set<int> found;
    for (const auto& line : lines_of(content(file))) found.insert(std::stoi(line));
    return found;
  }

  /// Counts the images of each class that a file names.
  std::vector<int> of_each_class(const std::string& file) const {
    static const auto labels =
        read_idx_labels(DataPlaces{}.system_folder / "fashion-mnist" / "train-labels-idx1-ubyte.gz");
    std::vector<int> counts(10);
    for (const auto& line : lines_of(content(file)))
      ++counts[static_cast<std::size_t>(labels.at(std::stoul(line)))];
    return counts;
  }

  nlohmann::json eval(const std::string& run, const Words& more) {
    Words words = {"eval", run, "--threads", "1", "--format", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 0) << ending.err;
    return nlohmann::json::parse(ending.out, nullptr, false);
  }

  /// Trains for three epochs, each of which is evaluated on validation images.
  Ending train_with_best(const Words& more = {}) {
    Words words = {"--set", "data.validation.total=1000",       "--set", "train.epochs=3",
                   "--set", "evaluate.splits=[\"validation\"]", "--set", "train.steps_per_epoch=30"};
    words.insert(words.end(), more.begin(), more.end());
    return train("run", words);
  }
};

TEST_F(CliChoice, ATotalOrAFractionOfLabels) {
  train("total", set({"data.labels.total=25"}));
  auto counts = of_each_class("total/labels.txt");
  std::ranges::sort(counts);
  EXPECT_EQ(counts, (std::vector<int>{2, 2, 2, 2, 2, 3, 3, 3, 3, 3}));
  EXPECT_EQ(images("total/labels.txt").size(), 25U);

  train("fraction", set({"data.labels.fraction=0.001"}));
  EXPECT_EQ(of_each_class("fraction/labels.txt"), std::vector<int>(10, 6));
  train("all", set({"data.labels.all=true"}));
  EXPECT_EQ(images("all/labels.txt").size(), 60000U);
}

TEST_F(CliChoice, LabelsHaveASeedOfTheirOwn) {
  train("a", set({"train.seed=1"}));
  train("b", set({"train.seed=2", "data.labels.seed=1"}));
  EXPECT_EQ(content("b/labels.txt"), content("a/labels.txt"));
  EXPECT_NE(content("b/checkpoints/last.safetensors"), content("a/checkpoints/last.safetensors"));
}

TEST_F(CliChoice, LabelsOfAnotherRun) {
  train("a", set({"train.seed=1", "data.labels.replace=true"}));
  write_variant("next.toml", "source = \"fashion-mnist\"",
                "source = \"fashion-mnist\"\nlabels = { file = \"a/labels.txt\" }");
  const auto ending = sganc({"train", "next.toml", "--out", "b", "--threads", "1"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(content("b/labels.txt"), content("a/labels.txt"));
  EXPECT_NE(ending.err.find("\nlabels   100, of each class 10 10 10 10 10 10 10 10 10 10\n"),
            std::string::npos)
      << ending.err;
  EXPECT_NE(folder.without_path(content("b/resolved.toml"))
                .find("labels = { file = \"FOLDER/a/labels.txt\", replace = false, seed = 0 }"),
            std::string::npos);
}

TEST_F(CliChoice, ClassesWithFewLabelsAreNamed) {
  folder.file("three.txt", "0\n1\n2\n");  // an ankle boot and two T-shirts
  const auto ending = train("few", {"--set", "data.labels={file=\"three.txt\"}"});
  EXPECT_NE(ending.err.find(
                "\nlabels   3, of each class 2 0 0 0 0 0 0 0 0 1\n"
                "         no label of the classes Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker and "
                "Bag, so that the classifier cannot learn them\n"
                "         one label only of the class Ankle boot: much depends on which image that is; sganc "
                "suggest lists images whose label helps\n"),
            std::string::npos)
      << ending.err;
}

TEST_F(CliChoice, HeldOutImagesAreASplitOfTheirOwn) {
  const auto ending = train("run", {"--set", "data.validation.per_class=30"});
  EXPECT_NE(ending.err.find("\nlabels   100, of each class 10 10 10 10 10 10 10 10 10 10\n"
                            "held out 300 for validation, of each class 30 30 30 30 30 30 30 30 30 30\n"),
            std::string::npos)
      << ending.err;
  const auto held_out = images("run/validation.txt"), labelled = images("run/labels.txt");
  EXPECT_EQ(held_out.size(), 300U);
  std::vector<int> both;
  std::ranges::set_intersection(held_out, labelled, std::back_inserter(both));
  EXPECT_TRUE(both.empty());

  const auto validation = eval("run", {"--split", "validation"});
  EXPECT_EQ(validation["split"], "validation");
  EXPECT_EQ(validation["examples"], 300);
  EXPECT_EQ(eval("run", {"--split", "train"})["examples"], 59700);
  EXPECT_EQ(eval("run/checkpoints/last.safetensors", {"--split", "validation"}), validation);
  fs::remove(folder / "run/validation.txt");
  expect_error(
      sganc({"eval", "run", "--split", "validation", "--threads", "1"}), 2,
      "error: run/validation.txt: is missing, but the run wrote it; bring it back or, if the change is "
      "meant, remove run/SHA256SUMS\n");
}

TEST_F(CliChoice, LabelsThatNothingDraws) {
  const auto text = content("small.toml");
  const auto from = text.find("[[update]]");
  folder.file("gan.toml", std::string(text).erase(from, text.find("[[update]]", from + 1) - from));
  const auto ending =
      sganc({"train", "gan.toml", "--out", "run", "--threads", "1", "--set", "data.labels.per_class=7000"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_NE(ending.err.find("\nlabels   none used\n"), std::string::npos) << ending.err;
  EXPECT_EQ(content("run/labels.txt"), "");
}

TEST_F(CliChoice, ChoicesThatTheDataDoesNotAllow) {
  folder.file("mine.txt", "17\n60000\n");
  const auto refused = [&](const Words& keys, const std::string& message) {
    SCOPED_TRACE(keys[0]);
    auto ending = sganc(training("run", set(keys)));
    ending.err = folder.without_path(ending.err);
    expect_error(ending, 2, message);
  };
  refused({"data.labels.total=60001"},
          "--set:1:19: error: fashion-mnist has 60000 training images, but total is 60001\n"
          "  1 | data.labels.total=60001\n"
          "    |                   ^^^^^\n");
  refused({"data.labels.per_class=5901", "data.validation.per_class=100"},
          "--set:1:23: error: a class of fashion-mnist has 5900 images that are not held out, but per_class "
          "is 5901\n"
          "  1 | data.labels.per_class=5901\n"
          "    |                       ^^^^\n");
  refused({"data.validation.per_class=6001"},
          "--set:1:27: error: a class of fashion-mnist has 6000 images, but per_class is 6001\n"
          "  1 | data.validation.per_class=6001\n"
          "    |                           ^^^^\n");
  refused({"data.validation.fraction=1"},
          "--set:1:26: error: all 60000 training images of fashion-mnist are held out\n"
          "  1 | data.validation.fraction=1\n"
          "    |                          ^\n");
  refused({"data.labels.file=mine.txt"},
          "--set:1:18: error: FOLDER/mine.txt:2: \"60000\" is not the index of an image: fashion-mnist has "
          "60000 training images, counted from 0\n"
          "  1 | data.labels.file=mine.txt\n"
          "    |                  ^^^^^^^^\n");
  write_variant("none.toml", "source = \"fashion-mnist\"",
                "source = \"fashion-mnist\"\nlabels = { file = \"none.txt\" }");
  auto ending = sganc({"train", "none.toml", "--out", "run", "-q", "--threads", "1"});
  ending.err = folder.without_path(ending.err);
  expect_error(ending, 2,
               "none.toml:5:19: error: FOLDER/none.txt: cannot be read: No such file or directory\n"
               "  5 | labels = { file = \"none.txt\" }\n"
               "    |                   ^^^^^^^^^^\n");
  EXPECT_FALSE(exists("run/model.toml"));
}

TEST_F(CliChoice, AClassifierMayKnowMoreClassesThanTheData) {
  write_variant("eleven.toml", "{ kind = \"dense\", units = 10 }", "{ kind = \"dense\", units = 11 }");
  const auto ending = sganc({"train", "eleven.toml", "--out", "run", "-q", "--threads", "1"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_TRUE(ending.out.starts_with("test accuracy ")) << ending.out;
}

TEST_F(CliChoice, TheBestCheckpointIsKeptAndTold) {
  const auto ending = train_with_best();
  std::vector<double> accuracies;
  for (const auto& record : records("run/metrics.jsonl"))
    if (record.value("split", "") == "validation") accuracies.push_back(record["accuracy"]);
  ASSERT_EQ(accuracies.size(), 3U);
  const auto best = std::to_string(std::ranges::max_element(accuracies) - accuracies.begin() + 1);
  EXPECT_EQ(content("run/checkpoints/best.safetensors"),
            content("run/checkpoints/epoch_000" + best + ".safetensors"));
  EXPECT_TRUE(std::regex_search(
      ending.err, std::regex("\nthe best validation accuracy, [0-9.]+ %, is that of epoch " + best +
                             ": run/checkpoints/best.safetensors\n")))
      << ending.err;
  EXPECT_TRUE(std::regex_search(ending.err, std::regex("\nepoch 1/3: validation accuracy [0-9.]+ % \\([0-9]+ "
                                                       "of 1000\\), loss [0-9.]+, best so far, ")))
      << ending.err;
  const std::string accuracy = "test accuracy [0-9.]+ % \\([0-9]+ of 10000\\), loss [0-9.]+\n";
  EXPECT_TRUE(std::regex_match(ending.out, std::regex("last \\(epoch 3\\): " + accuracy + "best \\(epoch " +
                                                      best + "\\): " + accuracy)))
      << ending.out;

  EXPECT_EQ(eval("run", {"--checkpoint", "best"})["epoch"], std::stoi(best));
  EXPECT_EQ(eval("run/checkpoints/best.safetensors", {})["epoch"], std::stoi(best));
  EXPECT_EQ(eval("run", {"--checkpoint", "last"})["epoch"], 3);
  EXPECT_EQ(eval("run", {"--checkpoint", "2"})["epoch"], 2);
  EXPECT_EQ(eval("run", {"--checkpoint", "2", "--split", "validation"})["accuracy"], accuracies[1]);
  const auto sample = sganc({"sample", "run", "--checkpoint", "2", "--threads", "1"});
  EXPECT_EQ(sample.code, 0) << sample.err;
  EXPECT_EQ(content("grid.png"), content("run/samples/epoch_0002.png"));

  const auto metrics = content("run/metrics.jsonl");
  const auto again = train_with_best({"--resume", "--format", "json"});
  EXPECT_EQ(content("run/metrics.jsonl"), metrics);
  const auto lines = lines_of(again.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["checkpoint"], "last");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["checkpoint"], "best");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["epoch"], std::stoi(best));
}

TEST_F(CliChoice, CheckpointsThatAreNotThere) {
  train("run", {"-q"});
  const auto refused = [&](const Words& words, const std::string& message) {
    for (const auto* verb : {"eval", "sample"}) {
      Words all = {verb};
      all.insert(all.end(), words.begin(), words.end());
      expect_error(sganc(all), 2, message);
    }
  };
  const std::string undeclared =
      "error: there is no best checkpoint: the model of this run evaluates no validation images\n"
      "help: write validation = { per_class = 100 } under [data] and splits = [\"validation\"] under "
      "[evaluate], and train anew\n";
  refused({"run", "--checkpoint", "best"}, undeclared);
  refused({"run/checkpoints/best.safetensors"}, undeclared);
  refused({"run", "--checkpoint", "2"},
          "error: the run \"run\" keeps no checkpoint of epoch 2\nhelp: its last one is epoch_0001\n");
  refused({"run", "--checkpoint", "bets"},
          "error: there is no checkpoint \"bets\"\nhelp: did you mean \"best\"?\n");
  refused({"run", "--checkpoint", "-1"},
          "error: there is no checkpoint \"-1\"\nhelp: it is best, last or the number of an epoch\n");
  refused(
      {"run/checkpoints/last.safetensors", "--checkpoint", "last"},
      "error: --checkpoint is of a run folder, but \"run/checkpoints/last.safetensors\" is a checkpoint\n");
  refused({"run/checkpoints/epoch_0009.safetensors"},
          "error: there is no run \"run/checkpoints/epoch_0009.safetensors\"\n"
          "help: name a run folder, or a checkpoint in one\n");

  train("held", set({"data.validation.total=10"}));
  refused({"held", "--checkpoint", "best"},
          "error: there is no best checkpoint: the model of this run evaluates no validation images\n"
          "help: write splits = [\"validation\"] under [evaluate], and train anew\n");
}

TEST_F(CliChoice, EveryThirdEpochIsEvaluated) {
  train("run", set({"train.epochs=4", "evaluate.every=3", "evaluate.splits=[\"test\"]"}));
  Words kept;
  for (const auto& entry : fs::directory_iterator(folder / "run/samples"))
    kept.push_back(entry.path().filename().string());
  std::ranges::sort(kept);
  EXPECT_EQ(kept, (Words{"epoch_0003.png", "epoch_0004.png"}));
  EXPECT_EQ(records("run/metrics.jsonl").size(), 4U * 3 + 2);  // the last test is recorded once
}

TEST_F(CliChoice, ALongerRunIsTestedAgain) {
  train("run", {"-q"});
  train("run", {"-q", "--resume", "--set", "train.epochs=2"});
  Words kinds;
  for (const auto& record : records("run/metrics.jsonl")) kinds.push_back(record["kind"]);
  EXPECT_EQ(kinds, (Words{"step", "step", "step", "eval", "step", "step", "step", "eval"}));
}

TEST_F(CliChoice, MoreSamplesThanMemoryHolds) {
  train("run", {"-q"});
  const auto ending = sganc({"sample", "run", "--count", "9000000000000000000", "--threads", "1"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_TRUE(
      std::regex_match(ending.err, std::regex("error: --count 9000000000000000000 needs 44424000000000.00 "
                                              "GB of memory, of which [0-9.]+ GB are available\n")))
      << ending.err;
  EXPECT_FALSE(exists("grid.png"));
}

}  // namespace
}  // namespace sganc::testing
