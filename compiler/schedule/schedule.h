#pragma once
// How kernels run, apart from what they compute: which implementation a convolution takes, and Halide's
// directives for named kernels and stages. Read from a schedule file, or made by the default rules.

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

struct Schedule {
  std::string name = "default";
  /// Who runs a convolution one of whose sides has at most `few_channels` channels: halide | onednn.
  std::string few_input_channels = "halide";
  std::string few_output_channels = "halide";
  std::int64_t few_channels = 4;
  std::vector<KernelOverride> kernels;

  /// The override for a kernel of that name in a function (the last that matches), or nullptr.
  const KernelOverride* override_for(const std::string& function, const std::string& kernel) const;
};

/// Reads a schedule file. Mistakes go to `diagnostics`; where there is any, the result is empty.
std::optional<Schedule> load_schedule(const std::filesystem::path& path, Diagnostics& diagnostics);
std::optional<Schedule> parse_schedule(const std::string& text, const std::string& path,
                                       Diagnostics& diagnostics);

}  // namespace sganc
