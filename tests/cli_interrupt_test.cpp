// Runs that are stopped, by Ctrl-C, by SIGTERM or by force, and go on as if they never were.

#include <signal.h>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

constexpr std::int64_t kStepsPerEpoch = 150;

class CliInterrupt : public ProgramTest {
 protected:
  /// Returns the words for a run of that many epochs.
  static Words epochs(std::int64_t count, const Words& more = {}) {
    Words words = {"--set", "train.steps_per_epoch=" + std::to_string(kStepsPerEpoch), "--set",
                   "train.epochs=" + std::to_string(count)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// Starts a run that would take too long to end by itself, and sends the signal once it has done `steps`.
  Ending stopped_after(std::ptrdiff_t steps, int signal) {
    auto program = start(training("run", epochs(1000000)));
    program.wait_for_lines(folder / "run/metrics.jsonl", steps);
    program.send(signal);
    return program.wait();
  }

  /// Resumes the run until the end of the epoch after its present one, and compares it with another run
  /// that never stopped: all weights bit for bit, and one record of each step with the same numbers.
  void expect_to_go_on() {
    const auto reached = static_cast<std::int64_t>(lines_of(content("run/metrics.jsonl")).size());
    const std::int64_t count = reached / kStepsPerEpoch + 2;
    train("run", epochs(count, {"--resume", "-q"}));
    train("whole", epochs(count, {"-q"}));
    EXPECT_EQ(content("run/checkpoints/last.safetensors"), content("whole/checkpoints/last.safetensors"));
    EXPECT_EQ(content("run/labels.txt"), content("whole/labels.txt"));
    auto resumed = records("run/metrics.jsonl"), whole = records("whole/metrics.jsonl");
    ASSERT_EQ(resumed.size(), static_cast<std::size_t>(count * kStepsPerEpoch) + 1);
    ASSERT_EQ(whole.size(), resumed.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(resumed[i]["step"], std::min(i + 1, whole.size() - 1));  // the last line is a test
      resumed[i].erase("seconds"), whole[i].erase("seconds");
      ASSERT_EQ(resumed[i], whole[i]);
    }
  }
};

TEST_F(CliInterrupt, CtrlCWithinAnEpoch) {
  const auto ending = stopped_after(kStepsPerEpoch + 20, SIGINT);
  EXPECT_EQ(ending.code, 130);
  EXPECT_EQ(ending.out, "");
  const auto step = lines_of(content("run/metrics.jsonl")).size();
  const std::string last_words =
      "stopped at step " + std::to_string(step) +
      " by Ctrl-C; go on with: ./sganc train small.toml --out run --set "
      "train.steps_per_epoch=150 --set train.epochs=1000000 --threads 1 --resume\n";
  EXPECT_TRUE(ending.err.ends_with("\n" + last_words)) << ending.err;
  EXPECT_TRUE(content("run/log.txt").ends_with("\n" + last_words));
  EXPECT_TRUE(exists("run/checkpoints/last.safetensors"));

  const auto first = content("run/metrics.jsonl");
  expect_to_go_on();
  EXPECT_TRUE(content("run/metrics.jsonl").starts_with(first));
}

TEST_F(CliInterrupt, CtrlCInTheFirstEpoch) {
  EXPECT_EQ(stopped_after(5, SIGINT).code, 130);
  EXPECT_TRUE(exists("run/checkpoints/state.safetensors"));
  expect_to_go_on();
}

TEST_F(CliInterrupt, ByEverySignal) {
  for (const auto& [signal, name] :
       {std::pair(SIGTERM, "SIGTERM"), std::pair(SIGHUP, "SIGHUP"), std::pair(SIGUSR1, "SIGUSR1")}) {
    const auto ending = stopped_after(20, signal);
    EXPECT_EQ(ending.code, 128 + signal);
    EXPECT_NE(ending.err.find(" by " + std::string(name) + "; go on with: ./sganc train small.toml "),
              std::string::npos)
        << ending.err;
    expect_to_go_on();
    for (const auto* run : {"run", "whole"}) std::filesystem::remove_all(folder / run);
  }
}

TEST_F(CliInterrupt, KilledAfterACheckpoint) {
  EXPECT_EQ(stopped_after(kStepsPerEpoch + 20, SIGKILL).code, -SIGKILL);
  EXPECT_TRUE(exists("run/checkpoints/state.safetensors"));
  expect_to_go_on();
}

/// The state is written before the first step, with the weights that --init gave.
TEST_F(CliInterrupt, KilledBeforeAnyCheckpoint) {
  train("first", epochs(1, {"--seed", "5", "-q"}));
  const Words init = {"--init", "first", "-q"};
  auto program = start(training("run", epochs(1000000, init)));
  program.wait_for_lines(folder / "run/metrics.jsonl", 20);
  program.send(SIGKILL);
  EXPECT_EQ(program.wait().code, -SIGKILL);
  EXPECT_TRUE(exists("run/.lock"));

  const auto ending = train("run", epochs(1, {"--resume"}));
  EXPECT_NE(ending.err.find("training small: going on after step 0 of 150, in run\n"), std::string::npos)
      << ending.err;
  train("whole", epochs(1, init));
  EXPECT_EQ(content("run/checkpoints/last.safetensors"), content("whole/checkpoints/last.safetensors"));
  EXPECT_EQ(records("run/metrics.jsonl").size(), 150U + 1);
  EXPECT_FALSE(exists("run/.lock"));
}

TEST_F(CliInterrupt, CheckpointsWithinAnEpoch) {
  auto program = start(
      training("run", {"--set", "train.steps_per_epoch=1000000", "--set", "train.checkpoint_minutes=1e-6"}));
  program.wait_for_lines(folder / "run/metrics.jsonl", 3);
  program.send(SIGKILL);
  EXPECT_EQ(program.wait().code, -SIGKILL);
  EXPECT_TRUE(exists("run/checkpoints/state.safetensors"));
}

TEST_F(CliInterrupt, ACompleteRunIsLeftAlone) {
  const auto first = train("run");
  const auto metrics = content("run/metrics.jsonl");
  const auto again = train("run", {"--resume"});
  EXPECT_EQ(again.out, first.out);
  EXPECT_NE(again.err.find("\nthe run in run is complete: 1 epoch done; a larger train.epochs goes on\n"),
            std::string::npos)
      << again.err;
  EXPECT_EQ(content("run/metrics.jsonl"), metrics);
}

TEST_F(CliInterrupt, AResumeThatDoesNotFitChangesNothing) {
  train("run", {"-q"});
  const auto resolved = content("run/resolved.toml"), metrics = content("run/metrics.jsonl");
  const auto resume = [&](const Words& more) {
    Words words = {"--resume", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(training("run", words));
  };
  expect_error(resume({"--accept-changes", "--seed", "5"}), 2,
               "error: the run in \"run\" cannot go on like this: it has the seed 0, not 5\n");
  expect_error(resume({"--accept-changes", "--set", "train.steps_per_epoch=4"}), 2,
               "error: the run in \"run\" cannot go on like this: it has 3 steps an epoch, not 4\n");
  expect_error(
      resume({"--accept-changes", "--set", "data.labels.per_class=9"}), 2,
      "error: the run in \"run\" cannot go on like this: it has other labelled images in labels.txt\n");
  write_variant("wide.toml", "filters = 8, kernel = 3", "filters = 16, kernel = 3");
  expect_error(
      sganc({"train", "wide.toml", "--out", "run", "--resume", "--accept-changes", "-q", "--threads", "1"}),
      2,
      "error: \"run/checkpoints/state.safetensors\" is a checkpoint of another model: its tensor "
      "\"trunk.conv_1.weight\" has the shape [8, 1, 3, 3], this model's has [16, 1, 3, 3]\n");
  EXPECT_EQ(content("run/resolved.toml"), resolved);
  EXPECT_EQ(content("run/metrics.jsonl"), metrics);
}

}  // namespace
}  // namespace sganc::testing
