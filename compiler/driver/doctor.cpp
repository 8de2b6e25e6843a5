#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/driver/compilation.h"
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

/// Those that tell processors apart: vectors, matrices, multiplying and adding at once.
bool is_telling(const std::string& instruction) {
  static const std::vector<std::string> beginnings = {"sse4_", "avx",   "fma", "f16c",
                                                      "amx",   "asimd", "sve", "bf16"};
  return std::ranges::any_of(beginnings, [&](const auto& b) { return instruction.starts_with(b); });
}

/// The target of kernels and what keeps them from more.
std::string target_line(bool& healthy) {
  Schedule native;
  try {
    fit_to_this_processor(native);
  } catch (const UserError& error) {
    healthy = false;
    return "NO KERNELS: " + error.diagnostic.message + "; " + error.diagnostic.help;
  }
  const ExplainedTarget target = explained_target(native);
  return target.text + "; " + target.reason;
}

int run(const options::variables_map& values, Terminal& terminal) {
  auto& out = terminal.out;
  const Machine machine = this_machine();
  out << "processor    " << machine.processor.name << ", " << machine.cores << " cores\ninstructions";
  for (const auto& i : machine.processor.instructions)
    if (is_telling(i)) out << " " << i;
  bool healthy = true;
  out << "\nonednn       " << machine.onednn << "\nhalide       " << target_line(healthy) << "\nkernels      "
      << cache_text(kernel_cache()) << "\n";
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

extern const Verb doctor_verb{.name = "doctor",
                              .summary = "say what this machine offers and what is missing",
                              .usage = "[--data DIR]",
                              .details = "Exit code 1 where something is missing that training needs.\n",
                              .positional = {},
                              .required = 0,
                              .add_options = [](options::options_description& o) { add_data_option(o); },
                              .run = run};

}  // namespace sganc
