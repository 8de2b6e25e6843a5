// When steps ran, in the Trace Event Format: of a real race, and to the letter from made-up times.

#include "compiler/driver/bench/trace.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sganc::testing {
namespace {

using Json = nlohmann::ordered_json;

BenchResult two_schedules() {
  BenchResult r{.model = "tiny", .processor = "P", .threads = 2};
  r.product_gflops = {1000};
  VariantResult v{.schedule = "default", .update_ms = {{"d", {1}}, {"g", {2}}}};
  v.update_spans = {{.begin_ns = 1500, .ns = 3000000}, {.begin_ns = 3002000, .ns = 1000000}};
  v.costs = {{.update = "d",
              .name = "net.conv_1.backward_data",
              .implementation = "onednn",
              .flops = 1e9,
              .bytes = 2500000,
              .layer = "net.conv_1",
              .purpose = Purpose::data_gradient,
              .last = {.begin_ns = 1500, .ns = 2000000}},
             {.update = "g",
              .name = "optimizer.step.store",
              .implementation = "copy",
              .bytes = 8,
              .layer = "optimizer",
              .last = {.begin_ns = 3002000, .ns = 250}}};
  r.variants = {v, v};
  r.variants[1].schedule = "naive";
  return r;
}

TEST(BenchTrace, IsWrittenToTheLetter) {
  const auto trace = Json::parse(to_trace(two_schedules()));
  EXPECT_EQ(trace["displayTimeUnit"], "ms");
  EXPECT_EQ(trace["otherData"].dump(),
            R"({"model":"tiny","processor":"P","threads":2,"matrix_product_gflops":1000.0})");
  const auto& events = trace["traceEvents"];
  ASSERT_EQ(events.size(), 14U);
  const std::vector<std::string> expected = {
      R"({"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"tiny, schedule default"}})",
      R"({"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"updates"}})",
      R"({"name":"thread_name","ph":"M","pid":1,"tid":2,"args":{"name":"steps"}})",
      R"({"name":"d","cat":"update","ph":"X","ts":1.5,"dur":3000.0,"pid":1,"tid":1,)"
      R"("args":{"GFLOP/s":333.3333333333333}})",
      R"({"name":"g","cat":"update","ph":"X","ts":3002.0,"dur":1000.0,"pid":1,"tid":1,)"
      R"("args":{"GFLOP/s":0.0}})",
      R"({"name":"net.conv_1.backward_data","cat":"data gradient","ph":"X","ts":1.5,"dur":2000.0,"pid":1,"tid":2,)"
      R"("args":{"by":"onednn","layer":"net.conv_1","update":"d","GFLOP/s":500.0,"MB":2.5,"of product":0.5}})",
      R"({"name":"optimizer.step.store","cat":"other","ph":"X","ts":3002.0,"dur":0.25,"pid":1,"tid":2,)"
      R"("args":{"by":"copy","layer":"optimizer","update":"g","GFLOP/s":0.0,"MB":8e-06}})"};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(events[i].dump(), expected[i]);
  EXPECT_EQ(events[7]["args"]["name"], "tiny, schedule naive");
  for (std::size_t i = 7; i < 14; ++i) EXPECT_EQ(events[i]["pid"], 2);
}

}  // namespace
}  // namespace sganc::testing
