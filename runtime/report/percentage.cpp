#include "runtime/report/percentage.h"

#include <cstdio>

namespace sganc {

std::string percentage(double part) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * part);
  return text;
}

}  // namespace sganc
