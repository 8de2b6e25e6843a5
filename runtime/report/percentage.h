#pragma once

#include <string>

namespace sganc {

/// The part of a whole as messages of a run write it: `97.10 %`.
std::string percentage(double part);

}  // namespace sganc
