#include "runtime/execute/denormals.h"

namespace sganc {
namespace {

void set_in_team(FloatState state) {
#pragma omp parallel
  set_float_state(state);
}

}  // namespace

FlushDenormalsInTeam::FlushDenormalsInTeam() : before_(float_state()) {
  set_in_team(before_ | kFlushed);
}

FlushDenormalsInTeam::~FlushDenormalsInTeam() {
  set_in_team(before_);
}

}  // namespace sganc
