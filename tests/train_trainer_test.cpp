// Whole runs of a small model: what they write, where they stop, and that a resumed run equals one that
// never stopped.

#include "runtime/train/trainer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <sstream>

#include "runtime/data/batches.h"
#include "runtime/data/labels.h"
#include "runtime/system/files.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/state.h"
#include "runtime/train/update_runner.h"
#include "tests/data_folder.h"
#include "tests/event_reader.h"
#include "tests/train_model.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Time = std::chrono::steady_clock::time_point;

using testing::content_of;
using testing::error_of;
using testing::set_beginning;
using testing::set_variable;
using testing::small_dataset;
using testing::small_model;
using testing::TestFolder;
using testing::values_of;
using testing::variable_of;

/// A run in a folder of its own, made of one or more sessions.
struct SmallRun {
  TestFolder place;
  Dataset dataset = small_dataset();
  Division division = testing::small_division(dataset);
  std::deque<Spread> spreads = {};
  TrainingSettings settings = testing::small_settings();
  RunFolder folder = RunFolder::open_new(place / "x", false);
  std::unique_ptr<Executor> executor;
  ProgressLine::Clock clock = [] { return Time(); };
  std::string awaited;                       // see send_after
  std::vector<std::array<bool, 4>> correct;  // by epoch, which of four held-out images are recognized

  /// Trains in an executor of its own. If it resumes, the executor begins with wrong values for all that
  /// must be read back.
  int session(bool resume, const std::function<void(Executor&)>& change = {}) {
    executor = std::make_unique<Executor>(small_model(), 1, resume ? 77 : 3);
    if (!resume) {
      executor->initialize(3);
      set_beginning(*executor);
    }
    if (change) change(*executor);
    ProgressLine progress(stderr, ProgressStyle::silent);
    RunLog log(nullptr);
    const InterruptGuard interrupt;
    const auto moving_clock = [this] {
      change_correct();
      return clock();
    };
    return run_training({*executor, dataset, division, spreads, folder, log, progress, settings, interrupt,
                         resume, "sganc train --resume", moving_clock});
  }

  /// Sets which images the classifier gets right: `correct` of the epoch after those in the metrics.
  void change_correct() {
    std::size_t epochs = 0;
    const std::string text = metrics();
    while (text.find("\"eval\",\"step\":" + std::to_string(4 * (epochs + 1)) + ",") != std::string::npos)
      ++epochs;
    if (epochs >= correct.size()) return;
    std::vector<float> probability(12);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto label = dataset.train.labels.at(static_cast<std::size_t>(division.held_out.at(i)));
      probability[3 * i + static_cast<std::size_t>(correct[epochs][i] ? label : (label + 1) % 3)] = 1;
    }
    set_variable(*executor, "net.probability", probability);
  }

  /// Sets a clock that stands still, and that sends `signal` once when the metrics hold `step`.
  void send_after(std::int64_t step, int signal) {
    awaited = "\"step\":" + std::to_string(step) + ",";
    clock = [this, signal] {
      if (!awaited.empty() && metrics().find(awaited) != std::string::npos) {
        awaited.clear();
        ::raise(signal);
      }
      return Time();
    };
  }

  std::string metrics() const { return fs::exists(folder.metrics()) ? content_of(folder.metrics()) : ""; }
  std::string log() const { return place.without_path(content_of(folder.log())); }
  std::string error(bool resume, const std::function<void(Executor&)>& change = {}) {
    return place.without_path(error_of([&] { session(resume, change); }));
  }
};

std::int64_t lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

/// Expects that the events are those of the other run, each once and in order. Some may be missing if an
/// event file could not be written.
void expect_events_of(const std::string& file, const std::string& other, bool some_are_missing) {
  const auto found = values_of(file), all = values_of(other);
  EXPECT_TRUE(some_are_missing || found.size() == all.size());
  auto at = all.begin();
  for (const auto& value : found) {
    at = std::find(at, all.end(), value);
    ASSERT_TRUE(at != all.end()) << std::get<1>(value) << " at step " << std::get<0>(value);
    ++at;
  }
}

/// Expects that what a resume reads and has written equals, bit for bit, that of a run that never stopped.
void expect_like_uninterrupted(SmallRun& run, bool events_are_missing = false) {
  SmallRun whole;
  whole.settings = run.settings;
  whole.division = run.division;
  whole.correct = run.correct;
  ASSERT_EQ(whole.session(false), 0);
  EXPECT_EQ(run.metrics(), whole.metrics());
  for (const auto& entry : fs::recursive_directory_iterator(whole.place / "x")) {
    const auto name = fs::relative(entry.path(), whole.place.path()).string();
    if (!entry.is_regular_file() || name == "x/log.txt") continue;
    if (name == "x/events.out.tfevents.sganc")  // which has times
      expect_events_of(content_of(run.place / name), content_of(entry.path()), events_are_missing);
    else
      EXPECT_TRUE(content_of(run.place / name) == content_of(entry.path())) << name;
  }
}

