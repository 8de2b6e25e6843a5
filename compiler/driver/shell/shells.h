#pragma once
// The scripts with which shells complete a command line of sganc, and its manual page. The table of shells.

#include <string>
#include <vector>

#include "compiler/driver/shell/command_line.h"

namespace sganc {

struct Shell {
  std::string name;
  std::string (*completions)(const std::vector<TypedVerb>& verbs);
};

/// bash, zsh, fish.
const std::vector<Shell>& shells();

/// sganc(1), for man: the text of every verb's page.
std::string manual_page(const std::vector<TypedVerb>& verbs);

}  // namespace sganc
