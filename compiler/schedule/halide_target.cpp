#include "compiler/schedule/halide_target.h"

#include <algorithm>
#include <sstream>

#include "compiler/schedule/target.h"

namespace sganc {

using Halide::Target;

std::vector<std::string> features_in(const std::string& target) {
  std::vector<std::string> features;
  std::istringstream names(target);
  for (std::string name; std::getline(names, name, '-');) features.push_back(name);
  return features;
}

bool must_tell_llvm(const std::string& target) {
  const bool is_known = Target::validate_target_string("x86-64-linux-avx512_zen4");
  return !is_known && std::ranges::count(features_in(target), "avx512_zen4") > 0;
}

Target bare_target(const std::string& target) {
  const Target host = Halide::get_host_target();
  std::string known = Target(host.os, host.arch, host.bits).to_string();
  for (const auto& name : features_in(target))
    if (Target::validate_target_string(known + "-" + name)) known += "-" + name;
  return Target(known);
}

Target kernel_target(const std::string& target) {
  const Target made = bare_target(target)
                          .with_feature(Target::NoRuntime)
                          .with_feature(Target::NoAsserts)
                          .with_feature(Target::NoBoundsQuery);
  return must_tell_llvm(target) ? made.with_feature(Target::AVX512_SapphireRapids) : made;
}

std::string target_text(const std::string& target) {
  return bare_target(target).to_string() + (must_tell_llvm(target) ? "-avx512_zen4" : "") + " halide-" +
         std::to_string(halide_version());
}

}  // namespace sganc