TEST(Training, WritesTheMetricsOfEveryStepAndEpoch) {
  SmallRun run;
  run.settings.epochs = 1;
  run.settings.steps_per_epoch = 2;
  const auto whole_numbers = [](Executor& e) {
    set_variable(e, "net.dense_1.weight", {1, 0, 0, 1});
    set_variable(e, "net.m.net.dense_1.weight", {1, 0, 0, 1});
    set_variable(e, "net.dense_2.weight", {2, 0, 0, 0.5});
  };
  EXPECT_EQ(run.session(false, whole_numbers), 0);
  // a: g = 2 w; m = 2 m; w = g m. Its loss is w and its accuracy g. b: w = 2 w. So w is 4, 8; 64, 128.
  EXPECT_EQ(
      run.metrics(),
      "{\"kind\":\"step\",\"step\":1,\"epoch\":1,\"a\":{\"loss\":4,\"accuracy\":2},\"b\":{\"loss\":8},"
      "\"seconds\":0}\n"
      "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"a\":{\"loss\":64,\"accuracy\":16},\"b\":{\"loss\":128},"
      "\"seconds\":0}\n"
      "{\"kind\":\"eval\",\"step\":2,\"epoch\":1,\"split\":\"train\",\"examples\":10,\"correct\":4,"
      "\"accuracy\":0.4,\"loss\":6.305843089461677e-45}\n"
      "{\"kind\":\"eval\",\"step\":2,\"epoch\":1,\"split\":\"test\",\"examples\":6,\"correct\":3,"
      "\"accuracy\":0.5,\"loss\":3.5032461608120427e-45}\n");
  EXPECT_EQ(
      run.log(),
      "training small: 1 epoch of 2 steps, into FOLDER/x\n"
      "epoch 1/1: train accuracy 40.00 % (4 of 10), loss 6.31e-45, test accuracy 50.00 % (3 of 6), loss "
      "3.5e-45, 0 s\n"
      "trained 1 epoch, 2 steps, in 0 s\n");
  EXPECT_TRUE(fs::exists(run.folder.epoch_sample(1)));
  const auto checkpoint = Checkpoint::read(run.folder.epoch_checkpoint(1));
  EXPECT_EQ(checkpoint.integer("step"), 2);
  EXPECT_EQ(checkpoint.integer("epoch"), 1);
  EXPECT_EQ(content_of(run.folder.last()), content_of(run.folder.epoch_checkpoint(1)));
}

TEST(Training, DrawsLabelledImagesByStepAndKeepsTheirList) {
  SmallRun run;
  ASSERT_EQ(run.session(false), 0);
  const auto pool = choose_images({.count = 2, .seed = 11}, run.dataset, "labels");
  EXPECT_EQ(content_of(run.folder.labels()), labels_text(pool));
  std::vector<std::int32_t> expected(3);
  draw_from_all(6, {11, 12}, draw_stream("a", "x"), expected);
  for (auto& index : expected) index = pool[static_cast<std::size_t>(index)];
  const auto seen = run.executor->variable<std::int32_t>(run.executor->variable_index("net.seen"));
  EXPECT_EQ(std::vector(seen.begin(), seen.end()), expected);
  const auto key = run.executor->variable<std::int32_t>(run.executor->variable_index("net.key"));
  EXPECT_EQ(std::vector(key.begin(), key.end()), (std::vector<std::int32_t>{11, 0, 12, 0}));
}

TEST(Training, DrawsUnlabelledImagesFromAll) {
  SmallRun run;
  run.settings.updates[0].draws[0].labeled = false;
  run.division = {};
  ASSERT_EQ(run.session(false), 0);
  EXPECT_EQ(content_of(run.folder.labels()), "");
  std::vector<std::int32_t> expected(3);
  draw_from_all(10, {11, 12}, draw_stream("a", "x"), expected);
  const auto seen = run.executor->variable<std::int32_t>(run.executor->variable_index("net.seen"));
  EXPECT_EQ(std::vector(seen.begin(), seen.end()), expected);
}

std::vector<std::int32_t> seen_by(Executor& executor) {
  const auto seen = executor.variable<std::int32_t>(executor.variable_index("net.seen"));
  return {seen.begin(), seen.end()};
}

