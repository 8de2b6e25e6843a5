// `sganc train`: what a run leaves in its folder, and what it says.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <regex>
#include <set>
#include <thread>

#include "runtime/data/idx.h"
#include "runtime/data/sources.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

using CliTrain = ProgramTest;

const std::vector<std::string> kRunFiles = {"SHA256SUMS",
                                            "checkpoints/epoch_0001.safetensors",
                                            "checkpoints/last.safetensors",
                                            "checkpoints/state.safetensors",
                                            "classes.txt",
                                            "data.json",
                                            "env.json",
                                            "events.out.tfevents.sganc",
                                            "kernels.so",
                                            "labels.txt",
                                            "log.txt",
                                            "metrics.jsonl",
                                            "model.toml",
                                            "report.html",
                                            "resolved.toml",
                                            "samples/epoch_0001.png"};

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (!entry.is_directory()) files.push_back(fs::relative(entry.path(), folder).string());
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> keys_of(const nlohmann::ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST_F(CliTrain, WritesARunFolder) {
  const auto ending = train("run");
  EXPECT_EQ(files_in(folder / "run"), kRunFiles);
  EXPECT_EQ(content("run/model.toml"), content("small.toml"));
  EXPECT_TRUE(content("run/samples/epoch_0001.png").starts_with("\x89PNG\r\n"));

  EXPECT_TRUE(std::regex_match(
      ending.out, std::regex("test accuracy [0-9]+\\.[0-9]{2} % \\([0-9]+ of 10000\\), loss [0-9.]+\n")))
      << ending.out;
  EXPECT_NE(ending.err.find("\ntraining small: 1 epoch of 3 steps, into run\n"), std::string::npos)
      << ending.err;
  EXPECT_TRUE(
      ending.err.ends_with("\nnext     ./sganc eval run --split train\n"
                           "         ./sganc predict run PATH...\n"
                           "         ./sganc sample run --count 100 --out grid.png\n"))
      << ending.err;
  for (const auto* said :
       {"run      run\n", "\ntrain    1 epoch of 3 steps, seed 0\n", "\ntrained 1 epoch, 3 steps, in "})
    EXPECT_NE(content("run/log.txt").find(said), std::string::npos) << said;
  EXPECT_NE(content("run/log.txt").find("\n" + ending.out), std::string::npos);
}

TEST_F(CliTrain, MetricsHaveALineForEachStep) {
  train("run", {"--set", "train.epochs=2"});
  const auto found = records("run/metrics.jsonl");
  ASSERT_EQ(found.size(), 7U);
  EXPECT_EQ(keys_of(found[6]),
            (Words{"kind", "step", "epoch", "split", "examples", "correct", "accuracy", "loss"}));
  EXPECT_EQ(found[6]["split"], "test");
  EXPECT_EQ(found[6]["step"], 6);
  EXPECT_EQ(found[6]["epoch"], 2);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto& record = found[i];
    EXPECT_EQ(keys_of(record), (Words{"kind", "step", "epoch", "c", "d_real", "d_fake", "g", "seconds"}));
    EXPECT_EQ(record["kind"], "step");
    EXPECT_EQ(record["step"], i + 1);
    EXPECT_EQ(record["epoch"], i / 3 + 1);
    EXPECT_EQ(keys_of(record["c"]), (Words{"loss", "accuracy"}));
    for (const auto* update : {"d_real", "d_fake", "g"})
      EXPECT_EQ(keys_of(record[update]), (Words{"loss", "binary_accuracy"}));
    EXPECT_GT(record["seconds"], i == 0 ? nlohmann::ordered_json(0) : found[i - 1]["seconds"]);
  }
}

