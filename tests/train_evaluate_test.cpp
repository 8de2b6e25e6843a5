// Evaluation of a split whose last batch is not full; samples; and what is printed of them.

#include "runtime/data/picture_file.h"
#include "runtime/train/evaluate.h"

#include <gtest/gtest.h>

#include <bit>

#include "runtime/report/picture.h"
#include "runtime/system/number_text.h"
#include "runtime/train/live_line.h"
#include "runtime/train/sample.h"
#include "tests/data_folder.h"
#include "tests/train_model.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::set_beginning;
using testing::set_variable;
using testing::small_dataset;
using testing::small_model;
using testing::TestFolder;

struct Small {
  Dataset dataset = small_dataset();
  Executor executor{small_model(), 1, 3};
  Small() { set_beginning(executor); }
};

TEST(Evaluate, CountsEachImageOfAPartialLastBatchOnce) {
  Small s;
  std::vector<std::int64_t> told;
  const auto progress = [&](std::int64_t done, std::int64_t of) {
    told.push_back(done);
    EXPECT_EQ(of, 10);
    return true;
  };
  const auto evaluation = evaluate(s.executor, s.dataset, {}, "train", progress);
  ASSERT_TRUE(evaluation);
  const EvalRecord& record = evaluation->record;
  EXPECT_EQ(record.split, "train");
  EXPECT_EQ(record.examples, 10);
  // Labels 0 1 2 0, 1 2 0 1, 2 0; predicted 0 1 2 1 in each batch; the last has two images.
  EXPECT_EQ(record.correct, 3 + 1 + 0);
  EXPECT_EQ(record.accuracy, 0.4);
  // The loss of an image is its index in units of the smallest float: 0 + 1 + ... + 9.
  EXPECT_EQ(record.loss, 45 * static_cast<double>(std::bit_cast<float>(1)) / 10);
  EXPECT_EQ(told, (std::vector<std::int64_t>{4, 8, 10}));
}

TEST(Evaluate, CountsWhichClassWasTakenForWhich) {
  Small s;
  const auto evaluation = evaluate(s.executor, s.dataset, {}, "test");
  ASSERT_TRUE(evaluation);
  EXPECT_EQ(evaluation->classes, 3);
  // Labels 0 1 2 0 1 2; predicted 0 1 2 1, then 0 1; of equal probabilities the first class counts.
  EXPECT_EQ(evaluation->confusion, (std::vector<std::int64_t>{1, 1, 0, 1, 1, 0, 0, 1, 1}));
}

TEST(Evaluate, MeasuresTheImagesOfASplitAlone) {
  Small s;
  const auto division = hold_out(s.dataset, {8, 1, 4, 2, 9});
  const auto held_out = evaluate(s.executor, s.dataset, division, "validation");
  ASSERT_TRUE(held_out);
  EXPECT_EQ(held_out->record.split, "validation");
  EXPECT_EQ(held_out->record.examples, 5);
  EXPECT_EQ(held_out->record.correct, 1 + 1);
  const auto smallest = static_cast<double>(std::bit_cast<float>(1));
  EXPECT_EQ(held_out->record.loss, (8 + 1 + 4 + 2 + 9) * smallest / 5);
  // Labels 2 1 1 2, then 0; predicted 0 1 2 1, then 0.
  EXPECT_EQ(held_out->confusion, (std::vector<std::int64_t>{1, 0, 0, 0, 1, 1, 1, 1, 0}));
  const auto rest = evaluate(s.executor, s.dataset, division, "train");
  EXPECT_EQ(rest->record.examples, 5);
  EXPECT_EQ(rest->record.loss, (0 + 3 + 5 + 6 + 7) * smallest / 5);
}

TEST(Evaluate, AClassifierMayKnowMoreClasses) {
  Small s;
  s.dataset.classes = 2;
  for (auto& label : s.dataset.test.labels) label %= 2;
  const auto evaluation = evaluate(s.executor, s.dataset, {}, "test");
  // Labels 0 1 0 0 1 0; of two classes predicted 0 1 0 1, then 0 1.
  EXPECT_EQ(evaluation->classes, 2);
  EXPECT_EQ(evaluation->confusion, (std::vector<std::int64_t>{2, 2, 1, 1}));
  EXPECT_EQ(evaluation->record.correct, 3);
}