TEST(Training, DrawsInPassesWhereNothingIsReplaced) {
  SmallRun run;
  run.settings.updates[0].replace = false;
  run.division = divide(run.dataset, ImageChoice{.way = ImageChoice::Way::total, .count = 5}, {});
  ASSERT_EQ(run.session(false), 0);
  PassDraw passes(5, 11, draw_stream("a", "x"));
  std::vector<std::int32_t> expected(3);
  passes.draw(12, expected);
  for (auto& index : expected) index = run.division.labelled[static_cast<std::size_t>(index)];
  EXPECT_EQ(seen_by(*run.executor), expected);
}

TEST(Training, DrawsNoImageThatIsHeldOut) {
  const auto dataset = small_dataset();
  const auto division = divide(dataset, {}, ImageChoice{.way = ImageChoice::Way::total, .count = 4});
  for (const bool replace : {true, false}) {
    Executor executor(small_model(), 1, 3);
    set_beginning(executor);
    const TrainingUpdate update{.name = "a", .draws = {{"x", false}}, .replace = replace};
    UpdateRunner runner(executor, dataset, division, {}, update, 11);
    std::set<std::int32_t> seen;
    for (std::int64_t step = 1; step <= 100; ++step) {
      runner.run(step);
      for (const auto index : seen_by(executor)) seen.insert(index);
    }
    EXPECT_EQ(std::vector(seen.begin(), seen.end()), division.rest);
  }
}

TEST(Training, InPassesIsInterruptedAndGoesOn) {
  for (const bool labeled : {true, false}) {
    SmallRun run;
    run.settings.updates[0].replace = false;
    run.settings.updates[0].draws[0].labeled = labeled;
    run.division = divide(run.dataset, ImageChoice{.way = ImageChoice::Way::total, .count = 5}, {});
    run.send_after(6, SIGINT);
    EXPECT_EQ(run.session(false), 130);
    EXPECT_EQ(run.session(true), 0);
    expect_like_uninterrupted(run);
  }
}

/// Returns the names of the updates in each step's line: " a b, b,".
std::string updates_by_step(const std::string& metrics) {
  std::string text, line;
  for (std::istringstream lines(metrics); std::getline(lines, line);) {
    if (!line.starts_with("{\"kind\":\"step\"")) continue;
    for (const std::string name : {"a", "b"})
      if (line.find("\"" + name + "\":{") != std::string::npos) text += " " + name;
    text += ",";
  }
  return text;
}

TEST(Training, RunsUpdatesInTheirSteps) {
  SmallRun run;
  run.settings.updates[0].cadence = {.every = 3};
  run.settings.updates[1].cadence = {.every = 2, .from_step = 6};
  ASSERT_EQ(run.session(false), 0);
  EXPECT_EQ(updates_by_step(run.metrics()), ",, a,,, a b,, b, a, b,, a b,");
  EXPECT_TRUE(run.metrics().starts_with("{\"kind\":\"step\",\"step\":1,\"epoch\":1,\"seconds\":0}\n"));
}

TEST(Training, OfRepeatedAndRareUpdatesIsInterruptedAndGoesOn) {
  for (const std::int64_t step : {1, 3, 6, 8}) {
    SmallRun run;
    run.settings.updates[0].cadence = {.every = 2, .from_step = 3, .repeat = 3};
    run.settings.updates[0].replace = false;
    run.settings.updates[1].cadence = {.repeat = 2};
    run.send_after(step, SIGINT);
    EXPECT_EQ(run.session(false), 130);
    EXPECT_EQ(run.session(true), 0);
    expect_like_uninterrupted(run);
  }
}

/// b multiplies w by 2. After three repetitions w is 8 times as large, and so is the loss that is recorded.
TEST(Training, TellsOfTheLastRepetition) {
  SmallRun run;
  run.settings.epochs = 1, run.settings.steps_per_epoch = 1;
  run.settings.splits.clear();
  run.settings.updates = {{.name = "b", .draws = {}, .cadence = {.repeat = 3}}};
  const auto doubling = [](Executor& e) {
    set_variable(e, "net.dense_1.weight", {1, 0, 0, 1});
    set_variable(e, "net.dense_2.weight", {2, 0, 0, 2});
  };
  ASSERT_EQ(run.session(false, doubling), 0);
  EXPECT_EQ(run.metrics(), "{\"kind\":\"step\",\"step\":1,\"epoch\":1,\"b\":{\"loss\":8},\"seconds\":0}\n");
}

