#include "compiler/schedule/target.h"

#include <algorithm>
#include <stdexcept>

#include "compiler/schedule/halide_target.h"

namespace sganc {
namespace {

// From its features, Halide chooses a processor for LLVM (-mcpu), in the same way from version 14 to 21. A
// row lists the instructions that LLVM may then emit of its own accord, in some version at least. It does not
// list instructions that LLVM emits only for intrinsics that Halide does not use (aes, pclmulqdq, sha_ni,
// adx, prefetchw, cmpxchg16b, xsave and the like): a processor that lacks them needs no slower kernels.
// avx512_knl and avx10_1 are never taken, as they add nothing to the rows.
// Halide 14 knows no Zen 4. If the program was built with the headers of that LLVM, Halide compiles for a
// Sapphire Rapids, and LLVM is told afterwards what is missing (see codegen/native_code.cpp).
#ifdef SGANC_LLVM_OF_HALIDE
constexpr int kFirstWithZen4 = 14;
#else
constexpr int kFirstWithZen4 = 17;
#endif

const std::vector<TargetFeature> kFeatures = {
    // penryn
    {"sse41", 14, {}, {"pni", "ssse3", "sse4_1"}},
    // corei7-avx
    {"avx", 14, {"sse41"}, {"sse4_2", "popcnt", "avx"}},
    {"f16c", 14, {"avx"}, {"f16c"}},
    {"fma", 14, {"avx"}, {"fma"}},
    // haswell
    {"avx2", 14, {"f16c", "fma"}, {"avx2", "bmi1", "bmi2", "abm", "movbe"}},
    {"avxvnni", 19, {"avx2"}, {"avx_vnni"}},
    // haswell with AVX-512's foundation
    {"avx512", 14, {"avx2"}, {"avx512f", "avx512cd"}},
    // skylake-avx512
    {"avx512_skylake", 14, {"avx512"}, {"avx512dq", "avx512bw", "avx512vl"}},
    {"avx512_cannonlake", 14, {"avx512_skylake"}, {"avx512ifma", "avx512vbmi"}},
    // znver4, znver5
    {"avx512_zen4",
     kFirstWithZen4,
     {"avx512_cannonlake"},
     {"avx512_vbmi2", "avx512_vnni", "avx512_bitalg", "avx512_vpopcntdq", "avx512_bf16", "gfni", "sse4a"}},
    {"avx512_zen5", 21, {"avx512_zen4"}, {"avx_vnni", "avx512_vp2intersect"}},
    {"avx512_sapphirerapids",
     14,
     {"avx512_cannonlake"},
     {"avx512_vbmi2", "avx512_vnni", "avx512_bitalg", "avx512_vpopcntdq", "avx512_bf16", "gfni", "avx_vnni",
      "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16"}},
};

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::ranges::find(list, name) != list.end();
}

const TargetFeature& feature(const std::string& name) {
  const auto found = std::ranges::find(kFeatures, name, &TargetFeature::name);
  if (found == kFeatures.end()) throw std::logic_error("the table of targets has no " + name);
  return *found;
}

/// "a", "a and b", "a, b and c"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

std::string with_dashes(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : "-") + name;
  return text;
}

/// The instructions of the feature and its bases that the processor lacks, each once.
std::vector<std::string> missing(const TargetFeature& of, const std::vector<std::string>& instructions) {
  std::vector<std::string> all;
  for (const auto& base : of.bases)
    for (const auto& name : missing(feature(base), instructions))
      if (!has(all, name)) all.push_back(name);
  for (const auto& name : of.instructions)
    if (!has(instructions, name) && !has(all, name)) all.push_back(name);
  return all;
}

/// Adds the feature's bases and then the feature, each once.
void append(const TargetFeature& added, std::vector<std::string>& features) {
  for (const auto& base : added.bases) append(feature(base), features);
  if (!has(features, added.name)) features.push_back(added.name);
}

/// The largest feature that a schedule's `target` allows.
const TargetFeature& feature_of_target(const std::string& target) {
  return feature(target == "avx512" ? "avx512_skylake" : target == "avx2" ? "avx2" : "sse41");
}

bool is_x86() {
  return Halide::get_host_target().arch == Halide::Target::X86;
}