TEST(Evaluate, DoesNotCountWhatHasNoLabel) {
  Small s;
  s.dataset.test.labels[1] = s.dataset.test.labels[5] = kUnlabelled;
  const auto evaluation = evaluate(s.executor, s.dataset, {}, "test");
  EXPECT_EQ(evaluation->record.examples, 4);
  EXPECT_EQ(evaluation->record.loss, (0 + 2 + 3 + 4) * static_cast<double>(std::bit_cast<float>(1)) / 4);
  // Labels 0 2 0 1; predicted 0 1 2 1.
  EXPECT_EQ(evaluation->confusion, (std::vector<std::int64_t>{1, 0, 1, 0, 1, 0, 0, 1, 0}));
  s.dataset.test.labels.assign(6, kUnlabelled);
  EXPECT_EQ(error_of([&] { evaluate(s.executor, s.dataset, {}, "test"); }),
            "the data set small has no images with labels in its split \"test\"");
}

TEST(Evaluate, IsGivenUpWhereItsProgressSaysSo) {
  Small s;
  int calls = 0;
  EXPECT_FALSE(evaluate(s.executor, s.dataset, {}, "train", [&](auto, auto) { return ++calls < 2; }));
  EXPECT_EQ(calls, 2);
}

TEST(Evaluate, SaysWhatCannotBeEvaluated) {
  Small s;
  EXPECT_EQ(error_of([&] { evaluate(s.executor, s.dataset, {}, "validation"); }),
            "there is no split \"validation\": no training images are held out");
  EXPECT_EQ(error_of([&] { evaluate(s.executor, s.dataset, {}, "all"); }),
            "there is no split \"all\": the known ones are train, validation and test");
  s.dataset.test = {};
  EXPECT_EQ(error_of([&] { evaluate(s.executor, s.dataset, {}, "test"); }),
            "the data set small has no images in its split \"test\"");
  s.dataset.train.labels[7] = 3;
  s.dataset.classes = 4;
  EXPECT_EQ(error_of([&] { evaluate(s.executor, s.dataset, {}, "train"); }),
            "the classifier knows 3 classes, but small has 4");
  s.dataset.image_shape = {28, 28, 1};
  EXPECT_EQ(error_of([&] { evaluate(s.executor, s.dataset, {}, "train"); }),
            "the images of small have the shape 28x28x1, but the model takes 2x2x1");
}

TEST(Evaluate, RefusesALossThatIsNotFinite) {
  Small s;
  Program program = small_model();
  for (auto& f : program.functions)
    if (f.name == "classify") f.outputs[1].buffer = testing::matrix_at(testing::kMatrix);
  Executor executor(program, 1, 3);
  set_beginning(executor);
  set_variable(executor, "net.dense_1.weight", {1, std::numeric_limits<float>::infinity(), 1, 1});
  EXPECT_EQ(error_of([&] { evaluate(executor, s.dataset, {}, "train"); }),
            "the classifier's loss on the split \"train\" is not finite");
}

TEST(Evaluate, IsSaidInOneLine) {
  EXPECT_EQ(evaluation_text({600, 1, "train", 60000, 51326, 51326 / 60000.0, 0.5126}),
            "train accuracy 85.54 % (51326 of 60000), loss 0.513");
}

TEST(Sample, EachCallHasAKeyOfItsOwn) {
  Small s;
  const std::uint64_t seed = (std::uint64_t{5} << 32) + 9;
  const auto images = sample_images(s.executor, seed, 3);
  EXPECT_EQ(images.count, 3);
  EXPECT_EQ(images.height, 2);
  EXPECT_EQ(images.width, 2);
  EXPECT_EQ(images.channels, 1);
  std::vector<int> words;
  for (const float v : images.values) words.push_back(std::bit_cast<int>(v));
  EXPECT_EQ(words, (std::vector<int>{9, 5, 0, 0, 9, 5, 1, 0, 9, 5, 2, 0}));
}

