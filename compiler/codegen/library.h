#pragma once
// kernels.so: kernels compiled ahead of time by Halide, each once, kept in a folder under a name made of all
// that determines its code. What is there already is not compiled again.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/codegen/kernel.h"
#include "compiler/codegen/kernel_cache.h"

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
  std::filesystem::path cache;  // where kernels are kept; created where it is missing
  /// Called before each compilation with the kernel's name, its number from 1, and how many there are; from
  /// one thread at a time.
  std::function<void(const std::string& kernel, std::size_t number, std::size_t count)> progress = {};
  std::function<void(const LibraryWork&)> built = {};  // called when the library is there
  std::function<bool()> stop = {};  // true ends build(); asked before each kernel, from several threads
  std::size_t threads = 0;          // that may compile at a time; 0 where all cores may
  std::int64_t most_bytes = 1'000'000'000;    // of the cache; what was used least recently goes
  std::filesystem::path private_folder = {};  // takes what the cache lacks where the cache cannot be written
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
  using Objects = std::map<std::string, std::filesystem::path>;  // by symbol; "" where there is none

  Objects find_objects() const;
  std::filesystem::path compile(const KernelDescription& kernel, const std::string& symbol,
                                LibraryWork& work) const;
  void compile_missing(Objects& objects);
  std::string library_name() const;
  std::filesystem::path link(const Objects& objects);
  std::filesystem::path make_library();

  LibraryOptions options_;
  KernelCache cache_;
  std::map<std::string, KernelDescription> kernels_;  // by symbol
  LibraryWork work_;
};

/// Identifies the part of the compiler that makes code of a kernel's description: it changes with its source,
/// and with Halide's version. Part of every name in the cache.
std::string code_identity();

}  // namespace sganc
