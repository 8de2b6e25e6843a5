#pragma once
// What `bench` prints of its result, in each of its formats; every text ends with a line feed.

#include <string>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// What is shown of the inside of a training step.
struct Detail {
  int top = 10;           // of the steps or layers; what the other layers take stands in one row
  bool by_layer = false;  // the layers in place of the steps
};

/// For a person: the variants, their updates, and the steps that cost most, or whose times lie furthest apart
/// where there are several variants; or the layers.
std::string to_text(const BenchResult& result, const Detail& detail);

/// Google Benchmark's layout, which its tools/compare.py reads: "context", and "benchmarks" with one entry a
/// repetition and the aggregates; beside them "variants" with updates, steps, layers and what else is known
/// of each.
std::string to_json(const BenchResult& result);

/// A header and one line a timing.
std::string to_csv(const BenchResult& result);

/// A table for a README on GitHub, one row a timing; below it that of the layers where they are asked for.
std::string to_markdown(const BenchResult& result, const Detail& detail = {});

/// Why there is no p: "5 repetitions are too few to tell ...", or "" where they are enough or there is
/// nothing to compare.
std::string too_few(const BenchResult& result);

}  // namespace sganc
