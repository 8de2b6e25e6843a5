#pragma once
// How kernels run, apart from what they compute: which implementation and precision a product takes, what is
// fused, for which processor, and Halide's directives for named kernels and stages. Read from a schedule
// file, or made by the default rules.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

/// The directives of one stage of a kernel, in order: {"split x xo xi 14", "parallel n"}.
/// A stage is a Func by its name ("output", "partial"), or its update definition ("partial.update").
struct StageSchedule {
  std::string stage;
  std::vector<Located<std::string>> directives;
  Location where = {};  // the stage's name
};

/// The stages of one kernel.
using KernelSchedule = std::vector<StageSchedule>;

/// A table [[kernel]] of a schedule file: it replaces the default of every kernel whose name matches, where
/// `*` stands for any characters. A pattern with a "/" is for FUNCTION/KERNEL: "g/trunk.conv_1.*".
struct KernelOverride {
  Located<std::string> match;
  KernelSchedule stages;
  bool fits(const std::string& function, const std::string& kernel) const;
};

/// In which numbers products multiply; they add in f32.
inline const std::vector<std::string> kPrecisions = {"f32", "bf16"};

/// For which instructions Halide kernels are compiled: this processor's, or those that every x86-64 has, with
/// AVX2, with AVX-512.
inline const std::vector<std::string> kTargets = {"native", "baseline", "avx2", "avx512"};

/// Kernels for few channels have at most so many on one side.
inline constexpr std::int64_t kMostFewChannels = 16;

/// A number, or a range of them with both ends.
struct Range {
  std::int64_t least = 1, most = 1;
  bool includes(std::int64_t n) const { return least <= n && n <= most; }
};

/// A table [[product]]: who computes convolutions and matrix products of that name and shape, and in which
/// precision. What is not said fits all, or is left to others. A rule with a shape fits convolutions alone.
struct ProductRule {
  Location where;
  Located<std::string> match = {"*", {}};                     // as of a kernel
  std::optional<std::array<std::int64_t, 2>> kernel, stride;  // {height, width}
  std::optional<Range> input_channels, output_channels;       // of a transposed convolution: of its adjoint
  std::optional<Located<std::string>> by;                     // an implementation
  std::optional<Located<std::string>> precision;              // of kPrecisions
  // where `by` names an implementation that has them; else as the machine wants them
  std::optional<Located<std::int64_t>> tile, block,
      groups;  // outputs a tile, images a block, groups of blocks

  bool fits(const std::string& function, const std::string& product) const;
  bool has_shape() const { return kernel || stride || input_channels || output_channels; }
};

/// What may be computed in one kernel.
struct Fusion {
  enum class Reach : std::uint8_t { everything, layers, nothing };
  inline static const std::vector<std::string> kReaches = {"everything", "layers", "nothing"};
  Reach reach = Reach::everything;          // across layers, within each, or an operation a kernel
  std::vector<Located<std::string>> store;  // layers whose results are stored: fuse up to here
  std::vector<Located<std::string>> apart;  // layers in kernels of their own

  /// Whether values of two layers may not share a kernel, where one of them reads the other or both are
  /// results.
  bool separates(const std::string& from_layer, const std::string& to_layer) const;
};

struct Schedule {
  std::string name = "default";
  Located<std::string> target = {"native", {}};  // of kTargets
  std::optional<int> threads;                    // where the command line does not say
  Located<std::string> precision = {"f32", {}};  // of all products
  /// The ways to compute products that are chosen among where no [[product]] names one; all of them where
  /// nothing is said. What none of them can do is oneDNN's.
  std::optional<std::vector<std::string>> implementations;
  std::int64_t few_channels = 4;  // so many on one side of a convolution are few
  std::vector<ProductRule> products;
  Fusion fusion;
  std::vector<KernelOverride> kernels;

  /// The override for a kernel of that name in a function (the last that matches), or nullptr.
  const KernelOverride* override_for(const std::string& function, const std::string& kernel) const;
};

/// Reads a schedule file, which may name these implementations. Mistakes go to `diagnostics`; where there is
/// any, the result is empty.
std::optional<Schedule> load_schedule(const std::filesystem::path& path,
                                      const std::vector<std::string>& implementations,
                                      Diagnostics& diagnostics);
std::optional<Schedule> parse_schedule(const std::string& text, const std::string& path,
                                       const std::vector<std::string>& implementations,
                                       Diagnostics& diagnostics);

}  // namespace sganc
