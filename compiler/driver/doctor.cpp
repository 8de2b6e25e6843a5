#include <unistd.h>

#include <cstdlib>

#include "compiler/codegen/library.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/places.h"
#include "runtime/execute/machine.h"

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

std::string cache_text(const fs::path& cache) {
  std::uintmax_t bytes = 0, files = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(cache, none)) ++files, bytes += entry.file_size(none);
  return cache.string() + " (" + std::to_string(files) + " files, " + std::to_string(bytes / 1000) + " kB)";
}

std::string how_threads_wait() {
  if (const char* policy = std::getenv("OMP_WAIT_POLICY"))
    return "as OMP_WAIT_POLICY=" + std::string(policy) + " says";
  const char* count = std::getenv("GOMP_SPINCOUNT");
  return count ? "threads look " + std::string(count) + " times for work before they sleep (GOMP_SPINCOUNT)"
               : "threads look for work as long as OpenMP likes";
}

int run(const options::variables_map& values, Terminal& terminal) {
  auto& out = terminal.out;
  const Machine machine = this_machine();
  out << "processor    " << machine.processor.name << ", " << machine.cores << " cores\ninstructions";
  for (const auto& i : machine.processor.instructions) out << " " << i;
  out << "\nonednn       " << machine.onednn << "\nhalide       " << halide_target() << "\nkernels      "
      << cache_text(kernel_cache()) << "\n";
  const DataPlaces places = data_places(values);
  out << "data         " << places.folder.string() << "\n";
  bool healthy = true;
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

extern const Verb doctor_verb{.name = "doctor",
                              .summary = "say what this machine offers and what is missing",
                              .usage = "[--data DIR]",
                              .details = "Exit code 1 where something is missing that training needs.\n",
                              .positional = {},
                              .required = 0,
                              .add_options = [](options::options_description& o) { add_data_option(o); },
                              .run = run};

}  // namespace sganc
