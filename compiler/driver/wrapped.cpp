#include "compiler/driver/wrapped.h"

#include <sstream>

namespace sganc {

std::string wrapped(const std::string& text, const std::string& first, const std::string& next,
                    std::size_t most) {
  std::istringstream words(text);
  std::string result, line = first;
  for (std::string word; words >> word; line += " " + word)
    if (line.size() + 1 + word.size() > most) {
      result += line + "\n";
      line = next;
    }
  return result + line + "\n";
}

}  // namespace sganc
