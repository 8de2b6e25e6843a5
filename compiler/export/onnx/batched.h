#pragma once
// A function that takes any batch. Graphs have fixed extents, so that the function is built for two batches,
// and what differs between the two depends on the batch.

#include "compiler/graph/module.h"

namespace sganc {

/// An extent: a number, or `numerator` / `denominator` times the batch.
struct Extent {
  std::int64_t number = 0;
  std::int64_t numerator = 0, denominator = 1;

  bool of_batch() const { return numerator != 0; }
  bool is_batch() const { return numerator == 1 && denominator == 1; }
  bool operator==(const Extent&) const = default;
};
using Extents = std::vector<Extent>;

/// A function, and the batch that it was built for.
struct BuiltFor {
  const Function& function;
  std::int64_t batch;
};

class Batched {
 public:
  /// Throws UserError at the origin of a node that differs in more than extents and numbers.
  Batched(const BuiltFor& first, const BuiltFor& second);

  const Function& function() const { return first_.function; }
  const Node& node(Value v) const { return function().node(v); }

  /// The extents of the value. Throws UserError at its origin if one is no multiple of the batch.
  Extents extents(Value v) const;

  /// The number of a constant times the batch, if it is divided by the batch, as for a mean over it.
  std::optional<double> times_batch(Value constant) const;

 private:
  BuiltFor first_, second_;
};

/// Throws UserError at the origin of the node: "ONNX cannot say PART: REASON".
[[noreturn]] void refuse(const Node& node, const std::string& reason);

}  // namespace sganc
