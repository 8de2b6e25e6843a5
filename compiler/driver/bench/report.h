#pragma once
// Prints the result of `bench` in each of its formats. Every text ends with a line feed.

#include <string>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// What to show of the inside of a training step.
struct Detail {
  int top = 10;           // the number of steps or layers; the other layers are summed up in one row
  bool by_layer = false;  // show layers instead of steps
};

/// For a person: the variants, their updates, and the most expensive steps or layers. With several variants,
/// the steps whose times differ most.
std::string to_text(const BenchResult& result, const Detail& detail);

/// Google Benchmark's layout, which its tools/compare.py reads: "context", and "benchmarks" with an entry for
/// each repetition and the aggregates. Also "variants", with the updates, steps, layers and other figures of
/// each variant.
std::string to_json(const BenchResult& result);

/// A header and one line for each timing.
std::string to_csv(const BenchResult& result);

/// A table for a README on GitHub with one row for each timing, and below it the table of layers if
/// requested.
std::string to_markdown(const BenchResult& result, const Detail& detail = {});

/// Why there is no p: "5 repetitions are too few to tell ...", or "" if they are enough or there is nothing
/// to compare.
std::string too_few(const BenchResult& result);

}  // namespace sganc
