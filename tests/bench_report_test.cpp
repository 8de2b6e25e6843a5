// Reports of measurements, to the letter, from made-up numbers.

#include "compiler/driver/bench/report.h"

#include <gtest/gtest.h>

#include "compiler/driver/bench/plot.h"
#include "compiler/driver/bench/step_table.h"
#include "tests/xml_mistake.h"

namespace sganc::testing {
namespace {

Timing timing(std::size_t variant, std::vector<double> ms) {
  Timing t{.variant = variant, .flops = 2e9, .ms = std::move(ms)};
  t.cpu_ms = t.ms;
  return t;
}

/// Two schedules of a step of 2 GFLOP and 200 images. A matrix product of as many FLOP takes 2 ms.
BenchResult two_schedules() {
  BenchResult r{.model = "tiny", .processor = "P<1>", .threads = 2, .repetitions = 6, .images = 200};
  r.variants = {
      {.schedule = "default", .flops = 2e9, .compile_s = 1.5, .first_step_s = 2, .peak_bytes = 90000000},
      {.schedule = "a,b|c", .flops = 2e9, .compile_s = 0.5, .first_step_s = 1, .peak_bytes = 80000000}};
  r.timings = {timing(0, {8, 8, 8, 8, 9, 7}), timing(1, {4, 4, 4, 4, 4, 5})};
  r.product_gflops = {1000, 900, 1100};
  r.variants[0].update_ms = {{"g", {8, 8, 8, 8, 9, 7}}};
  r.variants[1].update_ms = {{"g", {4, 4, 4, 4, 4, 5}}};
  r.variants[0].costs = {{"g", "same", "onednn", "", 1, 1e6, 10},
                         {"g", "other", "halide", "k1", 2, 1e6, 10},
                         {"g", "code", "halide", "k2", 3, 1e6, 10}};
  r.variants[1].costs = {{"g", "same", "onednn", "", 1.5, 1e6, 10},
                         {"g", "other", "onednn", "", 1, 1e6, 10},
                         {"g", "code", "halide", "k3", 1, 1e6, 10},
                         {"g", "more", "copy", "", 0.75, 0, 10}};
  return r;
}

/// A kernel that computes and one that moves memory, which the second schedule lacks.
BenchResult two_kernels() {
  BenchResult r = two_schedules();
  for (auto& v : r.variants) v.update_ms.clear(), v.costs.clear();
  for (auto& t : r.timings)
    t.kernel = "g/conv", t.implementation = "onednn", t.bytes = 4000000, t.iterations = 3;
  Timing move = r.timings[0];
  move.kernel = "g/move";
  move.flops = 1;
  r.timings.push_back(move);
  return r;
}

TEST(BenchReport, TextOfSchedules) {
  EXPECT_EQ(to_text(two_schedules(), {.top = 3}),
            R"(tiny, 2 schedules, 2 threads, P<1>

schedule    ms  deviation  least  most  images/s  GFLOP/s  time/product  compile s  memory MB  speed-up
default   8.00       0.00   7.00  9.00   25000.0    250.0          4.00       1.50         90
a,b|c     4.00       0.00   4.00  5.00   50000.0    500.0          2.00       0.50         80  2.00x (p = 0.031)

matrix product     1000.0 GFLOP/s (f32, 2048 cubed, oneDNN): 2.0 ms for as many operations
ms                 median of 6 repetitions; half of them lie within the deviation of it

update  default  a,b|c
g          8.00   4.00

update  step   by                default  a,b|c  apart
g       code   halide (2 codes)    3.000  1.000  2.000
g       other  halide | onednn     2.000  1.000  1.000
g       more   - | copy                -  0.750  0.750
)");
}

TEST(BenchReport, TextOfKernels) {
  BenchResult r = two_kernels();
  r.repetitions = 5;
  for (auto& t : r.timings) t.ms.resize(5);
  EXPECT_EQ(to_text(r, {.top = 3}), R"(tiny, 2 schedules, 2 threads, P<1>

step    schedule  by          ms  deviation  GFLOP/s  GB/s  time/product  speed-up
g/conv  default   onednn  8.0000     0.0000    250.0   0.5          4.00
        a,b|c     onednn  4.0000     0.0000    500.0   1.0          2.00  2.00x
g/move  default   onednn  8.0000     0.0000      0.0   0.5             -

matrix product     1000.0 GFLOP/s (f32, 2048 cubed, oneDNN)
ms                 median of 5 repetitions; half of them lie within the deviation of it
speed-up           5 repetitions are too few to tell a difference from chance; that takes 6
)");
}

TEST(BenchReport, Csv) {
  EXPECT_EQ(to_csv(two_schedules()),
            "model,schedule,threads,repetitions,ms_median,ms_deviation,ms_least,ms_most,gflops,product_ratio,"
            "speedup,p,images_per_second,compile_seconds,first_step_seconds,peak_memory_bytes\n"
            "tiny,default,2,6,8,0,7,9,250,4,,,25000,1.5,2,90000000\n"
            "tiny,\"a,b|c\",2,6,4,0,4,5,500,2,2,0.03125,50000,0.5,1,80000000\n");
  EXPECT_EQ(to_csv(two_kernels()),
            "model,schedule,threads,repetitions,ms_median,ms_deviation,ms_least,ms_most,gflops,product_ratio,"
            "speedup,p,step,implementation,iterations,gigabytes_per_second\n"
            "tiny,default,2,6,8,0,7,9,250,4,,,g/conv,onednn,3,0.5\n"
            "tiny,\"a,b|c\",2,6,4,0,4,5,500,2,2,0.03125,g/conv,onednn,3,1\n"
            "tiny,default,2,6,8,0,7,9,1.25e-7,,,,g/move,onednn,3,0.5\n");
}

TEST(BenchReport, Markdown) {
  EXPECT_EQ(
      to_markdown(two_schedules()),
      R"(**tiny**, 2 threads, P<1>: median ± median deviation of 6 repetitions; the matrix product (f32, 2048 cubed, oneDNN) reaches 1000.0 GFLOP/s.

| schedule | ms | images/s | GFLOP/s | of the product's time | speed-up | compile s | memory MB |
| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |
| default | 8.00 ± 0.00 | 25000 | 250.0 | 4.00 |  | 1.50 | 90 |
| a,b\|c | 4.00 ± 0.00 | 50000 | 500.0 | 2.00 | 2.00x (p = 0.031) | 0.50 | 80 |
)");
  BenchResult r = two_kernels();
  r.repetitions = 1;
  for (auto& t : r.timings) t.ms.resize(1);
  EXPECT_EQ(
      to_markdown(r),
      R"(**tiny**, 2 threads, P<1>: median ± median deviation of 1 repetition; the matrix product (f32, 2048 cubed, oneDNN) reaches 1000.0 GFLOP/s.
Speed-up: 1 repetition is too few to tell a difference from chance; that takes 6.

| step | schedule | by | ms | GFLOP/s | GB/s | of the product's time | speed-up |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| `g/conv` | default | onednn | 8.0000 ± 0.0000 | 250.0 | 0.5 | 4.00 |  |
| `g/conv` | a,b\|c | onednn | 4.0000 ± 0.0000 | 500.0 | 1.0 | 2.00 | 2.00x |
| `g/move` | default | onednn | 8.0000 ± 0.0000 | 0.0 | 0.5 |  |  |
)");
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

/// Returns the values of `attribute` in all elements that begin with `element`.
std::vector<double> numbers(const std::string& svg, const std::string& element,
                            const std::string& attribute) {
  std::vector<double> found;
  for (auto at = svg.find(element); at != std::string::npos; at = svg.find(element, at + 1))
    found.push_back(std::stod(svg.substr(svg.find(" " + attribute + "=\"", at) + attribute.size() + 3)));
  return found;
}

TEST(BenchPlot, HasABarAVariantAndTheProduct) {
  const auto svg = to_svg(two_schedules());
  EXPECT_EQ(xml_mistake(svg), "");
  const auto widths = numbers(svg, "<rect class=\"bar", "width");
  ASSERT_EQ(widths.size(), 2U);
  EXPECT_NEAR(widths[0], 2 * widths[1], 0.01);
  const auto left = numbers(svg, "<rect class=\"bar", "x")[0];
  const auto product = numbers(svg, "<line class=\"product\"", "x1");
  ASSERT_EQ(product.size(), 1U);
  EXPECT_NEAR(product[0] - left, widths[1] / 2, 0.01);
  for (const auto* text : {"class=\"model\" x=\"12\" y=\"26\">tiny: ms of a training step<", ">8.0 ms<",
                           ">4.0 ms<", ">2.00x (p = 0.031)<", ">matrix product 2.0 ms<",
                           ">median of 6 repetitions, 2 threads, P&lt;1&gt;<", "prefers-color-scheme: dark"})
    EXPECT_EQ(count(svg, text), 1U) << text << "\n" << svg;
}

TEST(BenchPlot, GroupsKernels) {
  const auto svg = to_svg(two_kernels());
  EXPECT_EQ(xml_mistake(svg), "");
  EXPECT_EQ(count(svg, "<rect class=\"bar"), 3U);
  EXPECT_EQ(count(svg, "<line class=\"product\""), 1U) << "g/move computes nothing";
  for (const auto* text : {">g/conv<", ">g/move<", "y=\"26\">tiny: ms of a kernel<"})
    EXPECT_EQ(count(svg, text), 1U) << text;
}

}  // namespace
}  // namespace sganc::testing