TEST_F(CliTrain, LabelsAreTenOfEachClass) {
  train("run");
  const auto labels =
      read_idx_labels(DataPlaces{}.system_folder / "fashion-mnist" / "train-labels-idx1-ubyte.gz");
  std::set<std::size_t> chosen;
  std::map<int, int> of_class;
  for (const auto& line : lines_of(content("run/labels.txt"))) {
    chosen.insert(std::stoul(line));
    ++of_class[labels.at(std::stoul(line))];
  }
  EXPECT_EQ(chosen.size(), 100U);
  EXPECT_EQ(of_class.size(), 10U);
  for (const auto& [label, count] : of_class) EXPECT_EQ(count, 10) << "class " << label;
}

TEST_F(CliTrain, ResolvedModelLoadsToItself) {
  train("run",
        {"--set", "train.steps_per_epoch=2", "--seed", "7", "--set", "optimizer.generator.rate=0.001"});
  const std::string resolved = content("run/resolved.toml");
  for (const auto* line :
       {"\nsteps_per_epoch = 2\n", "\nseed = 7\n", "\ncheckpoint_minutes = 5.0\n",
        "\ngenerator = { kind = \"adam\", beta1 = 0.5, beta2 = 0.999, epsilon = 1e-7, rate = 0.001 }\n"})
    EXPECT_NE(resolved.find(line), std::string::npos) << line << resolved;
  EXPECT_EQ(sganc({"compile", "run/resolved.toml", "--emit", "model"}).out, resolved);
  EXPECT_EQ(content("run/model.toml"), content("small.toml"));
}

TEST_F(CliTrain, EnvironmentTellsHowTheRunWasStarted) {
  train("run", {"--seed", "7", "--schedule", "default"});
  const auto environment = nlohmann::json::parse(content("run/env.json"));
  EXPECT_EQ(environment["command"], (Words{"sganc", "train", "small.toml", "--out", "run", "--set",
                                           "train.seed=7", "--schedule", "default", "--threads", "1"}));
  EXPECT_EQ(environment["seed"], 7);
  EXPECT_EQ(environment["threads"], 1);
  EXPECT_EQ(environment["schedule"], "default");
  EXPECT_EQ(environment["versions"]["sganc"], SGANC_VERSION);
  EXPECT_TRUE(environment["processor"].is_string());
}

TEST_F(CliTrain, RunsAreRepeatedBitForBitAndDifferBySeed) {
  train("a", {"--seed", "1"});
  train("b", {"--seed", "1"});
  train("c", {"--seed", "2"});
  EXPECT_EQ(content("a/checkpoints/last.safetensors"), content("b/checkpoints/last.safetensors"));
  EXPECT_NE(content("a/checkpoints/last.safetensors"), content("c/checkpoints/last.safetensors"));
  EXPECT_NE(content("a/labels.txt"), content("c/labels.txt"));
}

TEST_F(CliTrain, QuietSaysNothing) {
  const auto ending = train("run", {"-q"});
  EXPECT_EQ(ending.err, "");
  EXPECT_EQ(lines_of(ending.out).size(), 1U);
}

TEST_F(CliTrain, AFolderThatHoldsARunIsRefused) {
  train("run", {"-q"});
  const auto before = content("run/metrics.jsonl");
  expect_error(sganc(training("run")), 2,
               "error: the run folder \"run\" is not empty: give --resume to go on with it, --force to begin "
               "anew, or another --out\n");
  EXPECT_EQ(content("run/metrics.jsonl"), before);

  folder.file("run/notes.txt", "mine");
  folder.file("run/checkpoints/epoch_0009.safetensors", "of an earlier run");
  train("run", {"--force", "-q"});
  auto expected = kRunFiles;
  expected.insert(std::ranges::find(expected, "report.html"), "notes.txt");
  EXPECT_EQ(files_in(folder / "run"), expected);
  EXPECT_EQ(records("run/metrics.jsonl").size(), 3U + 1);
}

