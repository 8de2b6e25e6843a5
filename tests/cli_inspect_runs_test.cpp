// sganc inspect: of models, of runs, and of what is neither.

#include "runtime/report/metrics.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliInspectVerb : public ProgramTest {
 protected:
  /// Writes a run of small.toml by hand, as `train` leaves it.
  void make_run(const std::string& name, int labels, int steps, const std::string& evaluations = "") {
    folder.file(name + "/model.toml", content("small.toml"));
    folder.file(name + "/resolved.toml", content("small.toml"));
    std::string indices, metrics;
    for (int i = 0; i < labels; ++i) indices += std::to_string(i) + "\n";
    for (int i = 1; i <= steps; ++i)
      metrics += to_json(StepRecord{.step = i, .epoch = 1, .seconds = 0.5 * i}) + "\n";
    folder.file(name + "/labels.txt", indices);
    folder.file(name + "/metrics.jsonl", metrics + evaluations);
  }
  static std::string evaluation(int epoch, const std::string& split, double accuracy) {
    return to_json(EvalRecord{.step = 3 * epoch, .epoch = epoch, .split = split, .accuracy = accuracy}) +
           "\n";
  }
  void expect_output(const Words& words, const std::string& text) {
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 0);
    EXPECT_EQ(ending.err, "");
    EXPECT_EQ(ending.out, text);
  }
};

