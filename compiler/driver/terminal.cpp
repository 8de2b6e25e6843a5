#include "compiler/driver/terminal.h"

namespace sganc {

void Terminal::error(const std::string& text, const std::string& help) const {
  err << (color ? "\033[1;31merror:\033[0m " : "error: ") << text << '\n';
  if (!help.empty()) err << (color ? "\033[1;32mhelp:\033[0m " : "help: ") << help << '\n';
}

}  // namespace sganc
