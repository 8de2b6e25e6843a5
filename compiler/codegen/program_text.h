#pragma once
// A program as text: variables, and for each function its inputs, steps and outputs.

#include <string>

#include "runtime/program.h"

namespace sganc {

std::string to_string(const Program& program);

/// Who runs a step: halide | onednn | copy.
std::string implementation(const Step& step);

}  // namespace sganc
