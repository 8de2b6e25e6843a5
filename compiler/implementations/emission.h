#pragma once
// The input and the output of an implementation's `emit`: a convolution as a Halide algorithm, with its
// default schedule.

#include <Halide.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/implementations/implementation.h"
#include "compiler/schedule/apply.h"

namespace sganc {

/// The epilogue: what happens to each sum before it is stored (bias, activation, a mask). It is a function of
/// the sum and of its coordinates, innermost first: (c, x, y, n). It returns one expression for each output.
using Epilogue =
    std::function<std::vector<Halide::Expr>(Halide::Expr sum, const std::vector<Halide::Expr>& coordinates)>;

/// `a` and `b` are the operands of the op in its order. Their dimension 0 is the innermost axis, as always in
/// Halide.
struct EmitRequest {
  ConvolutionGeometry geometry;
  Tiling tiling;
  Precision precision = Precision::f32;  // of the numbers that are multiplied; sums are f32
  Halide::Func a, b;
  Epilogue epilogue;
  bool ready_weights = false;  // the memory of b has the result's channels innermost
  Halide::Target target;
  bool bias_sum = false;  // also computes the sums of y over n, oh, ow; for the gradient of weights
};

struct ConvolutionKernel {
  std::vector<NamedFunc> funcs;     // the first is "output", which is computed last
  Halide::Func output;              // dimensions innermost first: (c, x, y, n), or (kx, ky, i, o) for weights
  KernelSchedule default_schedule;  // made by rules from shape and target
  Halide::Func bias_sum = {};       // one number for each output channel, if requested
};

// The parts of the algorithms.

/// Reduction variables under names of their own: {"ky", rows}.
Halide::RDom domain(const std::vector<std::pair<std::string, int>>& extents);

/// The numbers that a kernel multiplies, and how many of them lie together: pairs in bf16, which one
/// instruction multiplies and adds up.
struct Factors {
  int pairs = 1;
  Halide::Type type = Halide::Float(32);
};
Factors factors_of(Precision precision);

/// The product of two factors.
Halide::Expr product_in_f32(const Halide::Expr& a, const Halide::Expr& b);

/// image(k, x, y, n), or zero where x or y lies outside of the image.
Halide::Expr pixel_or_zero(const Halide::Func& image, const Halide::Expr& k, const Halide::Expr& x,
                           const Halide::Expr& y, const Halide::Expr& n, int width, int height);

/// A sum over items in groups: partial(dims, group) adds up the terms of a group, total(dims) the groups,
/// always in this order. The last group may have fewer items; a term may be asked for items that do not
/// exist, and is not added then.
struct GroupedSum {
  Halide::Func partial, total;
};
GroupedSum sum_by_groups(const std::vector<Halide::Var>& dims, int items, int groups,
                         const std::function<Halide::Expr(const Halide::Expr& item)>& term);

/// The Func "output" of the values that an epilogue returns. Throws std::logic_error if there are none.
Halide::Func output_of(const std::vector<Halide::Expr>& values, const std::vector<Halide::Var>& dims);

}  // namespace sganc
