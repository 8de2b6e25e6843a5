#pragma once
// How this process was started: alone, or as one of several by mpirun or srun.

#include <stdexcept>
#include <string>

#include "runtime/ranks/ranks.h"

namespace sganc {

/// What the environment says of the processes that were started together.
struct Launch {
  std::string launcher;  // "mpirun", "mpiexec" or "srun"; empty for a process alone
  int rank = 0, count = 1;
};

/// Reads the variables that Open MPI, MPICH (PMI) and Slurm set for each process that they start. A step of
/// Slurm with one task, and the script of a job, are alone.
Launch this_launch();

/// Thrown if processes that were started together cannot join.
struct CannotJoin : std::runtime_error {
  CannotJoin(const std::string& what, std::string cure) : std::runtime_error(what), help(std::move(cure)) {}
  std::string help;
};

/// Joins the others by MPI, or gives lone_rank() to a process alone, which loads nothing. MPI lies in a
/// module beside the program, sganc-mpi.so. If mpirun bound this process to cores only because nobody said
/// where it shall run, it may run afterwards where mpirun itself may. Throws CannotJoin. Must be called
/// before there are other threads.
Ranks& join(const Launch& launch);

/// What the module is, for `doctor`: "Open MPI v4.1.4", or "" if there is none or its library is missing.
std::string mpi_version();

}  // namespace sganc
