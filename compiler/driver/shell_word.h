#pragma once
// Commands that a person can copy into a shell.

#include <string>

namespace sganc {

/// The word as a shell takes it: in quotation marks where it needs them.
std::string shell_word(const std::string& word);

}  // namespace sganc
