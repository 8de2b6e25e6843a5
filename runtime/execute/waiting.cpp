#include "runtime/execute/waiting.h"

#include <unistd.h>

#include <cstdlib>

namespace sganc {

void wait_briefly(char** arguments) {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  if (::setenv("GOMP_SPINCOUNT", "5000", /*overwrite=*/0) != 0) return;
  ::execv("/proc/self/exe", arguments);  // where it returns, threads spin longer: no harm
}

}  // namespace sganc
