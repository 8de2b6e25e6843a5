#pragma once
// What Keras, PyTorch and papers call what the language has under another name, or not at all.

#include <optional>
#include <string>
#include <string_view>

namespace sganc {

/// What to write instead of a function, layer or optimizer of another program, as a help line. Nothing for
/// other words. Case and underscores do not count.
std::optional<std::string> instead_of(std::string_view word);

}  // namespace sganc
