#include <algorithm>

#include "compiler/driver/bench/layers.h"
#include "compiler/driver/bench/report.h"
#include "compiler/driver/bench/spread.h"
#include "compiler/driver/bench/step_table.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

std::string megabytes(std::int64_t bytes) {
  return fixed(static_cast<double>(bytes) / 1e6, 0);
}

std::string heading(const BenchResult& r) {
  const std::string schedules =
      r.variants.size() == 1 ? "schedule " + r.variants[0].schedule : counted(r.variants.size(), "schedule");
  return r.model + ", " + schedules + ", " + counted(r.threads, "thread") + ", " + r.processor + "\n\n";
}

std::string product_line(const BenchResult& r) {
  std::string line =
      "matrix product     " + fixed(median(r.product_gflops), 1) + " GFLOP/s (f32, 2048 cubed, oneDNN)";
  if (!r.of_kernels())
    line += ": " + fixed(product_ms(r, r.variants[0].flops), 1) + " ms for as many operations";
  return line + "\n";
}

std::string one_variant(const BenchResult& r) {
  const Timing& t = r.timings[0];
  const VariantResult& v = r.variants[0];
  const auto [least, most] = std::ranges::minmax(t.ms);
  return "training step      " + fixed(median(t.ms), 1) + " ms median of " + std::to_string(t.ms.size()) +
         " (" + fixed(least, 1) + " to " + fixed(most, 1) + ", deviation " +
         fixed(median_absolute_deviation(t.ms), 2) + "), " + fixed(t.flops / 1e9, 1) + " GFLOP, " +
         fixed(gflops(t), 1) + " GFLOP/s, " + fixed(images_per_second(r, t), 1) + " images/s\n" +
         product_line(r) + "ratio              " + fixed(product_ratio(r, t), 2) +
         " of the matrix product's time\n" + "compilation        " + fixed(v.compile_s, 2) +
         " s, process start to first step " + fixed(v.first_step_s, 2) + " s, peak memory " +
         megabytes(v.peak_bytes) + " MB\n";
}

std::string all_variants(const BenchResult& r) {
  TextTable table({"schedule", ">ms", ">deviation", ">least", ">most", ">images/s", ">GFLOP/s",
                   ">time/product", ">compile s", ">memory MB", "speed-up"});
  for (const auto& t : r.timings) {
    const VariantResult& v = r.variants[t.variant];
    const auto [least, most] = std::ranges::minmax(t.ms);
    const auto against = speedup(r, t);
    table.row({v.schedule, fixed(median(t.ms), 2), fixed(median_absolute_deviation(t.ms), 2), fixed(least, 2),
               fixed(most, 2), fixed(images_per_second(r, t), 1), fixed(gflops(t), 1),
               fixed(product_ratio(r, t), 2), fixed(v.compile_s, 2), megabytes(v.peak_bytes),
               against ? to_text(*against) : ""});
  }
  return table.text() + "\n" + product_line(r);
}

std::string kernels(const BenchResult& r) {
  TextTable table(
      {"step", "schedule", "by", ">ms", ">deviation", ">GFLOP/s", ">GB/s", ">time/product", "speed-up"});
  std::string last;
  for (const auto& t : r.timings) {
    const auto against = speedup(r, t);
    const double ratio = product_ratio(r, t);
    table.row({t.kernel == last ? "" : t.kernel, r.schedule(t), t.implementation, fixed(median(t.ms), 4),
               fixed(median_absolute_deviation(t.ms), 4), fixed(gflops(t), 1),
               fixed(gigabytes_per_second(t), 1), ratio > 0 ? fixed(ratio, 2) : "-",
               against ? to_text(*against) : ""});
    last = t.kernel;
  }
  return table.text() + "\n" + product_line(r);
}

std::string updates(const BenchResult& r) {
  std::vector<std::string> columns = {"update"};
  for (const auto& v : r.variants) columns.push_back(r.variants.size() == 1 ? ">ms" : ">" + v.schedule);
  if (r.variants.size() == 1) columns.push_back(">share");
  TextTable table(columns);
  for (std::size_t i = 0; i < r.variants[0].update_ms.size(); ++i) {
    std::vector<std::string> row = {r.variants[0].update_ms[i].first};
    for (const auto& v : r.variants) row.push_back(fixed(median(v.update_ms[i].second), 2));
    const double share = median(r.variants[0].update_ms[i].second) / median(r.timings[0].ms);
    if (r.variants.size() == 1) row.push_back(fixed(100 * share, 0) + "%");
    table.row(std::move(row));
  }
  return table.text();
}

std::string layers(const BenchResult& r, std::size_t top) {
  const LayerTable layers = layer_table(r, top);
  TextTable table(layers.columns);
  for (const auto& row : layers.rows) table.row(row);
  return table.text();
}

}  // namespace

std::string too_few(const BenchResult& r) {
  const auto pairs = static_cast<std::size_t>(r.repetitions);
  if (r.variants.size() == 1 || pairs >= kLeastPairs) return "";
  return counted(r.repetitions, "repetition") + (pairs == 1 ? " is" : " are") +
         " too few to tell a difference from chance; that takes " + std::to_string(kLeastPairs);
}

std::string to_text(const BenchResult& r, const Detail& detail) {
  std::string text = heading(r);
  if (r.of_kernels())
    text += kernels(r);
  else
    text += r.variants.size() == 1 ? one_variant(r) : all_variants(r);
  if (r.variants.size() > 1 || r.of_kernels())
    text += "ms                 median of " + counted(r.repetitions, "repetition") +
            "; half of them lie within the deviation of it\n";
  if (const auto warning = too_few(r); !warning.empty()) text += "speed-up           " + warning + "\n";
  if (r.of_kernels()) return text;
  const auto top = static_cast<std::size_t>(detail.top);
  return text + "\n" + updates(r) + "\n" + (detail.by_layer ? layers(r, top) : step_table(r, top));
}

}  // namespace sganc
