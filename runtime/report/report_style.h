#pragma once
// The style of a report's page.

#include <string_view>

namespace sganc {

/// CSS for light and dark screens of any width, and for paper. The colours of lines are told apart by people
/// who are colour-blind (Okabe and Ito 2008); each also has dashes and a mark of its own.
std::string_view report_style();

}  // namespace sganc
