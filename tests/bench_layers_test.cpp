// The steps of a training step, summed by layer: to the letter, from made-up measurements.

#include "compiler/driver/bench/layers.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "compiler/driver/bench/report.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"

namespace sganc {
namespace {

StepCost cost(const std::string& layer, Purpose purpose, double ms, double flops) {
  return {.update = "g",
          .name = layer + ".step",
          .implementation = "onednn",
          .ms = ms,
          .flops = flops,
          .bytes = 1000000,
          .layer = layer,
          .purpose = purpose};
}

/// A training step of 10 ms whose matrix product reaches 1000 GFLOP/s.
BenchResult one_schedule() {
  BenchResult r{.model = "tiny", .processor = "P", .threads = 2, .repetitions = 6, .images = 200};
  r.variants = {{.schedule = "default", .flops = 3.5e9, .update_ms = {{"g", {10}}}}};
  r.variants[0].costs = {cost("x", Purpose::forward, 0.5, 0),
                         cost("net.conv_1", Purpose::forward, 1, 5e8),
                         cost("net.conv_2", Purpose::forward, 2, 1e9),
                         cost("net.conv_2", Purpose::data_gradient, 1, 1e9),
                         cost("net.conv_2", Purpose::weights_gradient, 1.5, 5e8),
                         cost("net.conv_2", Purpose::other, 0.5, 0),
                         cost("net.conv_1", Purpose::weights_gradient, 2, 5e8),
                         cost("optimizer", Purpose::other, 1.5, 1e6)};
  r.timings = {{.variant = 0, .flops = 3.5e9, .ms = {10}, .cpu_ms = {10}}};
  r.product_gflops = {1000};
  return r;
}

BenchResult two_schedules() {
  BenchResult r = one_schedule();
  r.variants.push_back({.schedule = "a|b", .flops = 3.5e9, .update_ms = {{"g", {6}}}});
  r.variants[1].costs = {cost("net.conv_1", Purpose::forward, 4, 1e9), cost("more", Purpose::other, 1, 0)};
  r.timings.push_back({.variant = 1, .flops = 3.5e9, .ms = {5}, .cpu_ms = {5}});
  return r;
}

/// Returns the text from `heading` on.
std::string from_layers(const std::string& text, const std::string& heading) {
  return text.substr(std::min(text.find(heading), text.size()));
}

/// Returns "net.conv_1: forward" for each different step.
std::set<std::string> places_of(const Program& program, FunctionRole role, const std::string& update = "") {
  std::set<std::string> places;
  for (const auto& step : program.function(role, update)->steps)
    places.insert(step.layer + ": " + to_string(step.purpose));
  return places;
}

TEST(BenchLayers, StepsKnowTheirs) {
  const std::string text = R"toml(
name = "m"
[data]
source = "mnist"
[input]
image = [28, 28, 1]
[net.f]
of = "image"
layers = [{ kind = "conv", filters = 20, kernel = 3, stride = 4 }, { kind = "batch_norm" }, { kind = "flatten" },
          { kind = "dense", units = 10 }, { kind = "softmax" }]
[optimizer]
o = { kind = "adam", rate = 1e-3 }
[[update]]
name      = "u"
draw      = { x = "labeled 5" }
minimize  = "cross_entropy(f(x), label(x))"
train     = ["f"]
optimizer = "o"
[average]
decay = 0.9
[evaluate]
classifier = "f"
average = true
)toml";
  const Program program = compile(module_of_text(text));
  EXPECT_EQ(places_of(program, FunctionRole::update, "u"),
            (std::set<std::string>{"f.batch_norm_1: forward", "f.batch_norm_1: other", "f.conv_1: forward",
                                   "f.conv_1: weights gradient", "f.dense_1: data gradient",
                                   "f.dense_1: forward", "f.dense_1: other", "f.dense_1: weights gradient",
                                   "optimizer: other", "x: forward"}));
  EXPECT_EQ(places_of(program, FunctionRole::average), (std::set<std::string>{"average: other"}));
}

TEST(BenchLayers, Text) {
  EXPECT_EQ(from_layers(to_text(one_schedule(), {.by_layer = true}), "layer "),
            R"(layer       forward  data gradient  weights gradient  other     ms   share  GFLOP/s  of product
net.conv_2     2.00           1.00              1.50   0.50   5.00   50.0%    500.0       50.0%
net.conv_1     1.00              -              2.00      -   3.00   30.0%    333.3       33.3%
optimizer         -              -                 -   1.50   1.50   15.0%      0.7           -
x              0.50              -                 -      -   0.50    5.0%      0.0           -
all            3.50           1.00              3.50   2.00  10.00  100.0%    350.1       35.0%
)");
  EXPECT_EQ(from_layers(to_text(one_schedule(), {.top = 1, .by_layer = true}), "layer "),
            R"(layer       forward  data gradient  weights gradient  other     ms   share  GFLOP/s  of product
net.conv_2     2.00           1.00              1.50   0.50   5.00   50.0%    500.0       50.0%
3 others       1.50              -              2.00   1.50   5.00   50.0%    200.2       20.0%
all            3.50           1.00              3.50   2.00  10.00  100.0%    350.1       35.0%
)");
}

TEST(BenchLayers, TextOfSchedules) {
  EXPECT_EQ(
      from_layers(to_text(two_schedules(), {.top = 2, .by_layer = true}), "layer "),
      R"(layer       schedule  forward  data gradient  weights gradient  other     ms   share  GFLOP/s  of product
net.conv_1  default      1.00              -              2.00      -   3.00   30.0%    333.3       33.3%
            a|b          4.00              -                 -      -   4.00   80.0%    250.0       25.0%
net.conv_2  default      2.00           1.00              1.50   0.50   5.00   50.0%    500.0       50.0%
            a|b             -              -                 -      -   0.00    0.0%      0.0           -
3 others    default      0.50              -                 -   1.50   2.00   20.0%      0.5           -
            a|b             -              -                 -   1.00   1.00   20.0%      0.0           -
all         default      3.50           1.00              3.50   2.00  10.00  100.0%    350.1       35.0%
            a|b          4.00              -                 -   1.00   5.00  100.0%    200.0       20.0%
)");
}

TEST(BenchLayers, Markdown) {
  EXPECT_EQ(
      from_layers(to_markdown(two_schedules(), {.top = 1, .by_layer = true}), "| layer "),
      R"(| layer | schedule | forward | data gradient | weights gradient | other | ms | share | GFLOP/s | of product |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| net.conv_1 | default | 1.00 | - | 2.00 | - | 3.00 | 30.0% | 333.3 | 33.3% |
|  | a\|b | 4.00 | - | - | - | 4.00 | 80.0% | 250.0 | 25.0% |
| 4 others | default | 2.50 | 1.00 | 1.50 | 2.00 | 7.00 | 70.0% | 357.3 | 35.7% |
|  | a\|b | - | - | - | 1.00 | 1.00 | 20.0% | 0.0 | - |
| all | default | 3.50 | 1.00 | 3.50 | 2.00 | 10.00 | 100.0% | 350.1 | 35.0% |
|  | a\|b | 4.00 | - | - | 1.00 | 5.00 | 100.0% | 200.0 | 20.0% |
)");
  EXPECT_EQ(to_markdown(one_schedule()).find("| layer "), std::string::npos);
}

TEST(BenchLayers, Json) {
  const auto result = nlohmann::ordered_json::parse(to_json(two_schedules()));
  const auto& layers = result["variants"][0]["layers"];
  ASSERT_EQ(layers.size(), 4U);
  EXPECT_EQ(
      layers[1].dump(),
      R"({"name":"net.conv_2","forward_ms":2.0,"data_gradient_ms":1.0,"weights_gradient_ms":1.5,)"
      R"("other_ms":0.5,"ms":5.0,"flop":2500000000.0,"bytes":4000000,"gflops":500.0,"of_product":0.5})");
  EXPECT_FALSE(layers[2].contains("of_product")) << layers[2];
  EXPECT_EQ(result["variants"][1]["layers"].size(), 2U) << "only those that it has";
}

}  // namespace
}  // namespace sganc