/// The instructions that oneDNN's products in bf16 need.
const std::vector<std::string> kBf16Instructions = {"avx512f", "avx512bw", "avx512vl", "avx512dq"};

}  // namespace

std::span<const TargetFeature> target_features() {
  return kFeatures;
}

std::vector<std::string> features_of(const std::vector<std::string>& instructions, int halide) {
  std::vector<std::string> features;
  for (const auto& f : kFeatures)
    if (f.since <= halide && missing(f, instructions).empty()) features.push_back(f.name);
  return features;
}

std::string next_feature(const std::vector<std::string>& instructions, int halide) {
  const TargetFeature* next = nullptr;
  for (const auto& f : kFeatures) {
    if (f.since > halide || f.name == "avxvnni") continue;  // not on the way to a larger target
    if (missing(f, instructions).empty())
      next = nullptr;
    else if (!next)
      next = &f;
  }
  return next ? next->name + " needs " + listed(missing(*next, instructions)) : "";
}

int halide_version() {
  return SGANC_HALIDE_VERSION_MAJOR;
}

std::string host_tuning() {
  const std::string text = Halide::get_host_target().to_string(), mark = "-tune_";
  const auto begin = text.find(mark);
  return begin == text.npos ? "" : text.substr(begin + 1, text.find('-', begin + 1) - begin - 1);
}

void require_runs_on(const TargetMachine& machine, const Schedule& schedule) {
  const auto& instructions = machine.instructions;
  if (is_x86()) {
    if (const auto lacks = missing(feature("sse41"), instructions); !lacks.empty())
      throw UserError{{{},
                       "this processor cannot run kernels: it lacks " + listed(lacks),
                       "kernels need SSE4.1, which x86-64 processors have since 2008; a virtual machine may "
                       "hide it"}};
    const std::string& target = schedule.target.value;
    const auto lacks = missing(feature_of_target(target), instructions);
    if (target != "native" && !lacks.empty())
      throw UserError{{schedule.target.where,
                       "this processor has no " + target + ": it lacks " + listed(lacks),
                       "target = \"native\" takes what there is"}};
  }
  const auto require_bf16 = [&](const Located<std::string>& precision) {
    const auto there = [&](const std::string& name) { return has(instructions, name); };
    if (precision.value == "bf16" && !std::ranges::all_of(kBf16Instructions, there))
      throw UserError{{precision.where, "bf16 needs a processor with AVX-512", ""}};
  };
  require_bf16(schedule.precision);
  for (const auto& rule : schedule.products)
    if (rule.precision) require_bf16(*rule.precision);
}

std::string features_for(const Schedule& schedule, const TargetMachine& machine) {
  if (!is_x86()) return "";
  if (machine.instructions.empty()) throw std::logic_error("a machine whose instructions are not known");
  std::vector<std::string> features;
  if (schedule.target.value != "native") {
    append(feature_of_target(schedule.target.value), features);
  } else {
    features = features_of(machine.instructions, halide_version());
    if (!machine.tuning.empty()) features.push_back(machine.tuning);
  }
  return with_dashes(features);
}

std::vector<std::string> instructions_for(const Schedule& schedule, const TargetMachine& machine) {
  std::vector<std::string> instructions;
  for (const auto& name : features_in(features_for(schedule, machine)))
    if (const auto row = std::ranges::find(kFeatures, name, &TargetFeature::name); row != kFeatures.end())
      for (const auto& instruction : row->instructions)
        if (!has(instructions, instruction)) instructions.push_back(instruction);
  return instructions;
}

bool multiplies_bf16_tiles(const TargetMachine& machine) {
  return has(machine.instructions, "amx_bf16");
}

bool multiplies_bf16(const Schedule& schedule, const TargetMachine& machine) {
  if (machine.instructions.empty() || !is_x86()) return false;
  return has(features_in(features_for(schedule, machine)), "avx512_zen4");
}

ExplainedTarget explained_target(const Schedule& schedule, const TargetMachine& machine) {
  const std::string text = target_text(features_for(schedule, machine)), &target = schedule.target.value;
  if (target != "native") return {text, "the schedule says " + target};
  const std::string next = is_x86() ? next_feature(machine.instructions, halide_version()) : "";
  return {text, next.empty() ? "this version of Halide knows no more" : next};
}

}  // namespace sganc
