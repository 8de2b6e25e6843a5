#include <algorithm>

#include "compiler/driver/bench/layers.h"
#include "compiler/driver/bench/report.h"
#include "compiler/driver/bench/spread.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Cells = std::vector<std::string>;

/// The text as a field. If it has a character that ends a field or a line, it is put in quotation marks, and
/// those in it are doubled.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string csv_line(const Cells& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i ? "," : "") + csv_field(cells[i]);
  return line + "\n";
}

Cells csv_columns(bool of_kernels) {
  Cells columns = {"model",    "schedule", "threads", "repetitions",   "ms_median", "ms_deviation",
                   "ms_least", "ms_most",  "gflops",  "product_ratio", "speedup",   "p"};
  const Cells more =
      of_kernels ? Cells{"step", "implementation", "iterations", "gigabytes_per_second"}
                 : Cells{"images_per_second", "compile_seconds", "first_step_seconds", "peak_memory_bytes"};
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

/// The values for csv_columns().
Cells csv_row(const BenchResult& r, const Timing& t) {
  const VariantResult& v = r.variants[t.variant];
  const auto [least, most] = std::ranges::minmax(t.ms);
  const auto against = speedup(r, t);
  const double ratio = product_ratio(r, t);
  Cells cells = {r.model,
                 v.schedule,
                 std::to_string(r.threads),
                 std::to_string(t.ms.size()),
                 shortest(median(t.ms)),
                 shortest(median_absolute_deviation(t.ms)),
                 shortest(least),
                 shortest(most),
                 shortest(gflops(t)),
                 ratio > 0 ? shortest(ratio) : "",
                 against ? shortest(against->ratio) : "",
                 against ? shortest(against->p) : ""};
  const Cells more = r.of_kernels() ? Cells{t.kernel, t.implementation, std::to_string(t.iterations),
                                            shortest(gigabytes_per_second(t))}
                                    : Cells{shortest(images_per_second(r, t)), shortest(v.compile_s),
                                            shortest(v.first_step_s), std::to_string(v.peak_bytes)};
  cells.insert(cells.end(), more.begin(), more.end());
  return cells;
}

Cells markdown_row(const BenchResult& r, const Timing& t) {
  const VariantResult& v = r.variants[t.variant];
  const auto against = speedup(r, t);
  const double ratio = product_ratio(r, t);
  const std::string share = ratio > 0 ? fixed(ratio, 2) : "", gain = against ? to_text(*against) : "";
  const int digits = r.of_kernels() ? 4 : 2;
  const std::string ms = fixed(median(t.ms), digits) + " ± " + fixed(median_absolute_deviation(t.ms), digits);
  if (r.of_kernels())
    return {"`" + t.kernel + "`",
            v.schedule,
            t.implementation,
            ms,
            fixed(gflops(t), 1),
            fixed(gigabytes_per_second(t), 1),
            share,
            gain};
  return {v.schedule,
          ms,
          fixed(images_per_second(r, t), 0),
          fixed(gflops(t), 1),
          share,
          gain,
          fixed(v.compile_s, 2),
          fixed(static_cast<double>(v.peak_bytes) / 1e6, 0)};
}

}  // namespace

std::string to_csv(const BenchResult& r) {
  std::string text = csv_line(csv_columns(r.of_kernels()));
  for (const auto& t : r.timings) text += csv_line(csv_row(r, t));
  return text;
}

std::string to_markdown(const BenchResult& r, const Detail& detail) {
  const Cells columns =
      r.of_kernels()
          ? Cells{"step", "schedule", "by", ">ms", ">GFLOP/s", ">GB/s", ">of the product's time", "speed-up"}
          : Cells{"schedule", ">ms",        ">images/s", ">GFLOP/s", ">of the product's time",
                  "speed-up", ">compile s", ">memory MB"};
  std::string text = "**" + r.model + "**, " + counted(r.threads, "thread") + ", " + r.processor +
                     ": median ± median deviation of " + counted(r.repetitions, "repetition") +
                     "; the matrix product (f32, 2048 cubed, oneDNN) reaches " +
                     fixed(median(r.product_gflops), 1) + " GFLOP/s.\n";
  if (const auto warning = too_few(r); !warning.empty()) text += "Speed-up: " + warning + ".\n";
  std::vector<Cells> rows;
  for (const auto& t : r.timings) rows.push_back(markdown_row(r, t));
  text += "\n" + markdown_table(columns, rows);
  if (!detail.by_layer || r.of_kernels()) return text;
  const LayerTable layers = layer_table(r, static_cast<std::size_t>(detail.top));
  return text + "\n" + markdown_table(layers.columns, layers.rows);
}

}  // namespace sganc
