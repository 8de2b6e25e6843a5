#pragma once
// The expressions of a kernel: what a value of the graph is at given coordinates, down to the buffers that
// the kernel reads.

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

/// A reduction that became a Func: what it reads and what it leaves, outermost first.
struct Reduction {
  std::string name;
  Shape whole, kept;
  bool keeps_last = false;  // the innermost axis of what it reads is one of what it leaves
  int scatters_below = -1;  // of a scatter: how many outermost axes are those of what it reads
};

/// Turns values into expressions. Reductions become Funcs of their own; equal values at equal coordinates are
/// one expression.
class Expressions {
 public:
  /// How a stored value, variable or input is read at coordinates of its own axes.
  using Load = std::function<Halide::Expr(Value, const Coordinates&)>;

  Expressions(const Function& function, std::set<Value> stored, Load load)
      : function_(function), stored_(std::move(stored)), load_(std::move(load)) {}

  /// A domain: one set of coordinates, at which values of one shape are expressed.
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

  /// The same for a value that is stored: what is stored, computed and not read.
  Halide::Expr definition(Value v, Domain& domain) { return compute(function_.node(v), v, domain); }

  /// The Funcs of the reductions met so far, by the names that schedules know: sum_1, max_2, scatter_3.
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

/// Row-major position of coordinates within a shape, and back.
Halide::Expr linear_index(const Coordinates& at, const Shape& shape);
Coordinates coordinates_of(Halide::Expr index, const Shape& shape);

/// One pointwise primitive.
Halide::Expr pointwise(const Node& node, const std::vector<Halide::Expr>& operands);

/// The primitive `random` at a linear index, given the four words of its key.
Halide::Expr drawn_uniform(const std::vector<Halide::Expr>& key, std::int64_t stream, Halide::Expr index);

}  // namespace sganc
