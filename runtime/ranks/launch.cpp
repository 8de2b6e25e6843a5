#include "runtime/ranks/launch.h"

#include <dlfcn.h>
#include <sched.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "runtime/ranks/mpi_module.h"

namespace sganc {
namespace {

/// The number in an environment variable, if it is there and is one.
std::optional<int> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return {};
  const std::string_view digits = text;
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0) return {};
  return number;
}

/// Lets this process run where its parent, mpirun or its helper on another machine, may run, if mpirun bound
/// it although nobody asked for that: Open MPI binds each of two processes to one core, however many there
/// are.
void undo_default_binding() {
  if (!std::getenv("OMPI_MCA_orte_bound_at_launch")) return;
  if (std::getenv("OMPI_MCA_hwloc_base_binding_policy") || std::getenv("OMPI_MCA_rmaps_base_mapping_policy"))
    return;
  const int most = 1 << 16;
  cpu_set_t* cores = CPU_ALLOC(most);
  if (sched_getaffinity(getppid(), CPU_ALLOC_SIZE(most), cores) == 0)
    sched_setaffinity(0, CPU_ALLOC_SIZE(most), cores);  // if it fails, the process stays where it is
  CPU_FREE(cores);
}

/// The module, or nullptr; then dlerror() says why.
void* open_module(const std::filesystem::path& file) {
  return dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);  // Open MPI loads parts of its own, which look for it
}

std::filesystem::path module_file() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sganc-mpi.so";
}

std::string processes_of(const Launch& launch) {
  return std::to_string(launch.count) + " processes that " + launch.launcher + " started";
}

}  // namespace

Launch this_launch() {
  struct Names {
    const char *launcher, *rank, *count;
  };
  // Launchers may start each other's helpers: what they set for the processes themselves comes first.
  for (const Names names :
       {Names{"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
        Names{"mpiexec", "PMI_RANK", "PMI_SIZE"}, Names{"srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}}) {
    const auto rank = number_in(names.rank), count = number_in(names.count);
    if (rank && count && *rank < *count) return *count > 1 ? Launch{names.launcher, *rank, *count} : Launch{};
  }
  return {};
}

Ranks& join(const Launch& launch) {
  if (launch.count == 1) return lone_rank();
  const auto file = module_file();
  if (!std::filesystem::exists(file))
    throw CannotJoin("sganc was built without MPI, so the " + processes_of(launch) + " cannot train together",
                     "build it where MPI is installed (libopenmpi-dev or libmpich-dev), or start it alone");
  if (launch.launcher == "srun" && !std::getenv("PMIX_RANK"))
    throw CannotJoin("the " + processes_of(launch) + " cannot find each other",
                     "give srun --mpi=pmix, or another that MPI understands (srun --mpi=list)");
  undo_default_binding();
  void* module = open_module(file);
  if (!module)
    throw CannotJoin(std::string("MPI cannot be loaded: ") + dlerror(), "install it, or start sganc alone");
  Ranks& ranks = *reinterpret_cast<JoinMpi*>(dlsym(module, kJoinMpi))();
  if (ranks.count() != launch.count)
    throw CannotJoin("of the " + processes_of(launch) + ", MPI has joined " + std::to_string(ranks.count()),
                     "start sganc by the mpirun of " + mpi_version() + ", with which it was built");
  return ranks;
}

std::string mpi_version() {
  void* module = open_module(module_file());
  if (!module) return "";
  return reinterpret_cast<MpiVersion*>(dlsym(module, kMpiVersion))();
}

}  // namespace sganc
