#include "compiler/driver/shell/shells.h"

namespace sganc {

std::string bash_completions(const std::vector<TypedVerb>& verbs);
std::string zsh_completions(const std::vector<TypedVerb>& verbs);
std::string fish_completions(const std::vector<TypedVerb>& verbs);

const std::vector<Shell>& shells() {
  static const std::vector<Shell> all = {
      {"bash", bash_completions}, {"zsh", zsh_completions}, {"fish", fish_completions}};
  return all;
}

}  // namespace sganc
