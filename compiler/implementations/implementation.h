#pragma once
// The ways to compute products, with one row for each; table.cpp lists them. Schedule files name them. The
// pass choose-implementations takes the one with the least expected cost. --explain, `tune` and the tests
// loop over the rows.

#include <optional>
#include <string>
#include <vector>

#include "compiler/implementations/product.h"
#include "compiler/schedule/machine.h"
#include "compiler/schedule/schedule.h"
#include "runtime/program.h"

namespace sganc {

/// How Winograd's minimal filtering divides a convolution: tiles have `outputs` outputs along each axis,
/// blocks have `images` images, and the gradient of weights is summed up in `groups` groups of blocks.
struct Tiling {
  int outputs = 0, images = 0, groups = 1;
  bool operator==(const Tiling&) const = default;
};

/// The input of an implementation's `plan`.
struct ProductRequest {
  Product product;
  const Schedule& schedule;
  const TargetMachine& machine;
  Precision precision = Precision::f32;  // the precision in the schedule
  /// The [[product]] of the schedule that names this implementation, or nullptr.
  const ProductRule* said = nullptr;

  /// Whether a kernel multiplies it faster in bf16 than in f32: the schedule says so, and the processor has
  /// the instruction.
  bool kernel_in_bf16() const;
  /// Whether a kernel multiplies it in bf16 by AMX's tiles.
  bool has_amx() const;
};

/// oneDNN's expected cost in bf16 on a processor with fast instructions for it. A product takes at most half
/// of the time that it takes in f32, so that oneDNN is preferred to kernels in f32. Kernels for few channels
/// are the exception, since oneDNN reaches a tenth of its speed there.
inline constexpr double kOneDnnCostInBf16 = 0.25;

/// How an implementation computes a product on a machine.
struct ProductPlan {
  Precision precision = Precision::f32;  // of the numbers that it multiplies
  Tiling tiling = {};
  double cost = 1;  // the expected time divided by that of oneDNN's direct convolution in f32
  std::string why;  // the reason for the cost, for people
};

struct EmitRequest;  // see emission.h
struct ConvolutionKernel;

struct Implementation {
  std::string name;   // in schedule files: by = "winograd"
  std::string title;  // in --explain: halide winograd
  std::string takes;  // the products that it can compute, in words
  bool bf16 = false;  // may multiply bf16 numbers if the schedule says so; if false, always multiplies in f32
  bool sums_x = false, sums_y = false;  // can compute the sum of x or y together with the gradient of weights
  bool tiles = false;                   // has a tiling, which a [[product]] may set

  /// Returns nothing if it cannot compute the product. Throws UserError if it cannot use the tiling in a
  /// [[product]].
  std::optional<ProductPlan> (*plan)(const ProductRequest&);

  // for a Halide kernel; nullptr for a step of oneDNN
  ConvolutionKernel (*emit)(const EmitRequest&) = nullptr;
  /// The shape of the result for the kernel, outermost first. nullptr if that is the result's own shape.
  Shape (*written)(const ConvolutionGeometry&, const Tiling&) = nullptr;

  bool is_kernel() const { return emit != nullptr; }
};

/// All rows. Of two with equal cost the earlier one is taken. The last one can compute every product.
const std::vector<const Implementation*>& all_implementations();
/// The row of this name, or nullptr.
const Implementation* find_implementation(const std::string& name);
std::vector<std::string> implementation_names();

/// Adds a row before the others, for tests, as long as this object lives.
class AddedImplementation {
 public:
  explicit AddedImplementation(const Implementation& row);
  ~AddedImplementation();
  AddedImplementation(const AddedImplementation&) = delete;
  AddedImplementation& operator=(const AddedImplementation&) = delete;
};

}  // namespace sganc