TEST(Training, ShowsWhatEachUpdateGaveLast) {
  SmallRun run;
  run.settings.epochs = 1;
  run.settings.classifier = run.settings.generator = false;
  run.settings.updates = {{.name = "c", .draws = {}, .cadence = {.every = 3}}, {.name = "b", .draws = {}}};
  ASSERT_EQ(run.session(false), 0);
  EXPECT_NE(run.log().find("\nepoch 1/1: c 0.28  b "), std::string::npos) << run.log();
}

std::vector<std::int32_t> key_of(Executor& executor) {
  const auto key = executor.variable<std::int32_t>(executor.variable_index("net.key"));
  return {key.begin(), key.end()};
}

TEST(Training, DrawsAnewInEachRepetition) {
  const auto dataset = small_dataset();
  const auto division = testing::small_division(dataset);
  Executor executor(small_model(), 1, 3);
  set_beginning(executor);
  const TrainingUpdate update{.name = "a", .draws = {{"x", true}}, .cadence = {.repeat = 3}};
  UpdateRunner runner(executor, dataset, division, {}, update, 11);
  std::set<std::vector<std::int32_t>> draws;
  for (std::int64_t repetition = 0; repetition < 3; ++repetition) {
    runner.run(5, repetition);
    draws.insert(seen_by(executor));
    const auto high = static_cast<std::int32_t>(repetition << 16);
    EXPECT_EQ(key_of(executor), (std::vector<std::int32_t>{11, 0, 5, high}));
  }
  EXPECT_EQ(draws.size(), 3);
}

/// Without replacement, each run of an update continues where the last one stopped, whatever lies between.
TEST(Training, GoesThroughAllImagesInItsRuns) {
  const auto dataset = small_dataset();
  const auto division = testing::small_division(dataset);
  Executor executor(small_model(), 1, 3);
  set_beginning(executor);
  const Cadence cadence{.every = 2, .from_step = 3, .repeat = 3};
  const TrainingUpdate update{.name = "a", .draws = {{"x", true}}, .replace = false, .cadence = cadence};
  UpdateRunner runner(executor, dataset, division, {}, update, 11);
  PassDraw passes(6, 11, draw_stream("a", "x"));
  std::int64_t number = 0;
  for (const std::int64_t step : {4, 6, 8})
    for (std::int64_t repetition = 0; repetition < 3; ++repetition) {
      runner.run(step, repetition);
      std::vector<std::int32_t> expected(3);
      passes.draw(++number, expected);
      for (auto& index : expected) index = division.labelled[static_cast<std::size_t>(index)];
      EXPECT_EQ(seen_by(executor), expected) << number;
    }
}

/// A run that evaluates four held-out images, of which it gets 1, 3, 3 and 2 right.
struct RunWithBest : SmallRun {
  RunWithBest() {
    settings.epochs = 4;
    settings.splits = {"validation"};
    division =
        divide(dataset, ImageChoice{.count = 1}, ImageChoice{.way = ImageChoice::Way::total, .count = 4});
    correct = {{1, 0, 0, 0}, {1, 1, 1, 0}, {0, 1, 1, 1}, {1, 1, 0, 0}};
  }
};

TEST(Training, KeepsTheFirstBestCheckpoint) {
  RunWithBest run;
  ASSERT_EQ(run.session(false), 0);
  EXPECT_EQ(content_of(run.folder.best()), content_of(run.folder.epoch_checkpoint(2)));
  EXPECT_NE(content_of(run.folder.best()), content_of(run.folder.epoch_checkpoint(3)));
  EXPECT_EQ(content_of(run.folder.held_out()), labels_text(run.division.held_out));
  const auto without_losses = [](std::string text) {
    for (auto at = text.find(", loss "); at != std::string::npos; at = text.find(", loss "))
      text.erase(at, text.find(',', at + 1) - at);
    return text;
  };
  EXPECT_EQ(without_losses(run.log()),
            "training small: 4 epochs of 4 steps, into FOLDER/x\n"
            "epoch 1/4: validation accuracy 25.00 % (1 of 4), best so far, 0 s\n"
            "epoch 2/4: validation accuracy 75.00 % (3 of 4), best so far, 0 s\n"
            "epoch 3/4: validation accuracy 75.00 % (3 of 4), 0 s\n"
            "epoch 4/4: validation accuracy 50.00 % (2 of 4), 0 s\n"
            "trained 4 epochs, 16 steps, in 0 s\n"
            "the best validation accuracy, 75.00 %, is that of epoch 2: "
            "FOLDER/x/checkpoints/best.safetensors\n");
}