TEST_F(CliInspectVerb, AModel) {
  const auto ending = sganc({"inspect", "small.toml"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.err, "");
  EXPECT_TRUE(ending.out.starts_with("small: 9,283 parameters\n\ngenerator, a function of latent (8)\n"))
      << ending.out;
  const auto json = nlohmann::ordered_json::parse(
      sganc({"inspect", "small.toml", "--format", "json", "--set", "net.logits.layers.dense_1.units=11"})
          .out);
  EXPECT_EQ(json["nets"][2]["output"].dump(), "[11]");
  EXPECT_FALSE(exists("cache"));
}

TEST_F(CliInspectVerb, APicture) {
  for (const std::string file : {"model.svg", "model.dot"})
    expect_output({"inspect", "small.toml", "--plot", file}, "");
  EXPECT_TRUE(content("model.svg").starts_with("<svg "));
  EXPECT_TRUE(content("model.dot").starts_with("digraph \"small\" {\n"));
}

TEST_F(CliInspectVerb, APictureOfAnotherKind) {
  expect_error(sganc({"inspect", "none.toml", "--plot", "model.png"}), 2,
               "error: --plot cannot write \"model.png\"\nhelp: name a file that ends in .svg or .dot\n");
  expect_error(sganc({"inspect", "small.toml", "--plot", "none/model.svg"}), 2,
               "error: none/model.svg: cannot be written: No such file or directory\n");
}

TEST_F(CliInspectVerb, AModelWithAMistake) {
  write_variant("wrong.toml", "{ kind = \"flatten\" },", "");
  const auto ending = sganc({"inspect", "wrong.toml", "--plot", "wrong.svg"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(ending.out, "");
  EXPECT_NE(
      ending.err.find("error: dense needs vectors, but its input is [4, 7, 7, 8]: put a flatten before it"),
      std::string::npos)
      << ending.err;
  EXPECT_FALSE(exists("wrong.svg"));
}

TEST_F(CliInspectVerb, Runs) {
  make_run("runs/a", 40, 6,
           evaluation(1, "train", 0.5) + evaluation(1, "validation", 0.75) + evaluation(2, "train", 0.875) +
               evaluation(2, "validation", 0.625));
  make_run("runs/b", 0, 2);
  make_run("runs/c", 1000, 6, evaluation(2, "test", 1));
  expect_output({"inspect", "runs/c", "runs/a/", "runs/b"},
                "run  model  labels  seed  steps  epochs    train  validation      test   best validation  "
                "trained for\n"
                "c    small   1,000     0      6       2        -           -  100.00 %                 -    "
                "      3 s\n"
                "a    small      40     0      6       2  87.50 %     62.50 %         -  75.00 %, epoch 1    "
                "      3 s\n"
                "b    small       0     0      2       0        -           -         -                 -    "
                "      1 s\n");
  expect_output({"inspect", "runs/b"},
                "run  model  labels  seed  steps  epochs  trained for\n"
                "b    small       0     0      2       0          1 s\n");
  expect_output(
      {"inspect", "runs/a"},
      "run  model  labels  seed  steps  epochs    train  validation   best validation  trained for\n"
      "a    small      40     0      6       2  87.50 %     62.50 %  75.00 %, epoch 1          3 s\n"
      "\n"
      "epoch    train  validation\n"
      "    1  50.00 %     75.00 %\n"
      "    2  87.50 %     62.50 %\n");
  expect_output(
      {"inspect", "runs/a", "runs/b", "--format", "json"},
      R"({"run":"a","path":"runs/a","model":"small","labels":40,"seed":0,"steps":6,"epochs":2,"seconds":3.0,)"
      R"("accuracy":{"train":0.875,"validation":0.625},"best_validation":{"epoch":1,"accuracy":0.75},)"
      R"("evaluations":[{"epoch":1,"split":"train","accuracy":0.5},{"epoch":1,"split":"validation","accuracy":0.75},)"
      R"({"epoch":2,"split":"train","accuracy":0.875},{"epoch":2,"split":"validation","accuracy":0.625}]})"
      "\n"
      R"({"run":"b","path":"runs/b","model":"small","labels":0,"seed":0,"steps":2,"epochs":0,"seconds":1.0,)"
      R"("accuracy":{},"best_validation":null,"evaluations":[]})"
      "\n");
  folder.file("runs/a/checkpoints/last.safetensors", "");
  EXPECT_EQ(sganc({"inspect", "runs/a/checkpoints/last.safetensors"}).out, sganc({"inspect", "runs/a"}).out);
}

TEST_F(CliInspectVerb, RunsOfOneNameAreShownByTheirPaths) {
  make_run("one/a", 0, 0);
  make_run("two/a", 0, 0);
  expect_output({"inspect", "one/a", "two/a"},
                "run    model  labels  seed  steps  epochs  trained for\n"
                "one/a  small       0     0      0       0          0 s\n"
                "two/a  small       0     0      0       0          0 s\n");
}

TEST_F(CliInspectVerb, ARunAsTrainLeavesIt) {
  train("run", {"--set", "evaluate.splits=[\"test\"]", "--seed", "5"});
  const auto run = nlohmann::ordered_json::parse(sganc({"inspect", "run", "--format", "json"}).out);
  EXPECT_EQ(run["labels"], 100);
  EXPECT_EQ(run["seed"], 5);
  EXPECT_EQ(run["steps"], 3);
  EXPECT_EQ(run["epochs"], 1);
  EXPECT_GT(run["seconds"].get<double>(), 0);
  EXPECT_EQ(run["accuracy"]["test"], records("run/metrics.jsonl").back()["accuracy"]);
  EXPECT_TRUE(run["best_validation"].is_null());
}

TEST_F(CliInspectVerb, WhatIsNeither) {
  make_run("run", 0, 1);
  std::filesystem::create_directory(folder / "empty");
  folder.file("notes.txt", "");
  expect_error(sganc({"inspect", "run", "empty"}), 2,
               "error: the run folder \"empty\" holds no run: it has no model.toml\n");
  expect_error(sganc({"inspect", "notes.txt"}), 2,
               "error: \"notes.txt\" is neither a model file nor a run folder\n"
               "help: name a .toml file, or folders that sganc train made\n");
  expect_error(sganc({"inspect", "nothing"}), 2,
               "error: there is no model and no run \"nothing\"\n"
               "help: name a .toml file, or folders that sganc train made\n");
  expect_error(sganc({"inspect", "none.toml"}), 2,
               "none.toml: error: cannot read the model: No such file or directory\n");
  expect_error(sganc({"inspect"}), 2,
               "error: sganc inspect needs a MODEL or RUN\n"
               "help: write sganc inspect MODEL [--plot FILE] [--set KEY=VALUE] [options] | RUN...\n");
  folder.file("run/metrics.jsonl", "word\n");
  expect_error(sganc({"inspect", "run"}), 2, "error: run/metrics.jsonl:1: not a metrics record\n");
}

TEST_F(CliInspectVerb, ModelsAndRunsDoNotMix) {
  make_run("run", 0, 1);
  for (const Words& words :
       {Words{"small.toml", "run"}, Words{"run", "small.toml"}, Words{"small.toml", "small.toml"}})
    expect_error(sganc({"inspect", words[0], words[1]}), 2,
                 "error: sganc inspect takes one model, or runs, and not both\n");
  expect_error(sganc({"inspect", "run", "--plot", "run.svg"}), 2,
               "error: --plot is for a model, not for runs\n");
  expect_error(sganc({"inspect", "run", "--set", "train.epochs=1"}), 2,
               "error: --set is for a model, not for runs\n");
}

}  // namespace
}  // namespace sganc::testing
