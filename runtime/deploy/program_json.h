#pragma once
// A Program as text (JSON), and back.

#include <string>
#include <string_view>

#include "runtime/program.h"

namespace sganc {

/// The program without `kernel_library`, which is a path of this machine.
std::string program_text(const Program& program);

/// Throws std::runtime_error if the text is no program.
Program parse_program(std::string_view text);

}  // namespace sganc