TEST(Sample, TakesNoMoreOfTheLastCallThanIsWanted) {
  Program program = small_model();
  for (auto& f : program.functions)
    if (f.name == "sample") f.outputs[0].buffer.extents = {2, 2, 1, 1};
  Executor executor(program, 1, 3);
  const auto images = sample_images(executor, 9, 3);
  std::vector<int> words;
  for (const float v : images.values) words.push_back(std::bit_cast<int>(v));
  EXPECT_EQ(words, (std::vector<int>{9, 0, 0, 0, 9, 0}));
}

TEST(Sample, SizeIsThatOfNumbersGridAndPng) {
  Small s;
  const auto size = sample_size(s.executor, 1'000'000'000'000);
  EXPECT_EQ(size.grid, 1e12 * 4 * 4);  // 2 x 2 pixels and the separators
  EXPECT_EQ(size.memory, 1e12 * 4 * 4 + 2 * size.grid);
}

TEST(Sample, GridsAreNearlySquare) {
  const TestFolder folder;
  for (const auto& [count, columns] : {std::pair{100, 10}, {12, 4}, {2, 2}}) {
    GeneratedImages images{count, 2, 2, 1, {}};
    images.values.assign(static_cast<std::size_t>(count) * 4, 1.0f);
    write_sample_grid(folder / "grid.png", images, -1, 1);
    GridStyle style;
    style.columns = columns;
    const auto expected = image_grid(images.values, 2, 2, 1, -1, 1, style);
    EXPECT_EQ(read_picture(folder / "grid.png").picture, expected);
  }
}

TEST(LiveLine, TellsWhereTheRunIsAndHowLongItTakes) {
  TrainingSettings settings = testing::small_settings();
  settings.epochs = 20;
  settings.steps_per_epoch = 600;
  Pace pace;
  pace.add_step(0.5);
  pace.add_evaluation(10);
  const StepRecord record{
      1342, 3, {{"a", {{"loss", 0.01234f}, {"accuracy", 1}}}, {"b", {{"loss", 123.4f}}}}, 0};
  // 10658 steps of 0.5 s and 18 evaluations of 10 s; ten examples a step.
  EXPECT_EQ(live_text(record, settings, pace),
            "epoch 3/20  step 1342/12000  a 0.012 (100%)  b 123  20 images/s  92 min left");
}

TEST(LiveLine, CountsTheImagesOfRareAndRepeatedUpdates) {
  TrainingSettings settings = testing::small_settings();
  settings.updates[0].cadence = {.every = 5, .repeat = 3};  // 3 images, 0.6 times a step
  Pace pace;
  pace.add_step(0.1);
  EXPECT_EQ(live_text({1, 1, {}, 0}, settings, pace), "epoch 1/3  step 1/12    88 images/s  1 s left");
}

TEST(LiveLine, CountsTheEvaluationsThatAreLeft) {
  TrainingSettings settings = testing::small_settings();
  settings.epochs = 20;
  settings.evaluate_every = 6;
  EXPECT_EQ(settings.evaluations_from(1), 4);  // 6 12 18 20
  EXPECT_EQ(settings.evaluations_from(12), 3);
  EXPECT_EQ(settings.evaluations_from(13), 2);
  EXPECT_EQ(settings.evaluations_from(20), 1);
  settings.evaluate_every = 5;
  EXPECT_EQ(settings.evaluations_from(1), 4);
}

TEST(LiveLine, PaceFollowsTheLastSteps) {
  Pace pace;
  EXPECT_EQ(pace.steps_per_second(), 0);
  pace.add_step(2);
  EXPECT_EQ(pace.steps_per_second(), 0.5);
  for (int i = 0; i < 200; ++i) pace.add_step(4);
  EXPECT_NEAR(pace.steps_per_second(), 0.25, 0.001);
}

TEST(LiveLine, DurationsHaveTheUnitThatFits) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(99.4), "99 s");
  EXPECT_EQ(duration_text(100), "2 min");
  EXPECT_EQ(duration_text(5700), "95 min");
  EXPECT_EQ(duration_text(9000), "2.5 h");
}

}  // namespace
}  // namespace sganc
