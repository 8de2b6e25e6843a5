#pragma once
// The functions of sganc-mpi.so, which has MPI, so that a process alone need not load it.

#include "runtime/ranks/ranks.h"

namespace sganc {

/// Begins MPI. The ranks last until the process ends; then MPI ends.
using JoinMpi = Ranks*();
inline constexpr const char* kJoinMpi = "sganc_join_mpi";

/// "Open MPI v4.1.4". May be called without MPI having begun.
using MpiVersion = const char*();
inline constexpr const char* kMpiVersion = "sganc_mpi_version";

}  // namespace sganc
