#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "runtime/report/metrics.h"
#include "runtime/report/run_metrics.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::content_of;
using testing::error_of;
using testing::TestFolder;

StepRecord step_record(std::int64_t step) {
  return {step, 1, {{"c", {{"loss", 2.305f}, {"accuracy", 0.06f}}}, {"d_real", {{"loss", 0.096f}}}}, 0.21};
}

EvalRecord eval_record(std::int64_t step) {
  return {step, 1, "train", 60000, 51326, 51326.0 / 60000, 0.5};
}

TEST(Metrics, AStepIsThisText) {
  EXPECT_EQ(
      to_json(step_record(1)),
      R"({"kind":"step","step":1,"epoch":1,"c":{"loss":2.305,"accuracy":0.06},"d_real":{"loss":0.096},"seconds":0.21})");
}

TEST(Metrics, AnEvaluationIsThisText) {
  EXPECT_EQ(
      to_json(EvalRecord{600, 1, "train", 60000, 51326, 0.8554, 0.5}),
      R"({"kind":"eval","step":600,"epoch":1,"split":"train","examples":60000,"correct":51326,"accuracy":0.8554,"loss":0.5})");
}

TEST(Metrics, AnEvaluationMayNameItsCheckpoint) {
  EXPECT_EQ(
      to_json(EvalRecord{6, 1, "test", 10, 5, 0.5, 0.25, "best"}),
      R"({"kind":"eval","step":6,"epoch":1,"split":"test","examples":10,"correct":5,"accuracy":0.5,"loss":0.25,"checkpoint":"best"})");
}

TEST(Metrics, NamesAreQuoted) {
  const StepRecord record{2, 1, {{"a\"b\n", {}}}, 1};
  EXPECT_EQ(to_json(record), R"({"kind":"step","step":2,"epoch":1,"a\"b\n":{},"seconds":1})");
}

TEST(Metrics, NumbersReadBackExactly) {
  for (const float value : {1.0f / 3, 1e-45f, 3.4028235e38f, -0.0f, 1e20f, 0.1f + 0.2f}) {
    const auto text = to_json(StepRecord{1, 1, {{"c", {{"loss", value}}}}, 1.0 / 3});
    const auto record = nlohmann::json::parse(text);
    const auto read = record["c"]["loss"].get<float>();
    EXPECT_EQ(read, value) << text;
    EXPECT_EQ(std::signbit(read), std::signbit(value)) << text;
    EXPECT_EQ(record["seconds"].get<double>(), 1.0 / 3);
  }
}

TEST(Metrics, ANumberThatIsNotFiniteThrows) {
  const float infinite = std::numeric_limits<float>::infinity(),
              none = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(error_of([&] {
              to_json(StepRecord{7, 1, {{"c", {{"loss", none}}}}, 1});
            }),
            "step 7: c.loss is not a number");
  EXPECT_EQ(error_of([&] {
              to_json(StepRecord{7, 1, {{"g", {{"loss", -infinite}}}}, 1});
            }),
            "step 7: g.loss is infinite");
  EXPECT_EQ(error_of([&] {
              to_json(EvalRecord{7, 1, "test", 1, 1, 1, static_cast<double>(none)});
            }),
            "step 7: test loss is not a number");
}

/// Returns the lines that records of those steps make.
std::string lines(std::initializer_list<std::int64_t> steps) {
  std::string text;
  for (const auto step : steps) text += to_json(step_record(step)) + "\n";
  return text;
}

TEST(MetricsFile, CreateStartsAnewAndAppends) {
  const TestFolder folder;
  const auto path = folder.file("metrics.jsonl", "old\n");
  auto file = MetricsFile::create(path);
  file.write(step_record(1));
  EXPECT_EQ(content_of(path), lines({1}));
  file.write(eval_record(1));
  EXPECT_EQ(content_of(path), lines({1}) + to_json(eval_record(1)) + "\n");
}

TEST(MetricsFile, TellsWhetherItHoldsAnEvaluation) {
  const TestFolder folder;
  auto record = eval_record(4);
  record.split = "test";
  record.epoch = 2;
  const auto path = folder.file("metrics.jsonl", lines({1, 2}) + to_json(eval_record(2)) + "\n" +
                                                     lines({3, 4}) + to_json(record) + "\n");
  EXPECT_TRUE(holds_evaluation(path, "test", 2));
  EXPECT_TRUE(holds_evaluation(path, "train", 1));
  EXPECT_FALSE(holds_evaluation(path, "test", 1));
  EXPECT_FALSE(holds_evaluation(path, "train", 2));
}

