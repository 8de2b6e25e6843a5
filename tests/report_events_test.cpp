// Event files: their frames, which steps they have, and how a resumed run goes on with them.

#include "runtime/report/picture.h"
#include "runtime/report/record_frames.h"
#include "runtime/report/tensorboard.h"
#include "runtime/train/run_folder.h"
#include "tests/data_folder.h"
#include "tests/event_reader.h"

namespace sganc {
namespace {

using testing::content_of;
using testing::EventValue;
using testing::TestFolder;
using testing::values_of;

TEST(RecordFrames, HaveTheChecksumsOfTheFormat) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  const auto frame = framed("abc");
  EXPECT_EQ(frame.size(), 3 + kFrameBytes);
  EXPECT_EQ(testing::records_of(frame + framed("")), (std::vector<std::string>{"abc", ""}));
  EXPECT_EQ(first_record(frame + "more"), "abc");
}

TEST(RecordFrames, TellDamageAndWhatIsCutOff) {
  const auto frame = framed("a record");
  for (std::size_t i = 0; i < frame.size(); ++i) {
    EXPECT_FALSE(first_record(std::string_view(frame).substr(0, i))) << i;
    auto damaged = frame;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_FALSE(first_record(damaged)) << i;
  }
  EXPECT_FALSE(first_record(std::string(100, '\xff')));
}

StepRecord step(std::int64_t number) {
  return {number, 1, {{"c", {{"loss", static_cast<float>(number)}}}, {"g", {{"loss", 0.5f}}}}, 0};
}

std::vector<EvalRecord> evaluation(std::int64_t number) {
  return {{.step = number, .epoch = 1, .split = "train", .accuracy = 0.25, .loss = 2}};
}

class EventFile : public ::testing::Test {
 protected:
  TensorBoard board(std::int64_t steps = 8) {
    return {folder / "events", steps, [&](const std::string& failure) { warnings.push_back(failure); }};
  }
  std::vector<EventValue> values() const { return values_of(content_of(folder / "events")); }
  /// The steps that have a value of this tag.
  std::vector<std::uint64_t> steps_of(const std::string& tag) const {
    std::vector<std::uint64_t> steps;
    for (const auto& [step, name, number, bytes] : values())
      if (name == tag) steps.push_back(step);
    return steps;
  }

  TestFolder folder;
  std::vector<std::string> warnings;
};

TEST_F(EventFile, HoldsStepsEvaluationsSamplesAndTheModel) {
  const auto png = encode_png({3, 2, 1, {1, 2, 3, 4, 5, 6}});
  auto events = board();
  events.begin("a = 1\nb = 2");
  events.add(step(1));
  events.add(1, evaluation(1), folder.file("samples.png", png));
  events.add(2, {}, "");  // nothing
  EXPECT_EQ(values(), (std::vector<EventValue>{{0, "model", 0, "    a = 1\n    b = 2"},
                                               {1, "c/loss", 1, ""},
                                               {1, "g/loss", 0.5, ""},
                                               {1, "evaluation/accuracy/train", 0.25, ""},
                                               {1, "evaluation/loss/train", 2, ""},
                                               {1, "samples", 0, png}}));
  EXPECT_TRUE(warnings.empty());
}

TEST_F(EventFile, HasAllFirstStepsAndAboutAThousandOfARun) {
  const auto events = board(12000);
  std::int64_t count = 0;
  for (std::int64_t i = 1; i <= 12000; ++i) count += events.includes(i);
  EXPECT_EQ(count, 100 + 1000 - 8);
  EXPECT_TRUE(events.includes(100) && events.includes(12000) && events.includes(108) &&
              !events.includes(101));
  const auto brief = board(500);
  for (std::int64_t i = 1; i <= 500; ++i) EXPECT_TRUE(brief.includes(i));
}

TEST_F(EventFile, GoesOnWithoutDoubledSteps) {
  {
    auto events = board();
    events.begin("");
    for (std::int64_t i = 1; i <= 4; ++i) events.add(step(i));
    events.add(4, evaluation(4), "");
    for (std::int64_t i = 5; i <= 7; ++i) events.add(step(i));
  }
  const auto whole = content_of(folder / "events");
  const std::vector<std::uint64_t> all = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto go_on = [&](std::int64_t done, bool evaluated) {
    folder.file("events", whole + "incomplete");
    auto events = board();
    events.go_on(done, evaluated, "");
    if (done == 4 && !evaluated) events.add(4, evaluation(4), "");
    for (std::int64_t i = done + 1; i <= 8; ++i) events.add(step(i));
    EXPECT_EQ(steps_of("c/loss"), all) << done;
    EXPECT_EQ(steps_of("evaluation/accuracy/train"), (std::vector<std::uint64_t>{4})) << done;
  };
  go_on(4, true);
  go_on(4, false);
  go_on(6, true);
  go_on(7, true);
  EXPECT_TRUE(warnings.empty());
}

TEST_F(EventFile, BeginsAnewIfThereIsNone) {
  for (const auto* content : {"", "no events"}) {
    folder.file("events", content);
    auto events = board();
    events.go_on(3, true, "x");
    events.add(step(4));
    EXPECT_EQ(values()[0], (EventValue{0, "model", 0, "    x"}));
    EXPECT_EQ(steps_of("c/loss"), (std::vector<std::uint64_t>{4}));
  }
}

TEST_F(EventFile, FailuresAreSaidOnceAndStopNothing) {
  TensorBoard events(folder / "none/events", 8,
                     [&](const std::string& failure) { warnings.push_back(failure); });
  events.begin("x");
  events.add(step(1));
  events.add(1, evaluation(1), "no picture");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(folder.without_path(warnings[0]),
            "FOLDER/none/events: cannot be written: No such file or directory; TensorBoard will not show the "
            "rest of the run");
}

TEST_F(EventFile, OfARunIsRemovedWithTheRun) {
  folder.file("env.json", R"({"command": ["sganc", "train"], "versions": {"sganc": "0.1.0"}})");
  folder.file("events.out.tfevents.sganc", "old");
  folder.file("events.out.tfevents.123.mine", "kept");
  const auto run = RunFolder::open_new(folder.path(), true);
  EXPECT_FALSE(std::filesystem::exists(run.events()));
  EXPECT_EQ(content_of(folder / "events.out.tfevents.123.mine"), "kept");
}

}  // namespace
}  // namespace sganc