TEST_F(CliTrain, ForceRemovesNothingBeforeTheNextRunCanBegin) {
  train("run", {"-q"});
  const auto good = content("run/checkpoints/last.safetensors");
  const auto files = files_in(folder / "run");
  for (const Words& mistake :
       {Words{"--set", "data.labels.per_class=7000"}, Words{"--init", "none.safetensors"}}) {
    Words words = {"--force", "-q"};
    words.insert(words.end(), mistake.begin(), mistake.end());
    EXPECT_EQ(sganc(training("run", words)).code, 2);
    EXPECT_EQ(files_in(folder / "run"), files);
    EXPECT_EQ(content("run/checkpoints/last.safetensors"), good);
  }
  train("run", {"--force", "-q", "--init", "run/checkpoints/last.safetensors"});
  EXPECT_NE(content("run/checkpoints/last.safetensors"), good);
}

TEST_F(CliTrain, FoldersThatCannotHoldARun) {
  expect_error(sganc(training("small.toml")), 2,
               "error: the run folder \"small.toml\" is a file: give another --out\n");
  expect_error(sganc(training("small.toml/run")), 2,
               "error: the run folder \"small.toml/run\" cannot be made: Not a directory\n");
  expect_error(sganc(training("none", {"--resume"})), 2, "error: the run folder \"none\" does not exist\n");
  folder.file("other/notes.txt", "mine");
  expect_error(sganc(training("other", {"--resume"})), 2, "error: the run folder \"other\" holds no run\n");
}

TEST_F(CliTrain, ForceReplacesARunAndNothingElse) {
  const std::vector<std::string> mine = {"photos/labels.txt", "photos/classes.txt", "photos/model.toml",
                                         "photos/samples/epoch_0001.png"};
  for (const auto& name : mine) folder.file(name, "mine");
  expect_error(
      sganc(training("photos", {"--force"})), 2,
      "error: the run folder \"photos\" is not empty and holds no run, and --force replaces nothing but "
      "a run: give another --out\n");
  expect_error(sganc(training("photos")), 2,
               "error: the run folder \"photos\" is not empty and holds no run: give another --out\n");
  expect_error(sganc(training("photos", {"--resume"})), 2, "error: the run folder \"photos\" holds no run\n");
  EXPECT_EQ(files_in(folder / "photos").size(), mine.size());
  for (const auto& name : mine) EXPECT_EQ(content(name), "mine");
}

TEST_F(CliTrain, ARunThatDoesNotBeginLeavesNothing) {
  expect_error(sganc(training("runs/a", {"-q", "--set", "data.labels.per_class=7000"})), 2,
               sganc(training("runs/b", {"-q", "--set", "data.labels.per_class=7000"})).err);
  EXPECT_FALSE(exists("runs"));
}

TEST_F(CliTrain, AResumeWithoutAStateSaysTheWaysOn) {
  train("run", {"-q"});
  fs::remove(folder / "run/checkpoints/state.safetensors");
  const auto files = files_in(folder / "run");
  const auto metrics = content("run/metrics.jsonl"), last = content("run/checkpoints/last.safetensors");
  expect_error(sganc(training("run", {"--resume", "--set", "train.epochs=2"})), 2,
               "error: the run in \"run\" cannot go on: there is no run/checkpoints/state.safetensors; give "
               "--force to begin anew, or --init run with another --out to begin with its last weights\n");
  EXPECT_EQ(files_in(folder / "run"), files);
  EXPECT_EQ(content("run/metrics.jsonl"), metrics);
  EXPECT_EQ(content("run/checkpoints/last.safetensors"), last);
  train("next", {"--init", "run", "-q"});
  train("run", {"--force", "-q"});
  EXPECT_EQ(files_in(folder / "run"), kRunFiles);
}

TEST_F(CliTrain, KeepsTheLastCheckpoints) {
  train("run", {"-q", "--set", "train.epochs=4", "--set", "train.keep=2"});
  std::vector<std::string> kept;
  for (const auto& file : files_in(folder / "run/checkpoints")) kept.push_back(file);
  EXPECT_EQ(kept, (Words{"epoch_0003.safetensors", "epoch_0004.safetensors", "last.safetensors",
                         "state.safetensors"}));
  EXPECT_NE(content("run/resolved.toml").find("\nkeep = 2\n"), std::string::npos);
  expect_error(sganc({"eval", "run", "--checkpoint", "2"}), 2,
               "error: the run \"run\" keeps no checkpoint of epoch 2\nhelp: its last one is epoch_0004\n");
}

