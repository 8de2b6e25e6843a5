#pragma once
// A program as text: the variables, and for each function its inputs, steps and outputs.

#include <string>

#include "runtime/program.h"

namespace sganc {

std::string to_string(const Program& program);

/// What runs a step: halide | onednn | copy.
std::string implementation(const Step& step);

}  // namespace sganc
