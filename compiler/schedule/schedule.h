#pragma once
// How a model runs, separate from what it computes: the implementation and precision of products, what is
// fused, the target, and Halide's directives for kernels and stages. It is read from a schedule file.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

/// The directives of one stage of a kernel, in order: {"split x xo xi 14", "parallel n"}. A stage is a Func
/// ("output", "partial") or its update definition ("partial.update").
struct StageSchedule {
  std::string stage;
  std::vector<Located<std::string>> directives;
  Location where = {};  // the stage's name
};

/// The stages of one kernel.
using KernelSchedule = std::vector<StageSchedule>;

/// A table [[kernel]] of a schedule file. It replaces the default schedule of every kernel whose name
/// matches; `*` stands for any characters. A pattern with "/" means FUNCTION/KERNEL: "g/trunk.conv_1.*".
struct KernelOverride {
  Located<std::string> match;
  KernelSchedule stages;
  bool fits(const std::string& function, const std::string& kernel) const;
};

/// The numbers that products multiply. They add in f32.
inline const std::vector<std::string> kPrecisions = {"f32", "bf16"};

/// The instructions of Halide kernels: those of this processor, SSE4.1, AVX2 or AVX-512.
inline const std::vector<std::string> kTargets = {"native", "baseline", "avx2", "avx512"};

/// The most channels on one side for a kernel for few channels.
inline constexpr std::int64_t kMostFewChannels = 16;

/// A range of numbers with both ends.
struct Range {
  std::int64_t least = 1, most = 1;
  bool includes(std::int64_t n) const { return least <= n && n <= most; }
};

/// A table [[product]]: the implementation and precision of products that match its name and shape. An absent
/// condition matches all; an absent choice is left to other rules. A rule with a shape matches only
/// convolutions.
struct ProductRule {
  Location where;
  Located<std::string> match = {"*", {}};                     // a pattern as for a kernel
  std::optional<std::array<std::int64_t, 2>> kernel, stride;  // {height, width}
  std::optional<Range> input_channels, output_channels;  // for a transposed convolution, those of its adjoint
  std::optional<Located<std::string>> by;                // an implementation
  std::optional<Located<std::string>> precision;         // one of kPrecisions
  // the tiling (outputs per tile, images per block, groups of blocks), if `by` names an implementation that
  // has one; absent numbers follow from the machine
  std::optional<Located<std::int64_t>> tile, block, groups;

  bool fits(const std::string& function, const std::string& product) const;
  /// Those of tile, block and groups that are given, with their keys.
  std::vector<std::pair<std::string, Located<std::int64_t>>> tiling() const;
  bool has_shape() const { return kernel || stride || input_channels || output_channels; }
};

/// What may share a kernel.
struct Fusion {
  enum class Reach : std::uint8_t { everything, layers, nothing };
  inline static const std::vector<std::string> kReaches = {"everything", "layers", "nothing"};
  Reach reach = Reach::everything;          // fuse across layers, only within each, or not at all
  std::vector<Located<std::string>> store;  // layers whose results are stored, so that fusion ends there
  std::vector<Located<std::string>> apart;  // layers that get kernels of their own

  /// Whether values of these two layers must not share a kernel.
  bool separates(const std::string& from_layer, const std::string& to_layer) const;
};

struct Schedule {
  std::string name = "default";
  Located<std::string> target = {"native", {}};  // one of kTargets
  std::optional<int> threads;                    // used if the command line does not set it
  Located<std::string> precision = {"f32", {}};  // the precision of all products
  /// The implementations to choose from if no [[product]] names one; absent means all. oneDNN computes a
  /// product that none of these can compute.
  std::optional<std::vector<std::string>> implementations;
  /// The largest number of channels on one side of a convolution that counts as few.
  std::int64_t few_channels = 4;
  std::vector<ProductRule> products;
  Fusion fusion;
  std::vector<KernelOverride> kernels;

  /// The last override that matches a kernel in a function, or nullptr.
  const KernelOverride* override_for(const std::string& function, const std::string& kernel) const;
};

/// Reads a schedule file, which may name these implementations. If there are mistakes, adds them to
/// `diagnostics` and returns nothing.
std::optional<Schedule> load_schedule(const std::filesystem::path& path,
                                      const std::vector<std::string>& implementations,
                                      Diagnostics& diagnostics);
std::optional<Schedule> parse_schedule(const std::string& text, const std::string& path,
                                       const std::vector<std::string>& implementations,
                                       Diagnostics& diagnostics);

}  // namespace sganc
