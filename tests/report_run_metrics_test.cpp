// Reading metrics.jsonl, also while it is being written.

#include <gtest/gtest.h>

#include "runtime/report/run_metrics.h"
#include "tests/data_folder.h"

namespace sganc::testing {
namespace {

std::string evaluation(int epoch, const std::string& split, double accuracy) {
  return to_json(EvalRecord{
             .step = epoch * 10, .epoch = epoch, .split = split, .examples = 10, .accuracy = accuracy}) +
         "\n";
}
std::string step(int number, double seconds) {
  return to_json(
             StepRecord{.step = number, .epoch = 1, .updates = {{"c", {{"loss", 1}}}}, .seconds = seconds}) +
         "\n";
}

TEST(RunMetricsFile, StepsAndEvaluations) {
  const TestFolder folder;
  const auto metrics = read_metrics(folder.file(
      "m", step(1, 0.5) + step(10, 4.25) + evaluation(1, "test", 0.5) + evaluation(1, "validation", 0.75) +
               step(20, 8.5) + evaluation(2, "train", 0.25) + evaluation(2, "validation", 0.75) +
               evaluation(3, "validation", 0.625) + evaluation(3, "fresh", 0.125)));
  EXPECT_EQ(metrics.steps, 20);
  EXPECT_EQ(metrics.seconds, 8.5);
  EXPECT_EQ(metrics.splits(), (std::vector<std::string>{"train", "validation", "test", "fresh"}));
  EXPECT_EQ(metrics.evaluations.size(), 6U);
  EXPECT_EQ(metrics.last("validation")->accuracy, 0.625);
  EXPECT_EQ(metrics.best("validation")->epoch, 1);
  EXPECT_EQ(metrics.last("other"), nullptr);
  EXPECT_EQ(metrics.best("other"), nullptr);
}

TEST(RunMetricsFile, ARunThatHasJustBegun) {
  const TestFolder folder;
  const auto none = read_metrics(folder / "metrics.jsonl");
  EXPECT_EQ(none.steps, 0);
  EXPECT_EQ(none.seconds, 0);
  EXPECT_TRUE(none.evaluations.empty());
  const auto torn = read_metrics(folder.file("m", step(1, 0.5) + "{\"kind\":\"step\",\"st"));
  EXPECT_EQ(torn.steps, 1);
}

TEST(RunMetricsFile, NoRecord) {
  const TestFolder folder;
  for (const auto* line :
       {"word", "{}", "[1]", "{\"kind\":\"eval\",\"step\":1}", "{\"kind\":\"step\",\"seconds\":1}",
        "{\"kind\":\"step\",\"step\":1e300,\"seconds\":1}"})
    EXPECT_EQ(
        folder.without_path(error_of([&] { read_metrics(folder.file("m", step(1, 0.5) + line + "\n")); })),
        "FOLDER/m:2: not a metrics record")
        << line;
}

}  // namespace
}  // namespace sganc::testing