TEST(Training, KnowsTheBestWhenItGoesOn) {
  for (const std::int64_t step : {6, 8, 10, 13}) {
    RunWithBest run;
    run.send_after(step, SIGINT);
    EXPECT_EQ(run.session(false), 130);
    EXPECT_EQ(run.session(true), 0);
    expect_like_uninterrupted(run);
  }
}

TEST(Training, NeverKeepsABestByTrainOrTestImages) {
  RunWithBest run;
  run.settings.splits = {"train", "test"};
  run.settings.epochs = 1;
  ASSERT_EQ(run.session(false), 0);
  EXPECT_FALSE(fs::exists(run.folder.best()));
  EXPECT_EQ(run.log().find("best"), std::string::npos);
}

TEST(Training, EvaluatesEverySoManyEpochsAndAfterTheLast) {
  SmallRun run;
  run.settings.epochs = 5;
  run.settings.evaluate_every = 2;
  run.settings.splits = {"test"};
  run.send_after(9, SIGINT);
  EXPECT_EQ(run.session(false), 130);
  EXPECT_EQ(run.session(true), 0);
  std::string kept;
  for (std::int64_t epoch = 1; epoch <= 5; ++epoch) {
    const std::string of_epoch = "\"epoch\":" + std::to_string(epoch) + ",\"split\":\"test\"";
    const bool evaluated = run.metrics().find(of_epoch) != std::string::npos;
    EXPECT_EQ(evaluated, fs::exists(run.folder.epoch_sample(epoch)));
    EXPECT_EQ(evaluated, fs::exists(run.folder.epoch_checkpoint(epoch)));
    if (evaluated) kept += std::to_string(epoch);
  }
  EXPECT_EQ(kept, "245");
  EXPECT_EQ(lines_of(run.metrics()), 5 * 4 + 3);
  EXPECT_NE(run.log().find("\nepoch 1/5: a "), std::string::npos) << run.log();
  expect_like_uninterrupted(run);
}

TEST(Training, WithoutClassifierAndGeneratorShowsLosses) {
  SmallRun run;
  run.settings.epochs = 1;
  run.settings.classifier = run.settings.generator = false;
  run.settings.updates = {{"c", {}, 1}};
  ASSERT_EQ(run.session(false), 0);
  EXPECT_EQ(lines_of(run.metrics()), 4);
  EXPECT_FALSE(fs::exists(run.folder.epoch_sample(1)));
  EXPECT_EQ(run.log(),
            "training small: 1 epoch of 4 steps, into FOLDER/x\n"
            "epoch 1/1: c 0.28, 0 s\n"
            "trained 1 epoch, 4 steps, in 0 s\n");
}

TEST(Training, IsInterruptedAfterAStepAndGoesOn) {
  SmallRun run;
  run.send_after(6, SIGINT);
  EXPECT_EQ(run.session(false), 130);
  EXPECT_EQ(lines_of(run.metrics()), 6 + 2);
  EXPECT_TRUE(run.log().ends_with("\nstopped at step 6 by Ctrl-C; go on with: sganc train --resume\n"))
      << run.log();
  EXPECT_EQ(Checkpoint::read(run.folder.state()).integer("step"), 6);
  EXPECT_EQ(Checkpoint::read(run.folder.last()).integer("step"), 6);
  EXPECT_EQ(run.session(true), 0);
  EXPECT_NE(run.log().find("\ntraining small: going on after step 6 of 12, in FOLDER/x\n"),
            std::string::npos);
  expect_like_uninterrupted(run);
}

TEST(Training, InterruptedBeforeAnEvaluationDoesItFirstWhenItGoesOn) {
  SmallRun run;
  run.send_after(8, SIGTERM);
  EXPECT_EQ(run.session(false), 143);
  EXPECT_EQ(lines_of(run.metrics()), 8 + 2);
  EXPECT_FALSE(fs::exists(run.folder.epoch_checkpoint(2)));
  EXPECT_TRUE(run.log().ends_with("\nstopped at step 8 by SIGTERM; go on with: sganc train --resume\n"))
      << run.log();
  EXPECT_EQ(run.session(true), 0);
  expect_like_uninterrupted(run);
}

TEST(Training, KilledAfterACheckpointDropsWhatCameLater) {
  SmallRun run;
  run.settings.epochs = 1;
  ASSERT_EQ(run.session(false), 0);
  const auto state = content_of(run.folder.state());
  run.settings.epochs = 2;
  ASSERT_EQ(run.session(true), 0);
  ASSERT_EQ(lines_of(run.metrics()), 8 + 4);
  // The files that a kill leaves: the state of epoch 1, metrics of epoch 2 and a torn line.
  write_file_atomically(run.folder.state(), state);
  write_file_atomically(run.folder.metrics(), run.metrics() + "{\"kind\":\"st");
  run.settings.epochs = 3;
  ASSERT_EQ(run.session(true), 0);
  expect_like_uninterrupted(run);
}

