#pragma once
// kernels.so: kernels that Halide compiles ahead of time. Each is kept in a folder, under a name made from
// everything that determines its code, and compiled only if it is not there.

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

/// The work of making a library.
struct LibraryWork {
  std::size_t uses = 0;      // added kernels
  std::size_t kernels = 0;   // different kernels among them
  std::size_t compiled = 0;  // compiled kernels; the others were in the cache
  std::size_t threads = 0;   // threads that compiled
  double seconds = 0;        // wall-clock time to compile
  /// Seconds, summed over threads: for Halide pipelines, and for their object code.
  double generating = 0, compiling = 0;
  double linking = 0;  // seconds; 0 if the library was in the cache
};

struct LibraryOptions {
  std::filesystem::path cache;  // the folder of kernels; created if it is missing
  /// Called before each compilation with the kernel's name, its number (from 1), and the number of kernels.
  /// Only one thread calls it at a time.
  std::function<void(const std::string& kernel, std::size_t number, std::size_t count)> progress = {};
  std::function<void(const LibraryWork&)> built = {};  // called when the library is complete
  /// If given, it is called with the object files of all kernels, which are then not linked.
  std::function<void(const std::vector<std::filesystem::path>&)> objects = {};
  std::function<bool()> stop = {};  // called before each kernel, from several threads; true stops build()
  std::size_t threads = 0;          // threads that may compile; 0 for all cores
  /// Size limit of the cache; the least recently used files are removed.
  std::int64_t most_bytes = 1'000'000'000;
  std::filesystem::path private_folder = {};  // for new kernels if the cache cannot be written
  std::filesystem::path kept = {};  // a library that is used if it has all the kernels; it may be missing
  std::string key = {};             // with which `kept` must be signed; without one it is not used
  /// Called before kernels are compiled that `kept` should have had, with why it is not used.
  std::function<void(const std::string& why)> unusable = {};
};

/// Thrown by KernelLibraryBuilder::build when LibraryOptions::stop returned true. Compiled kernels stay in
/// the cache; there are no incomplete files.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted while kernels were compiled") {}
};

class KernelLibraryBuilder {
 public:
  explicit KernelLibraryBuilder(LibraryOptions options);

  /// Adds a kernel and returns its symbol. Equal kernels have the same symbol.
  std::string add(const KernelDescription& kernel);

  /// Compiles the kernels that are not in the cache, each once, and links. Returns the path of the library,
  /// or "" if there are no kernels or they are not to be linked. Throws UserError if a schedule cannot be
  /// applied, std::runtime_error if a file or the linker fails, and Interrupted.
  std::filesystem::path build();

 private:
  using Objects = std::map<std::string, std::filesystem::path>;  // by symbol; "" if there is none

  Objects find_objects() const;
  std::filesystem::path compile(const KernelDescription& kernel, const std::string& symbol,
                                LibraryWork& work) const;
  void compile_missing(Objects& objects);
  std::filesystem::path kept_library();
  std::string library_name() const;
  std::filesystem::path link(const Objects& objects);
  std::filesystem::path make_library();

  LibraryOptions options_;
  KernelCache cache_;
  std::map<std::string, KernelDescription> kernels_;  // by symbol
  LibraryWork work_;
  std::string why_unusable_;  // why the kept library is not used
};

/// Identifies the source of the compiler that makes code from a kernel's description, and Halide's version.
/// It is part of every name in the cache.
std::string code_identity();

}  // namespace sganc
