// The records of tune: complete ones are read back, one that was cut off is not.

#include "compiler/driver/tune/records.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/driver/tune/search.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::content_of;
using testing::TestFolder;

const TuneContext kHere{"native x86", "a processor", 2, "0.1.0", "14", "2.6.3"};

TuneRecord record(const std::string& parameters, std::vector<double> ms = {2, 1, 3}) {
  return {.workload = "0123",
          .kernel = "trunk.conv_1.forward",
          .function = "c",
          .context = kHere,
          .parameters = parameters,
          .measured = {std::move(ms), {4, 5, 3}, 1e-7, "reference"}};
}

TEST(TuneRecords, ALineARecord) {
  TuneRecord r = record("output: parallel \"n\"");
  r.date = "2026-11-23";
  const std::string line = to_json(r);
  EXPECT_EQ(line,
            R"({"workload":"0123","kernel":"trunk.conv_1.forward","function":"c","target":"native x86",)"
            R"("threads":2,"processor":"a processor","versions":{"sganc":"0.1.0","halide":"14",)"
            R"("onednn":"2.6.3"},"parameters":"output: parallel \"n\"","ok":true,"measured":{"ms":)"
            R"([2.0,1.0,3.0],"base_ms":[4.0,5.0,3.0],"checked":"reference","error":1e-07},)"
            R"("date":"2026-11-23"})");
  const auto back = record_of_json(line);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), line);
  EXPECT_EQ(back->context, kHere);
}

TEST(TuneRecords, AFailureHasItsReason) {
  TuneRecord r = record("default", {});
  r.failure = "ended by Segmentation fault";
  r.measured.error = HUGE_VAL;
  const auto back = record_of_json(to_json(r));
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->ok());
  EXPECT_EQ(back->failure, "ended by Segmentation fault");
  EXPECT_TRUE(std::isinf(back->measured.error));
}

TEST(TuneRecords, FiguresOfARecord) {
  const TuneRecord r = record("default");
  EXPECT_EQ(r.ms(), 2);
  EXPECT_EQ(r.base_ms(), 4);
  EXPECT_EQ(r.ratio(), 0.5);
  EXPECT_EQ(r.spread(), 2);  // a deviation of 1 on both sides
}

TEST(TuneRecords, AGainIsMoreThanTwoPercentAndThanTheSpread) {
  EXPECT_FALSE(gains(record("a", {2, 1, 3})));  // 2 of 4 ms, but the spread is as large
  EXPECT_TRUE(gains(record("a", {1.5, 1.4, 1.6})));
  TuneRecord calm = record("a", {3.95, 3.95, 3.95});
  calm.measured.base_ms = {4, 4, 4};
  EXPECT_FALSE(gains(calm));
  calm.measured.ms = {3.9, 3.9, 3.9};
  EXPECT_TRUE(gains(calm));
  calm.failure = "ended by Aborted";
  EXPECT_FALSE(gains(calm));
}

TEST(TuneRecords, AreReadAgain) {
  const TestFolder folder;
  const auto file = folder / "r.jsonl";
  {
    TuneRecords records(file, kHere);
    EXPECT_EQ(records.first("0123", "a"), nullptr);
    records.add(record("a", {1}));
    records.add(record("b", {2}));
    records.add(record("a", {7}));
    EXPECT_EQ(records.first("0123", "a")->ms(), 1);
  }
  const TuneRecords records(file, kHere);
  ASSERT_NE(records.last("0123", "a"), nullptr);
  EXPECT_EQ(records.first("0123", "a")->ms(), 1);
  EXPECT_EQ(records.last("0123", "a")->ms(), 7);
  EXPECT_EQ(records.last("0123", "b")->ms(), 2);
  EXPECT_EQ(records.last("4567", "a"), nullptr);
  TuneContext elsewhere = kHere;
  elsewhere.threads = 1;
  EXPECT_EQ(TuneRecords(file, elsewhere).first("0123", "a"), nullptr);
}

TEST(TuneRecords, ATornLineIsNoneAndStaysAlone) {
  const TestFolder folder;
  const auto file = folder / "r.jsonl";
  const std::string line = to_json(record("a"));
  folder.file("r.jsonl", line + "\n" + to_json(record("b")).substr(0, 100));
  TuneRecords records(file, kHere);
  EXPECT_NE(records.first("0123", "a"), nullptr);
  EXPECT_EQ(records.first("0123", "b"), nullptr);
  records.add(record("c"));
  const TuneRecords again(file, kHere);
  EXPECT_NE(again.first("0123", "a"), nullptr);
  EXPECT_EQ(again.first("0123", "b"), nullptr);
  EXPECT_NE(again.first("0123", "c"), nullptr);
  const std::string text = content_of(file);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
}

}  // namespace
}  // namespace sganc