/// The model comes from a pipe. If it were opened a second time, it would give another model.
TEST_F(CliTrain, TheModelIsReadOnce) {
  const auto pipe = folder / "pipe.toml";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0666), 0);
  auto program = start({"train", "pipe.toml", "--out", "run", "--threads", "1"});
  const auto write = [&](int descriptor, const std::string& text) {
    EXPECT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(descriptor);
  };
  write(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC), content("small.toml"));
  int readings = 1;
  while (program.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const int again = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (again < 0) continue;
    ++readings;
    write(again, content("small.toml") + "[average]\ndecay = 0.5\n");
  }
  const auto ending = program.wait();
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(readings, 1);
  EXPECT_EQ(content("run/model.toml"), content("small.toml"));
}

/// Each file that a resume writes is replaced by a device that is full.
TEST_F(CliTrain, AFullDiskIsNamedAndARoomyOneGoesOn) {
  const Words more = {"-q", "--set", "train.epochs=2", "--set", "train.steps_per_epoch=3"};
  train("whole", more);
  train("half", {"-q"});
  for (const std::string file : {"checkpoints/epoch_0002.safetensors", "checkpoints/last.safetensors"}) {
    fs::remove_all(folder / "run");
    fs::copy(folder / "half", folder / "run", fs::copy_options::recursive);
    fs::remove(folder / "run" / file);
    fs::create_symlink("/dev/full", folder / "run" / file);
    Words words = more;
    words.push_back("--resume");
    expect_error(sganc(training("run", words)), 1,
                 "error: run/" + file + ": cannot be written: No space left on device\n");
    fs::remove(folder / "run" / file);
    train("run", words);
    for (const auto* same : {"checkpoints/last.safetensors", "checkpoints/epoch_0002.safetensors",
                             "samples/epoch_0002.png", "resolved.toml"})
      EXPECT_EQ(content(std::string("run/") + same), content(std::string("whole/") + same)) << same;
  }
}

/// A file system that is full after so many pages more than the run takes, whichever file meets its end.
TEST_F(CliTrain, AFullFileSystemIsNamedAndMoreRoomGoesOn) {
  const Words more = {"-q", "--set", "train.epochs=2"},
              resumed = {"-q", "--set", "train.epochs=2", "--resume"};
  train("whole", more);
  train("half", {"-q"});
  const auto run = folder / "run";
  const auto page = ::sysconf(_SC_PAGESIZE);
  std::int64_t taken = 0;  // in pages, one for each folder and for the root
  for (const auto& entry : fs::recursive_directory_iterator(folder / "half"))
    taken += entry.is_directory() ? 1 : (static_cast<std::int64_t>(entry.file_size()) + page - 1) / page;
  fs::create_directory(run);
  for (const int free : {0, 3, 8, 20}) {
    const auto size = "size=" + std::to_string((taken + 2 + free) * page);
    if (::mount("sganc", run.c_str(), "tmpfs", 0, size.c_str()) != 0)
      GTEST_SKIP() << "no file system can be mounted here";
    fs::copy(folder / "half", run, fs::copy_options::recursive);
    const auto full = sganc(training("run", resumed));
    ::mount("sganc", run.c_str(), "tmpfs", MS_REMOUNT, "size=64m");
    const auto roomy = sganc(training("run", resumed));
    std::vector<bool> same;
    for (const std::string file : {"checkpoints/last.safetensors", "checkpoints/epoch_0002.safetensors",
                                   "samples/epoch_0002.png", "resolved.toml"})
      same.push_back(exists("run/" + file) && content("run/" + file) == content("whole/" + file));
    ::umount(run.c_str());
    EXPECT_EQ(full.code, 1) << free;
    EXPECT_EQ(lines_of(full.err).size(), 1U) << full.err;
    EXPECT_TRUE(full.err.starts_with("error: run/") &&
                full.err.ends_with(": cannot be written: No space left on device\n"))
        << full.err;
    EXPECT_EQ(roomy.code, 0) << roomy.err;
    EXPECT_EQ(same, std::vector<bool>(4, true)) << free << " pages";
  }
}

