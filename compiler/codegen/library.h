#pragma once
// kernels.so: kernels compiled ahead of time by Halide, each once, kept in a folder under a name made of all
// that determines its code. What is there already is not compiled again.

#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/codegen/kernel.h"

namespace sganc {

/// What making a library took.
struct LibraryWork {
  std::size_t uses = 0;                  // kernels that were added
  std::size_t kernels = 0;               // different ones among them
  std::size_t compiled = 0;              // all others were in the cache
  std::size_t threads = 0;               // that compiled
  double seconds = 0;                    // of the clock, to compile
  double generating = 0, compiling = 0;  // seconds summed over threads: Halide pipelines; their object code
  double linking = 0;                    // seconds; 0 where the library was there
};

struct LibraryOptions {
  std::filesystem::path cache;  // created where it is missing
  std::string compiler;         // identifies this build of the compiler: part of every name
  /// Called before each compilation with the kernel's name, its number from 1, and how many there are; from
  /// one thread at a time.
  std::function<void(const std::string& kernel, std::size_t number, std::size_t count)> progress = {};
  std::function<void(const LibraryWork&)> built = {};  // called when the library is there
  std::function<bool()> stop = {};  // true ends build(); asked before each kernel, from several threads
};

/// What KernelLibraryBuilder::build throws where LibraryOptions::stop said so. The kernels that are compiled
/// stay in the cache; nothing half-made does.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted while kernels were compiled") {}
};

class KernelLibraryBuilder {
 public:
  explicit KernelLibraryBuilder(LibraryOptions options);

  /// The symbol under which the kernel will be found; equal kernels have one.
  std::string add(const KernelDescription& kernel);

  /// Compiles what the cache lacks, each kernel once, and links. Gives the library's path; "" where there are
  /// no kernels. Throws UserError where a schedule cannot be applied, std::runtime_error where a file or the
  /// linker fails, Interrupted.
  std::filesystem::path build();

 private:
  std::filesystem::path object_path(const std::string& symbol) const;
  void prepare_cache() const;
  void compile(const KernelDescription& kernel, const std::string& symbol, LibraryWork& work) const;
  void compile_all(const std::vector<std::string>& symbols);
  std::string library_name() const;
  void link(const std::filesystem::path& library);

  LibraryOptions options_;
  std::map<std::string, KernelDescription> kernels_;  // by symbol
  LibraryWork work_;
};

/// The processor's features as Halide names them, and Halide's version.
std::string halide_target();

}  // namespace sganc