/// The state is written before all else, with the weights that the run begins with, whoever gave them.
TEST(Training, KilledBeforeTheFirstStepGoesOnFromTheStart) {
  SmallRun run;
  run.send_after(1, SIGINT);
  ASSERT_EQ(run.session(false), 130);
  SmallRun killed;
  killed.clock = [&]() -> Time {
    if (fs::exists(killed.folder.metrics())) throw std::logic_error("killed");
    return {};
  };
  EXPECT_EQ(killed.error(false), "killed");
  EXPECT_EQ(Checkpoint::read(killed.folder.state()).integer("step"), 0);
  EXPECT_FALSE(fs::exists(killed.folder.last()));
  killed.clock = [] { return Time(); };
  for (const auto* file : {"labels.txt", "metrics.jsonl", "log.txt"}) fs::remove(killed.place / "x" / file);
  ASSERT_EQ(killed.session(true), 0);
  expect_like_uninterrupted(killed);
}

TEST(Training, KilledWithinTheFirstEpochGoesOnFromTheStart) {
  SmallRun run;
  run.send_after(2, SIGINT);
  ASSERT_EQ(run.session(false), 130);
  SmallRun killed;
  killed.clock = [&]() -> Time {
    if (killed.metrics().find("\"step\":2,") != std::string::npos) throw std::logic_error("killed");
    return {};
  };
  EXPECT_EQ(killed.error(false), "killed");
  killed.clock = [] { return Time(); };
  ASSERT_EQ(killed.session(true), 0);
  expect_like_uninterrupted(killed);
}

TEST(Training, IsStoppedByEverySignal) {
  for (const auto& [signal, name] : {std::pair(SIGHUP, "SIGHUP"), std::pair(SIGUSR1, "SIGUSR1")}) {
    SmallRun run;
    run.send_after(3, signal);
    EXPECT_EQ(run.session(false), 128 + signal);
    EXPECT_TRUE(run.log().ends_with("\nstopped at step 3 by " + std::string(name) +
                                    "; go on with: sganc train --resume\n"))
        << run.log();
    EXPECT_EQ(run.session(true), 0);
    expect_like_uninterrupted(run);
  }
}

