#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/driver/compilation.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/places.h"
#include "compiler/language/spelling.h"
#include "runtime/execute/allowance.h"
#include "runtime/execute/machine.h"
#include "runtime/ranks/launch.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string rest = path ? path : "";
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    if (access((fs::path(rest.substr(0, colon)) / program).c_str(), X_OK) == 0) return true;
    rest.erase(0, colon + 1);
  }
  return false;
}

std::string megabytes(std::int64_t bytes) {
  return std::to_string((bytes + 500'000) / 1'000'000) + " MB";
}

std::string cache_text(const fs::path& cache) {
  const std::int64_t limit = kernel_cache_limit();
  if (const auto why = why_not_kept(cache); !why.empty()) return "compiled at every start: " + why;
  const CacheSize size = size_of_cache(cache);
  return cache.string() + ": " + counted(size.files, "file") + ", " + megabytes(size.bytes) + " of at most " +
         megabytes(limit) + " (SGANC_CACHE_MB); doctor --clean empties it";
}

int clean(Terminal& terminal) {
  const fs::path cache = kernel_cache();
  const CacheSize removed = clean_cache(cache);
  terminal.out << "removed " << counted(removed.files, "file") << " of compiled kernels, "
               << megabytes(removed.bytes) << (cache.empty() ? "" : ", from " + cache.string()) << "\n";
  return kDone;
}

/// How the threads of the team wait for work. libgomp reads both variables before main.
std::string how_threads_wait() {
  if (const char* policy = std::getenv("OMP_WAIT_POLICY"))
    return "as OMP_WAIT_POLICY=" + std::string(policy) + " says";
  if (const char* count = std::getenv("GOMP_SPINCOUNT"))
    return "threads look " + std::string(count) + " times for work before they sleep (GOMP_SPINCOUNT)";
  return "threads look for work as long as OpenMP likes; the script sganc sets GOMP_SPINCOUNT=5000, which "
         "takes less "
         "from other programs";
}

/// The target of kernels, and why it has no more features.
std::string target_line(bool& healthy) {
  const Schedule native;
  const TargetMachine machine = target_machine(usable_cores().usable());
  try {
    require_runs_on(machine, native);
  } catch (const UserError& error) {
    healthy = false;
    return "NO KERNELS: " + error.diagnostic.message + "; " + error.diagnostic.help;
  }
  const ExplainedTarget target = explained_target(native, machine);
  return target.text + "; " + target.reason;
}

/// Whether training with --schedule bf16 is faster here.
std::string bf16_line() {
  const TargetMachine machine = target_machine(usable_cores().usable());
  if (multiplies_bf16_tiles(machine)) return "fast by AMX's tiles: --schedule bf16";
  if (multiplies_bf16({}, machine)) return "fast by pairs (avx512_bf16): --schedule bf16";
  return "not faster than f32 here";
}

/// Where the models are that come with the program. Its schedules lie beside them.
std::string models_line(bool& healthy) {
  if (const auto folder = models_folder(); folder && !schedule_names().empty()) return folder->string();
  healthy = false;
  return "MISSING: models/ and schedules/ are not where this program was built or installed";
}

/// Whether several processes can train together.
std::string mpi_line() {
  const auto mpi = mpi_version();
  return mpi.empty() ? "not built with it, or its library is missing: a training is one process"
                     : mpi + ": mpirun -n 4 " + called_program() + " train MODEL";
}

int run(const options::variables_map& values, Terminal& terminal) {
  if (values.count("clean")) return clean(terminal);
  auto& out = terminal.out;
  const Machine machine = this_machine();
  const Cores cores = usable_cores();
  const FreeMemory memory = free_memory();
  out << "processor    " << machine.processor.name << "\ninstructions";
  for (const auto& i : machine.processor.vector_instructions()) out << " " << i;
  bool healthy = true;
  out << "\nthreads      " << cores.usable() << ": " << to_string(cores) << "\nmemory       "
      << megabytes(memory.usable()) << ": " << to_string(memory);
  out << "\nonednn       " << machine.onednn << "\nhalide       " << target_line(healthy) << "\nbf16         "
      << bf16_line() << "\nkernels      " << cache_text(kernel_cache()) << "\n";
  out << "mpi          " << mpi_line() << "\n";
  out << "models       " << models_line(healthy) << "\n";
  const DataPlaces places = data_places(values);
  out << "data         " << places.folder.string() << "\n";
  for (const auto& source : known_sources()) {
    bool found = true;
    for (const auto& file : source.files) found = found && find_file(source, file, places);
    out << "  " << source.name
        << (found ? ": found"
                  : ": not here yet; sganc data " + source.name + " " +
                        (can_be_fetched(source) ? "gets it" : "says how to get it"))
        << "\n";
  }
  const bool linker = on_path("ld");
  healthy = healthy && linker;
  out << "linker       "
      << (linker ? "found" : "MISSING: install binutils, kernels cannot be linked without ld") << "\n";
  if (const char* threads = std::getenv("OMP_NUM_THREADS"))
    out << "note         OMP_NUM_THREADS is " << threads << "; --threads decides here\n";
  out << "waiting      " << how_threads_wait() << "\n";
  out << "matrix product " << static_cast<int>(matrix_product_gflops(1024, 5))
      << " GFLOP/s (f32, 1024 cubed)\n";
  return healthy ? kDone : kFailed;
}

}  // namespace

extern const Verb doctor_verb{
    .name = "doctor",
    .summary = "say what this machine offers and what is missing",
    .usage = "[--data DIR] | --clean",
    .details =
        "Says how many threads and how much memory sganc uses, and why; where data, caches, models and\n"
        "schedules are; and how large the cache of compiled kernels is. The exit code is 1 if something is "
        "missing\n"
        "that training needs.\n",
    .positional = {},
    .required = 0,
    .add_options =
        [](options::options_description& o) {
          add_data_option(o);
          o.add_options()("clean", "remove all compiled kernels from the cache");
        },
    .run = run};

}  // namespace sganc