TEST(MetricsFile, ContinueDropsLaterSteps) {
  const TestFolder folder;
  const auto evaluation = to_json(eval_record(2)) + "\n";
  const auto path = folder.file("metrics.jsonl", lines({1, 2}) + evaluation + lines({3, 4}));
  auto file = MetricsFile::continue_after(path, 2, 99);
  EXPECT_EQ(content_of(path), lines({1, 2}) + evaluation);
  file.write(step_record(3));
  EXPECT_EQ(content_of(path), lines({1, 2}) + evaluation + lines({3}));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(MetricsFile, ContinueDropsATornLastLine) {
  const TestFolder folder;
  for (const auto& torn : std::vector<std::string>{"{\"kind\":\"step\",\"step\":3,\"epo", "{",
                                                   std::string(3, '\0'), "{\"kind\":\n"}) {
    const auto path = folder.file("metrics.jsonl", lines({1, 2}) + torn);
    MetricsFile::continue_after(path, 10, 99);
    EXPECT_EQ(content_of(path), lines({1, 2}));
  }
}

TEST(MetricsFile, ContinueKeepsAWholeFileAndCreatesAMissingOne) {
  const TestFolder folder;
  const auto path = folder.file("metrics.jsonl", lines({1, 2}));
  MetricsFile::continue_after(path, 2, 99);
  EXPECT_EQ(content_of(path), lines({1, 2}));
  MetricsFile::continue_after(folder / "none.jsonl", 5, 99).write(step_record(6));
  EXPECT_EQ(content_of(folder / "none.jsonl"), lines({6}));
}

TEST(MetricsFile, ALineInBetweenThatIsNoRecordIsAnErrorAndKept) {
  const TestFolder folder;
  const auto text = lines({1}) + "hello\n" + lines({2, 3});
  const auto path = folder.file("metrics.jsonl", text);
  EXPECT_EQ(folder.without_path(error_of([&] { MetricsFile::continue_after(path, 2, 99); })),
            "FOLDER/metrics.jsonl:2: not a metrics record; move the file away to go on without it");
  EXPECT_EQ(content_of(path), text);
}

TEST(MetricsFile, GoesOnAtAMark) {
  const TestFolder folder;
  const auto path = folder / "metrics.jsonl";
  auto file = MetricsFile::create(path);
  EXPECT_EQ(file.mark(), MetricsMark());
  file.write(step_record(1));
  file.write(eval_record(1));
  const MetricsMark mark = file.mark();
  const auto whole = content_of(path);
  EXPECT_EQ(mark.bytes, static_cast<std::int64_t>(whole.size()));
  file.write(step_record(2));
  {
    auto again = MetricsFile::continue_at(path, mark);
    EXPECT_EQ(content_of(path), whole);
    EXPECT_EQ(again.mark(), mark);
    again.write(step_record(2));
    EXPECT_EQ(again.mark(), file.mark());
  }
  const auto longer = content_of(path);
  folder.file("metrics.jsonl", longer + "{\"kind\":\"st");
  MetricsFile::continue_at(path, mark);
  EXPECT_EQ(content_of(path), whole);
  EXPECT_EQ(MetricsFile::continue_at(folder / "none.jsonl", mark).mark(), MetricsMark());
}

TEST(MetricsFile, IsOnlyContinuedAsItWasLeft) {
  const TestFolder folder;
  const auto path = folder / "metrics.jsonl";
  auto file = MetricsFile::create(path);
  file.write(step_record(1));
  const auto whole = content_of(path);
  const auto refused = [&](const std::string& text) {
    folder.file("metrics.jsonl", text);
    EXPECT_EQ(folder.without_path(error_of([&] { MetricsFile::continue_at(path, file.mark()); })),
              "FOLDER/metrics.jsonl: not as the run left it; move it away to go on without its figures");
    EXPECT_EQ(content_of(path), text);
  };
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
    refused(flipped + whole);
  }
  refused(whole.substr(1));
  refused("");
}

TEST(MetricsFile, SaysWhyItCannotBeWritten) {
  const TestFolder folder;
  EXPECT_EQ(folder.without_path(error_of([&] { MetricsFile::create(folder / "none/metrics.jsonl"); })),
            "FOLDER/none/metrics.jsonl: cannot be written: No such file or directory");
  EXPECT_EQ(error_of([] { MetricsFile::create("/dev/full").write(step_record(1)); }),
            "/dev/full: cannot be written: No space left on device");
}

}  // namespace
TEST(MetricsFile, DropsTheEvaluationOfAnEpochThatWasNotFinished) {
  const TestFolder folder;
  const auto path = folder / "metrics.jsonl";
  {
    auto file = MetricsFile::create(path);
    file.write(EvalRecord{
        .step = 4, .epoch = 1, .split = "train", .examples = 2, .correct = 1, .accuracy = 0.5, .loss = 1});
    file.write(EvalRecord{
        .step = 8, .epoch = 2, .split = "train", .examples = 2, .correct = 2, .accuracy = 1, .loss = 1});
  }
  MetricsFile::continue_after(path, 8, 1);
  const auto text = content_of(path);
  EXPECT_NE(text.find("\"epoch\":1"), std::string::npos);
  EXPECT_EQ(text.find("\"epoch\":2"), std::string::npos);
}

}  // namespace sganc