TEST_F(CliTrain, ALogThatCannotBeWrittenEndsNothing) {
  train("run", {"-q"});
  fs::remove(folder / "run/log.txt");
  fs::create_symlink("/dev/full", folder / "run/log.txt");
  const auto ending = train("run", {"--resume", "--set", "train.epochs=2"});
  EXPECT_NE(ending.err.find("run/log.txt: cannot be written: No space left on device; messages are missing "
                            "there\n"),
            std::string::npos)
      << ending.err;
}

TEST_F(CliTrain, ADamagedMetricsFileCanBeMovedAway) {
  train("run", {"-q"});
  auto metrics = content("run/metrics.jsonl");
  metrics[metrics.find("\"loss\":") + 7] ^= 1;
  folder.file("run/metrics.jsonl", metrics);
  const std::string said =
      "error: run/metrics.jsonl: not as the run left it; move it away to go on without its figures\n";
  expect_error(sganc({"inspect", "run"}), 2, said);
  expect_error(sganc(training("run", {"--resume", "-q"})), 2, said);
  fs::remove(folder / "run/metrics.jsonl");
  train("run", {"--resume", "-q", "--set", "train.epochs=2"});
  EXPECT_EQ(sganc({"inspect", "run"}).code, 0);
}

TEST_F(CliTrain, WithoutOutTheModelNamesTheFolder) {
  EXPECT_EQ(sganc({"train", "small.toml", "--threads", "1", "-q"}).code, 0);
  EXPECT_EQ(files_in(folder / "runs/small"), kRunFiles);
}

TEST_F(CliTrain, EvaluationsAreThoseOfEval) {
  train("run", {"--set", "train.epochs=2", "--set", "evaluate.splits=[\"test\"]", "-q"});
  const auto lines = lines_of(content("run/metrics.jsonl"));
  ASSERT_EQ(lines.size(), 8U);
  const auto eval = [&](const std::string& what) {
    return sganc({"eval", what, "--threads", "1", "--format", "json"}).out;
  };
  // The record of eval is the same, followed by each class.
  const auto begins = [](const std::string& record) {
    return record.substr(0, record.size() - 1) + ",\"classes\":[";
  };
  EXPECT_EQ(eval("run/checkpoints/epoch_0001.safetensors").find(begins(lines[3])), 0U);
  EXPECT_EQ(eval("run").find(begins(lines[7])), 0U);
  EXPECT_EQ(nlohmann::json::parse(lines[3])["epoch"], 1);
}

TEST_F(CliTrain, InitBeginsWithGivenWeights) {
  train("run", {"-q"});
  const auto ending = train("next", {"--init", "run/checkpoints/last.safetensors", "--seed", "3"});
  EXPECT_NE(ending.err.find("init     from run/checkpoints/last.safetensors\n         taken: "
                            "trunk.conv_1 trunk.conv_2 logits.dense_1 generator.dense_1 "
                            "generator.conv_transpose_1 generator.conv_transpose_2\nrun "),
            std::string::npos)
      << ending.err;
  train("anew", {"--seed", "3", "-q"});
  EXPECT_NE(content("next/checkpoints/last.safetensors"), content("anew/checkpoints/last.safetensors"));

  expect_error(sganc(training("bad", {"-q", "--init", "small.toml.safetensors"})), 2,
               "error: small.toml.safetensors: cannot be read: No such file or directory\n");
}

}  // namespace
}  // namespace sganc::testing
