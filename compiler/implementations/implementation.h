#pragma once
// The ways to compute products, a row each: table.cpp lists them. Schedule files name them, the pass
// choose-implementations takes the one of least expected cost, --explain, `tune` and the tests loop over
// them.

#include <optional>
#include <string>
#include <vector>

#include "compiler/implementations/product.h"
#include "compiler/schedule/machine.h"
#include "compiler/schedule/schedule.h"
#include "runtime/program.h"

namespace sganc {

/// How a convolution by Winograd's minimal filtering is cut: into tiles of so many outputs along each axis,
/// and blocks of so many images; the gradient of weights is summed up by so many groups of blocks.
struct Tiling {
  int outputs = 0, images = 0, groups = 1;
  bool operator==(const Tiling&) const = default;
};

/// What an implementation is asked for.
struct ProductRequest {
  Product product;
  const Schedule& schedule;
  const TargetMachine& machine;
  Precision precision = Precision::f32;  // that the schedule wants
  const ProductRule* said = nullptr;     // the [[product]] that names this implementation
};

/// How it computes the product on that machine.
struct ProductPlan {
  Tiling tiling = {};
  double cost = 1;  // its expected time by that of oneDNN's direct convolution in f32
  std::string why;  // for people: what the cost comes from
};

struct EmitRequest;  // see emission.h
struct ConvolutionKernel;

struct Implementation {
  std::string name;                     // in schedule files: by = "winograd"
  std::string title;                    // in --explain: halide winograd
  std::string takes;                    // the products that it can compute, for messages
  bool bf16 = false;                    // multiplies in bf16 where the schedule says so; else in f32 always
  bool sums_x = false, sums_y = false;  // computes the sum of x or y along with the gradient of weights
  bool tiles = false;                   // has a tiling, which a [[product]] may say

  /// Nothing where it cannot compute the product. Throws UserError where it cannot be cut as a [[product]]
  /// says.
  std::optional<ProductPlan> (*plan)(const ProductRequest&);

  // of a kernel of Halide; nullptr of a step of oneDNN
  ConvolutionKernel (*emit)(const EmitRequest&) = nullptr;
  /// The shape of the result as the kernel sees it, outermost first; nullptr: its own.
  Shape (*written)(const ConvolutionGeometry&, const Tiling&) = nullptr;

  bool is_kernel() const { return emit != nullptr; }
};

/// In the order in which they are preferred where costs are equal. The last one computes everything.
const std::vector<const Implementation*>& all_implementations();
/// nullptr where there is none.
const Implementation* find_implementation(const std::string& name);
std::vector<std::string> implementation_names();

/// One more row, before the others, for as long as this lives: how a test adds one.
class AddedImplementation {
 public:
  explicit AddedImplementation(const Implementation& row);
  ~AddedImplementation();
  AddedImplementation(const AddedImplementation&) = delete;
  AddedImplementation& operator=(const AddedImplementation&) = delete;
};

}  // namespace sganc