TEST(Training, KeepsTheLastCheckpoints) {
  SmallRun run;
  run.settings.epochs = 5;
  run.settings.keep = 2;
  run.send_after(18, SIGINT);
  EXPECT_EQ(run.session(false), 130);
  EXPECT_EQ(run.folder.epoch_checkpoints(), (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(run.session(true), 0);
  EXPECT_EQ(run.folder.epoch_checkpoints(), (std::vector<std::int64_t>{4, 5}));
  expect_like_uninterrupted(run);
}

TEST(Training, KeepsOtherNumbersOfCheckpointsWhenItGoesOn) {
  RunWithBest run;
  run.settings.keep = 3;
  ASSERT_EQ(run.session(false), 0);
  EXPECT_EQ(run.folder.epoch_checkpoints(), (std::vector<std::int64_t>{2, 3, 4}));
  run.settings.keep = 1;
  ASSERT_EQ(run.session(true), 0);  // a complete run
  EXPECT_EQ(run.folder.epoch_checkpoints(), (std::vector<std::int64_t>{4}));
  EXPECT_TRUE(fs::exists(run.folder.best()));
  run.settings.keep = {};
  run.settings.epochs = 6;
  ASSERT_EQ(run.session(true), 0);
  EXPECT_EQ(run.folder.epoch_checkpoints(), (std::vector<std::int64_t>{4, 5, 6}));
}

/// A kill may leave a checkpoint that is not evaluated yet, before the state of its epoch is written.
TEST(Training, KeepsTheCheckpointOfAnEpochThatTheStateDoesNotKnow) {
  SmallRun run;
  run.settings.epochs = 2;
  run.settings.keep = 1;
  ASSERT_EQ(run.session(false), 0);
  fs::copy_file(run.folder.last(), run.folder.epoch_checkpoint(3));
  ASSERT_EQ(run.session(true), 0);
  EXPECT_EQ(run.folder.epoch_checkpoints(), (std::vector<std::int64_t>{2, 3}));
}

TEST(Training, RefusesMetricsThatAreNotItsOwn) {
  SmallRun run;
  run.settings.epochs = 1;
  ASSERT_EQ(run.session(false), 0);
  const auto log = run.log(), whole = run.metrics();
  auto changed = whole;
  changed[whole.find("\"loss\":") + 8] ^= 1;
  run.settings.epochs = 2;
  for (const auto& text : {changed, whole.substr(0, whole.size() - 1), std::string()}) {
    write_file_atomically(run.folder.metrics(), text);
    EXPECT_EQ(run.error(true),
              "FOLDER/x/metrics.jsonl: not as the run left it; move it away to go on without its figures");
    EXPECT_EQ(run.metrics(), text);
    EXPECT_EQ(run.log(), log);
  }
  fs::remove(run.folder.metrics());
  ASSERT_EQ(run.session(true), 0);
  EXPECT_NE(run.log().find("\nFOLDER/x/metrics.jsonl was not there: it begins with the next step\n"),
            std::string::npos)
      << run.log();
  EXPECT_TRUE(run.metrics().starts_with("{\"kind\":\"step\",\"step\":5,"));
  run.settings.epochs = 3;
  ASSERT_EQ(run.session(true), 0);  // the state knows the new file of metrics
}

TEST(Training, AddsAFinalEvaluationOnce) {
  SmallRun run;
  ASSERT_EQ(run.session(false), 0);
  const EvalRecord record{
      .step = 12, .epoch = 3, .split = "validation", .examples = 2, .correct = 1, .accuracy = 0.5, .loss = 1};
  const auto before = run.metrics();
  for (int i = 0; i < 2; ++i) {
    add_final_evaluation(run.folder, *run.executor, record);
    EXPECT_EQ(run.metrics(), before + to_json(record) + "\n");
  }
  ASSERT_EQ(run.session(true), 0);
  EXPECT_EQ(run.metrics(), before + to_json(record) + "\n");
}

/// Limits the size of files that this process writes, like a disk that is full.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit limit{bytes, former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &former_); }

 private:
  rlimit former_{};
};

/// Every file of a run meets the limit at some size, and metrics also in the middle of a line.
TEST(Training, SurvivesAFullDiskAtAnyWrite) {
  std::set<std::string> failed;
  for (rlim_t bytes = 0; bytes < 5000; bytes += 271) {
    SmallRun run;
    std::string said;
    {
      const FileLimit limit(bytes);
      said = run.error(false);
    }
    const bool begun = fs::exists(run.folder.state());
    if (!said.empty()) {
      EXPECT_TRUE(said.ends_with(": cannot be written: File too large")) << said;
      failed.insert(said.substr(0, said.find(": ")));
    }
    ASSERT_EQ(run.session(begun), 0) << bytes;
    expect_like_uninterrupted(run, true);
  }
  // The state is the largest of the checkpoints and comes first.
  EXPECT_EQ(failed,
            (std::set<std::string>{"FOLDER/x/checkpoints/state.safetensors", "FOLDER/x/metrics.jsonl"}));
}

TEST(Training, ThatIsCompleteSaysSo) {
  SmallRun run;
  ASSERT_EQ(run.session(false), 0);
  const auto metrics = run.metrics(), state = content_of(run.folder.state());
  EXPECT_EQ(run.session(true), 0);
  EXPECT_TRUE(run.log().ends_with(
      "\nthe run in FOLDER/x is complete: 3 epochs done; a larger train.epochs goes on\n"));
  EXPECT_EQ(run.metrics(), metrics);
  EXPECT_EQ(content_of(run.folder.state()), state);
}

TEST(Training, GoesOnOnlyAsItBegan) {
  SmallRun run;
  run.settings.epochs = 1;
  ASSERT_EQ(run.session(false), 0);
  const auto metrics = run.metrics();
  const std::string refusal = "the run in \"FOLDER/x\" cannot go on like this: it has ";
  run.settings.seed = 12;
  EXPECT_EQ(run.error(true), refusal + "the seed 11, not 12");
  run.settings.seed = 11;
  run.settings.steps_per_epoch = 5;
  EXPECT_EQ(run.error(true), refusal + "4 steps an epoch, not 5");
  run.settings.steps_per_epoch = 4;
  const auto division = run.division;
  run.division.labelled.pop_back();
  EXPECT_EQ(run.error(true), refusal + "other labelled images in labels.txt");
  run.division.labelled = division.labelled;
  run.division.held_out = {9};
  EXPECT_EQ(run.error(true), refusal + "other images held out for validation");
  run.division = division;
  save_state(run.folder.state(), *run.executor, {"small", 11, 9, 1, 4, 0});
  EXPECT_EQ(run.error(true), refusal + "done 9 steps in 1 epoch");
  EXPECT_EQ(run.metrics(), metrics);
}

TEST(Training, WritesCheckpointsWithinAnEpochByTheClock) {
  for (const double minutes : {1.0, 1000.0}) {
    SmallRun run;
    run.settings.epochs = 1;
    run.settings.steps_per_epoch = 40;
    run.settings.checkpoint_minutes = minutes;
    std::int64_t first = 0;
    Time now;
    run.clock = [&] {
      if (first == 0 && fs::exists(run.folder.state()))
        first = Checkpoint::read(run.folder.state()).integer("step");
      return now += std::chrono::seconds(1);
    };
    ASSERT_EQ(run.session(false), 0);
    if (minutes == 1)
      EXPECT_TRUE(first > 1 && first < 40) << first;
    else
      EXPECT_EQ(first, 40);
  }
}

TEST(Training, CountsItsSecondsOverAllSessions) {
  SmallRun run;
  run.settings.epochs = 1;
  Time now;
  run.clock = [&] { return now += std::chrono::seconds(1); };
  ASSERT_EQ(run.session(false), 0);
  Executor executor(small_model(), 1, 3);
  const double before = load_state(run.folder.state(), executor).seconds;
  EXPECT_GT(before, 4);
  now += std::chrono::hours(5);  // the time between sessions does not count
  run.settings.epochs = 2;
  ASSERT_EQ(run.session(true), 0);
  const double after = load_state(run.folder.state(), executor).seconds;
  EXPECT_GT(after, before + 4);
  EXPECT_LT(after, 3 * before);
}

/// Makes a step multiply by 1e20, so that f32 overflows in the second step.
void grow(Executor& e) {
  set_variable(e, "net.dense_1.weight", {1, 0, 0, 1});
  set_variable(e, "net.dense_2.weight", {1e20f, 0, 0, 1});
}

TEST(Training, StopsWhereALossIsNotFinite) {
  SmallRun run;
  run.settings.updates = {{"b", {}, 1}};
  EXPECT_EQ(run.error(false, grow),
            "update \"b\" became not finite at step 2: first in net.dense_1.forward, where "
            "\"net.dense_1.weight\" was not finite before; there is no checkpoint yet");
  EXPECT_EQ(run.metrics(),
            "{\"kind\":\"step\",\"step\":1,\"epoch\":1,\"b\":{\"loss\":1e+20},\"seconds\":0}\n");
  EXPECT_EQ(Checkpoint::read(run.folder.state()).integer("step"), 0);
}

TEST(Training, StopsWhereALossOfARepetitionIsNotFinite) {
  SmallRun run;
  run.settings.updates = {{.name = "b", .draws = {}, .count = 1, .cadence = {.repeat = 3}}};
  EXPECT_EQ(run.error(false, grow),
            "update \"b\" became not finite at step 1: first in net.dense_1.forward, where "
            "\"net.dense_1.weight\" was not finite before; there is no checkpoint yet");
  EXPECT_EQ(run.metrics(), "");
}

TEST(Training, NamesTheLayerWhereTheWeightsAreFiniteAndKeepsTheLastCheckpoint) {
  SmallRun run;
  run.settings.epochs = 1;
  ASSERT_EQ(run.session(false), 0);
  const auto state = content_of(run.folder.state()), last = content_of(run.folder.last());
  // The state that is read back is finite. Its mix overflows if it is multiplied by itself.
  const auto path = run.folder.state();
  load_state(path, *run.executor);
  set_variable(*run.executor, "net.dense_2.weight", {1e20f, 0, 0, 1});
  save_state(path, *run.executor, {"small", 11, 4, 1, 4, 0});
  const auto changed = content_of(path);
  run.settings.epochs = 2;
  run.settings.updates = {{"c", {}, 1}, {"a", {{"x", true}}, 3}};
  EXPECT_EQ(
      run.error(true),
      "update \"c\" became not finite at step 5: first in net.dense_2.forward; the last good checkpoint is "
      "FOLDER/x/checkpoints/last.safetensors");
  EXPECT_EQ(content_of(run.folder.last()), last);
  EXPECT_EQ(content_of(path), changed);
  EXPECT_NE(changed, state);
}

TEST(Training, WritesNoCheckpointOfVariablesThatAreNotFinite) {
  SmallRun run;
  run.settings.updates = {{"hidden", {}, 1}};
  EXPECT_EQ(run.error(false, grow),
            "\"net.dense_1.weight\" is not finite after step 4; there is no checkpoint yet");
  EXPECT_EQ(lines_of(run.metrics()), 4);
  EXPECT_FALSE(fs::exists(run.folder.last()));
}

}  // namespace
}  // namespace sganc
