#pragma once
// Expressions for the values of a kernel at given coordinates, in terms of the buffers that the kernel reads.

#include <Halide.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/schedule/apply.h"

namespace sganc {

/// Coordinates along the axes of a value, outermost first.
using Coordinates = std::vector<Halide::Expr>;

/// A reduction that became a Func. `whole` are the extents that it reads, `kept` those of its result,
/// outermost first.
struct Reduction {
  std::string name;
  Shape whole, kept;
  bool keeps_last = false;  // the innermost axis that it reads is an axis of its result
  /// For a scatter, the number of outermost axes of the result that are also axes of what it reads; else -1.
  int scatters_below = -1;
};

/// Turns values into expressions. Reductions become Funcs of their own. A value at the same coordinates is
/// expressed only once.
class Expressions {
 public:
  /// Reads a stored value, variable or input at coordinates along its own axes.
  using Load = std::function<Halide::Expr(Value, const Coordinates&)>;

  Expressions(const Function& function, std::set<Value> stored, Load load)
      : function_(function), stored_(std::move(stored)), load_(std::move(load)) {}

  /// One set of coordinates, at which values of one shape are expressed.
  class Domain {
   public:
    explicit Domain(Coordinates at) : at(std::move(at)) {}
    Coordinates at;
    std::map<Value, Halide::Expr> known;

   private:
    friend class Expressions;
    std::map<std::string, std::unique_ptr<Domain>> inner_;
  };

  /// The value at the domain's coordinates.
  Halide::Expr at(Value v, Domain& domain);

  /// The same for a stored value, but computed instead of read.
  Halide::Expr definition(Value v, Domain& domain) { return compute(function_.node(v), v, domain); }

  /// The Funcs of the reductions so far, with the names that schedules use: sum_1, max_2, scatter_3.
  const std::vector<NamedFunc>& reductions() const { return reductions_; }
  const std::vector<Reduction>& reduced() const { return reduced_loops_; }

 private:
  Halide::Expr compute(const Node& node, Value v, Domain& domain);
  Halide::Expr structure(const Node& node, Value v, Domain& domain);
  Domain& derived(Domain& domain, const std::string& key, const std::function<Coordinates()>& coordinates);
  Domain& row_domain(const Node& gather, Domain& domain);
  Halide::Func reduction(const Node& node, Value v);
  Halide::Func reduced(Op op, Reduction loops, const std::vector<Halide::Var>& kept, const Halide::Expr& each,
                       const Halide::Expr& first);
  Halide::Expr reduced_element(const Node& node, const Halide::RDom& r, const Coordinates& coordinates);
  Halide::Func scattered(const Node& node, Value v);

  const Function& function_;
  std::set<Value> stored_;
  Load load_;
  std::map<Value, Halide::Func> reduced_;
  std::vector<NamedFunc> reductions_;
  int reduction_count_ = 0;
  std::vector<Reduction> reduced_loops_;
};

/// The row-major index of coordinates within a shape, and the coordinates of an index.
Halide::Expr linear_index(const Coordinates& at, const Shape& shape);
Coordinates coordinates_of(Halide::Expr index, const Shape& shape);

/// The expression of one pointwise primitive.
Halide::Expr pointwise(const Node& node, const std::vector<Halide::Expr>& operands);

/// The expression of the primitive `random` at a linear index, from the four words of its key.
Halide::Expr drawn_uniform(const std::vector<Halide::Expr>& key, std::int64_t stream, Halide::Expr index);

}  // namespace sganc
