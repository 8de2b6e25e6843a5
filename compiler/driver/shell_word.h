#pragma once
// Commands that a person can copy into a shell.

#include <string>

namespace sganc {

/// The word for a shell, in quotation marks if it needs them.
std::string shell_word(const std::string& word);

}  // namespace sganc
