// `mpirun -n N sganc train`: N processes train as one does, and fail as one does. Skipped where sganc is
// built without MPI.

#include <signal.h>

#include <cmath>
#include <cstring>
#include <span>

#include "compiler/driver/ranks/cores.h"
#include "runtime/train/checkpoint.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

bool has_mpi() {
  return fs::exists(fs::path(SGANC_PROGRAM).parent_path() / "sganc-mpi.so");
}

pid_t only_child_of(pid_t parent) {
  const std::string process = std::to_string(parent);
  pid_t child = 0;
  std::istringstream(content_of("/proc/" + process + "/task/" + process + "/children")) >> child;
  return child;
}

class CliRanks : public ProgramTest {
 protected:
  CliRanks() { environment["OMPI_ALLOW_RUN_AS_ROOT"] = environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"; }

  void SetUp() override {
    if (!has_mpi()) GTEST_SKIP() << "sganc is built without MPI";
    static const Ending probe = start_other(mpirun({"-n", "2", "true"}, 20)).wait();
    if (probe.code != 0) GTEST_SKIP() << "mpirun does not work here: " << probe.err;
  }

  /// mpirun, which is killed after so many seconds.
  static Words mpirun(const Words& words, int seconds = 120) {
    Words all = {"timeout", "--kill-after=2",  std::to_string(seconds),
                 "mpirun",  "--oversubscribe", "--quiet"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }

  /// Starts the program on so many ranks; `others` are ranks of other words, as in mpirun's `-n 1 ... : -n 1
  /// ...`.
  RunningProgram start_ranks(int count, const Words& words, const std::vector<Words>& others = {}) {
    Words all;
    const auto add = [&](int ranks, const Words& of) {
      all.insert(all.end(), {"-n", std::to_string(ranks), SGANC_PROGRAM});
      all.insert(all.end(), of.begin(), of.end());
    };
    add(count, words);
    for (const auto& other : others) all.emplace_back(":"), add(1, other);
    return start_other(mpirun(all));
  }

  Ending ranks(int count, const Words& words, const std::vector<Words>& others = {}) {
    return start_ranks(count, words, others).wait();
  }

  /// What the program itself has printed: mpirun adds paragraphs of its own, between lines of dashes.
  static std::string said(const Ending& ending) {
    std::string text;
    bool by_mpirun = false;
    for (const auto& line : lines_of(ending.err)) {
      if (line.starts_with("----------"))
        by_mpirun = !by_mpirun;
      else if (!by_mpirun)
        text += line + "\n";
    }
    return text;
  }

  /// The mean of the distances between the weights of two runs, and the largest.
  std::pair<double, double> distances(const std::string& a, const std::string& b) const {
    const auto read = [&](const std::string& run) {
      return Checkpoint::read(folder / (run + "/checkpoints/last.safetensors"));
    };
    const auto first = read(a), second = read(b);
    double sum = 0, most = 0, count = 0;
    for (const auto& tensor : first.tensors()) {
      const auto* other = second.find(tensor.name);
      EXPECT_TRUE(other && other->bytes.size() == tensor.bytes.size()) << tensor.name;
      for (std::size_t i = 0; i + 4 <= tensor.bytes.size(); i += 4) {
        float x = 0, y = 0;
        std::memcpy(&x, tensor.bytes.data() + i, 4), std::memcpy(&y, other->bytes.data() + i, 4);
        const double distance = std::abs(static_cast<double>(x) - static_cast<double>(y));
        sum += distance, most = std::max(most, distance), ++count;
      }
    }
    return {sum / count, most};
  }
};

const std::vector<std::string> kTwentySteps = {"-q", "--set", "train.steps_per_epoch=20", "--set",
                                               "train.epochs=1"};

TEST_F(CliRanks, TrainAsOneProcessDoes) {
  train("one", kTwentySteps);
  for (const int count : {2, 3, 4}) {
    const std::string out = "on" + std::to_string(count);
    const auto ending = ranks(count, training(out, kTwentySteps));
    ASSERT_EQ(ending.code, 0) << ending.err;
    const auto [mean, most] = distances("one", out);
    EXPECT_LT(mean, 1e-8);  // a step moves a weight by up to 2e-4
    EXPECT_LT(most, 1e-5);
    EXPECT_GT(most, 0);  // they round differently, as they add in another order
    EXPECT_EQ(content(out + "/log.txt").find("warning"), std::string::npos);  // no rank has strayed
    EXPECT_EQ(content(out + "/labels.txt"), content("one/labels.txt"));
    const auto test = records(out + "/metrics.jsonl").back(), alone = records("one/metrics.jsonl").back();
    EXPECT_EQ(test["examples"], alone["examples"]);
    EXPECT_NEAR(test["accuracy"], alone["accuracy"], 0.001);
    EXPECT_NEAR(test["loss"], alone["loss"], 1e-3);
  }
  environment["SGANC_MESSAGES"] = "travel";  // as they do between machines
  for (const int count : {2, 3}) {
    const std::string out = "travel" + std::to_string(count);
    const auto ending = ranks(count, training(out, kTwentySteps));
    ASSERT_EQ(ending.code, 0) << ending.err;
    const auto [mean, most] = distances("one", out);
    EXPECT_LT(mean, 1e-8);
    EXPECT_LT(most, 1e-5);
  }
  environment.erase("SGANC_MESSAGES");
  ASSERT_EQ(ranks(2, training("again", kTwentySteps)).code, 0);
  EXPECT_EQ(content("again/checkpoints/last.safetensors"), content("on2/checkpoints/last.safetensors"));
  EXPECT_NE(content("on2/log.txt")
                .find("\nranks    2 on 1 machine, 1 thread each; each has its share of every batch\n"),
            std::string::npos);
}

TEST_F(CliRanks, GoOnWithOtherRanks) {
  ASSERT_EQ(ranks(2, training("run", kTwentySteps)).code, 0);
  const auto ending =
      ranks(3, training("run", {"--set", "train.steps_per_epoch=20", "--set", "train.epochs=2", "--resume"}));
  EXPECT_EQ(ending.code, 0);
  EXPECT_NE(ending.err.find("changed  ranks were 2, are 3\n"), std::string::npos) << ending.err;
  EXPECT_EQ(train("run", {"--set", "train.steps_per_epoch=20", "--set", "train.epochs=2", "--resume"}).code,
            0);
}

TEST_F(CliRanks, ASignalStopsAllAfterTheSameStep) {
  for (const int signal : {SIGUSR1, SIGTERM}) {
    const std::string out = signal == SIGTERM ? "term" : "usr1";
    auto program = start_ranks(2, training(out, {"--set", "train.steps_per_epoch=1000000"}));
    program.wait_for_lines(folder / (out + "/metrics.jsonl"), 5);
    ::kill(only_child_of(program.pid()), signal);
    const auto ending = program.wait();
    const auto step = lines_of(content(out + "/metrics.jsonl")).size();
    EXPECT_NE(content(out + "/log.txt").find("stopped at step " + std::to_string(step) + " by SIG"),
              std::string::npos)
        << ending.err;
    EXPECT_TRUE(exists(out + "/checkpoints/state.safetensors"));
  }
}

TEST_F(CliRanks, AKilledRankEndsAll) {
  auto program = start_ranks(2, training("run", {"--set", "train.steps_per_epoch=1000000"}));
  program.wait_for_lines(folder / "run/metrics.jsonl", 5);
  const std::string parent = std::to_string(only_child_of(program.pid()));
  std::istringstream children(content_of("/proc/" + parent + "/task/" + parent + "/children"));
  std::vector<pid_t> pids;
  for (pid_t pid = 0; children >> pid;) pids.push_back(pid);
  ASSERT_EQ(pids.size(), 2U);
  ::kill(pids[1], SIGKILL);
  EXPECT_NE(program.wait().code, 0);
  for (const pid_t pid : pids)  // a process that has ended has no command any more
    EXPECT_EQ(content_of("/proc/" + std::to_string(pid) + "/cmdline"), "") << pid << " is left over";
}

TEST_F(CliRanks, DifferencesAreNamedAtTheStart) {
  write_variant("other.toml", "rate = 2e-4", "rate = 3e-4");
  Words other = training("run", {"-q"});
  other[1] = "other.toml";
  auto ending = ranks(2, training("run", {"-q"}), {other});
  EXPECT_EQ(ending.code, 2);
  EXPECT_TRUE(said(ending).starts_with("error: rank 2 has another model than rank 0: ")) << ending.err;
  EXPECT_TRUE(said(ending).ends_with("\nhelp: all ranks must read the same files, with the same options\n"));
  EXPECT_FALSE(exists("run/model.toml"));

  other[1] = "missing.toml";
  ending = ranks(2, training("run", {"-q"}), {other});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(said(ending), "rank 2: missing.toml: error: cannot read the model: No such file or directory\n")
      << ending.err;
}

TEST_F(CliRanks, OneErrorForAll) {
  auto ending = ranks(2, {"train", "missing.toml"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(said(ending), "missing.toml: error: cannot read the model: No such file or directory\n");
  folder.file("full/other", "");
  ending = ranks(2, training("full"));
  EXPECT_EQ(ending.code, 2);
  EXPECT_NE(said(ending), "");
  EXPECT_EQ(said(ending), sganc(training("full")).err);
  write_variant("wild.toml", "{ kind = \"adam\", rate = 2e-4, beta1 = 0.5 }",
                "{ kind = \"sgd\", rate = 1e30 }");
  Words wild = training("run", {"-q"});
  wild[1] = "wild.toml";
  ending = ranks(2, wild);
  EXPECT_EQ(ending.code, 1);
  EXPECT_EQ(
      said(ending),
      "error: update \"d_real\" became not finite at step 1: first on rank 0, in trunk.conv_2.forward; there "
      "is no checkpoint yet\n");
}

/// These need no MPI: the environment says that others were started too.
class CliStartedWithOthers : public ProgramTest {
 protected:
  CliStartedWithOthers() { environment["OMPI_COMM_WORLD_SIZE"] = "4"; }

  Ending as_rank(int rank, const Words& words) {
    environment["OMPI_COMM_WORLD_RANK"] = std::to_string(rank);
    return sganc(words);
  }
};

TEST_F(CliStartedWithOthers, OnlyTrainSharesItsWork) {
  expect_error(as_rank(0, {"eval", "run"}), 2,
               "error: sganc eval runs in one process, but mpirun started 4\n"
               "help: start it without mpirun; only train shares its work among processes\n");
  expect_error(as_rank(3, {"eval", "run"}), 0, "");
}

TEST_F(CliStartedWithOthers, WithoutMpi) {
  const auto bare = folder / "bare";
  fs::copy_file(SGANC_PROGRAM, bare);
  for (const int rank : {0, 1}) {
    environment["OMPI_COMM_WORLD_RANK"] = std::to_string(rank);
    expect_error(
        start_other({bare, "train", "small.toml"}).wait(), rank > 0 ? 0 : 2,
        rank > 0 ? ""
                 : "error: sganc was built without MPI, so the 4 processes that mpirun started cannot train "
                   "together\nhelp: build it where MPI is installed (libopenmpi-dev or libmpich-dev), or "
                   "start it alone\n");
  }
}

TEST(RanksCores, EachHasItsShareOfTheCoresThatItMayUse) {
  EXPECT_EQ(threads_of_each({"m 8 0 1 2 3 4 5 6 7", "m 8 0 1 2 3 4 5 6 7"}), 4);
  EXPECT_EQ(threads_of_each({"m 8 0 1 2 3 4 5 6 7", "n 8 0 1 2 3 4 5 6 7"}), 8);
  EXPECT_EQ(threads_of_each({"m 4 0 1 2 3", "m 4 4 5 6 7"}), 4);
  EXPECT_EQ(threads_of_each({"m 4 0 1 2 3", "m 4 0 1 2 3", "m 4 0 1 2 3"}), 1);
  EXPECT_EQ(threads_of_each({"m 2 0 1", "m 2 0 1", "m 2 0 1"}), 1);
  EXPECT_EQ(threads_of_each({"m 4 0 1 2 3 4 5 6 7", "m 4 0 1 2 3 4 5 6 7"}), 2);  // a quota of 4
  EXPECT_EQ(machines_of({"m 1 0", "n 1 0", "m 1 0"}), 2);
}

}  // namespace
}  // namespace sganc::testing
