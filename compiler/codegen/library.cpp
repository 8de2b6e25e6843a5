#include "compiler/codegen/library.h"

#include <openssl/evp.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "compiler/codegen/reads.h"
#include "compiler/codegen/scheduled.h"

extern char** environ;

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Of compilation: each takes some hundred megabytes.
constexpr std::size_t kMostThreads = 4;

/// 16 hexadecimal digits of the SHA-256 of a text.
std::string digest(const std::string& text) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (!EVP_Digest(text.data(), text.size(), bytes, &length, EVP_sha256(), nullptr))
    throw std::runtime_error("SHA-256 is not available");
  std::string hex;
  for (int i = 0; i < 8; ++i) {
    constexpr char digits[] = "0123456789abcdef";
    hex += digits[bytes[i] >> 4];
    hex += digits[bytes[i] & 15];
  }
  return hex;
}

void run_linker(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const auto& w : words) arguments.push_back(const_cast<char*>(w.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (const int error = posix_spawnp(&child, "ld", nullptr, nullptr, arguments.data(), environ))
    throw std::runtime_error(std::string("cannot run the linker ld (package binutils): ") +
                             std::strerror(error));
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("the linker ld failed on the compiled kernels");
}

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A name in the same folder that no other process uses.
fs::path temporary(const fs::path& path) {
  return path.string() + "." + std::to_string(getpid());
}

}  // namespace

std::string halide_target() {
  return Halide::get_host_target().to_string() + " halide-" + std::to_string(SGANC_HALIDE_VERSION_MAJOR);
}

KernelLibraryBuilder::KernelLibraryBuilder(LibraryOptions options) : options_(std::move(options)) {}

void KernelLibraryBuilder::prepare_cache() const {
  std::error_code error;
  fs::create_directories(options_.cache, error);
  if (error || access(options_.cache.c_str(), W_OK) != 0)
    throw std::runtime_error("the folder of compiled kernels, " + options_.cache.string() +
                             ", cannot be written; $XDG_CACHE_HOME names another place");
}

std::string KernelLibraryBuilder::add(const KernelDescription& kernel) {
  const std::string symbol =
      "sganc_" + digest(kernel.identity() + "\n" + halide_target() + "\n" + options_.compiler);
  kernels_.emplace(symbol, kernel);
  ++work_.uses;
  return symbol;
}

fs::path KernelLibraryBuilder::object_path(const std::string& symbol) const {
  return options_.cache / (symbol.substr(6) + ".o");
}

void KernelLibraryBuilder::compile(const KernelDescription& kernel, const std::string& symbol,
                                   LibraryWork& work) const {
  const auto begin = Clock::now();
  const auto made = scheduled(kernel);
  work.generating = seconds_since(begin);
  const fs::path object = object_path(symbol), unfinished = temporary(object);
  compile_with_halide(kernel, [&] {
    require_reads_inside(made);
    made.pipeline().compile_to_object(unfinished.string(), made.emitted.arguments, symbol,
                                      kernel_target(kernel.target));
  });
  fs::rename(unfinished, object);
  work.compiling = seconds_since(begin) - work.generating;
}

/// In so many threads, each taking the next. Of several failures the first kernel's is thrown.
void KernelLibraryBuilder::compile_all(const std::vector<std::string>& symbols) {
  const auto begin = Clock::now();
  std::vector<LibraryWork> works(symbols.size());
  std::atomic<std::size_t> next = 0;
  std::mutex progress;
  std::vector<std::exception_ptr> failures(symbols.size());
  const auto take = [&] {
    for (std::size_t i = next++; i < symbols.size(); i = next++) try {
        if (options_.stop && options_.stop()) throw Interrupted();
        const auto& kernel = kernels_.at(symbols[i]);
        if (options_.progress) {
          const std::lock_guard<std::mutex> lock(progress);
          options_.progress(kernel.name, i + 1, symbols.size());
        }
        compile(kernel, symbols[i], works[i]);
      } catch (...) {
        failures[i] = std::current_exception();
        next = symbols.size();
      }
  };
  work_.compiled = symbols.size();
  work_.threads = std::min({symbols.size(), kMostThreads, std::size_t{std::thread::hardware_concurrency()}});
  {
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < work_.threads; ++t) others.emplace_back(take);
    take();
  }
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
  for (const LibraryWork& work : works)
    work_.generating += work.generating, work_.compiling += work.compiling;
  work_.seconds = seconds_since(begin);
}

std::string KernelLibraryBuilder::library_name() const {
  std::string all;
  for (const auto& [symbol, kernel] : kernels_) all += symbol + "\n";
  return "kernels_" + digest(all) + ".so";
}

void KernelLibraryBuilder::link(const fs::path& library) {
  const auto begin = Clock::now();
  const fs::path unfinished = temporary(library);
  std::vector<std::string> words = {"ld", "-shared", "-o", unfinished.string()};
  for (const auto& [symbol, kernel] : kernels_) words.push_back(object_path(symbol).string());
  run_linker(words);
  fs::rename(unfinished, library);
  work_.linking = seconds_since(begin);
}

fs::path KernelLibraryBuilder::build() {
  prepare_cache();
  work_.kernels = kernels_.size();
  const fs::path library = kernels_.empty() ? fs::path() : options_.cache / library_name();
  if (!kernels_.empty() && !fs::exists(library)) {
    std::vector<std::string> missing;
    for (const auto& [symbol, kernel] : kernels_)
      if (!fs::exists(object_path(symbol))) missing.push_back(symbol);
    compile_all(missing);
    link(library);
  }
  if (options_.built) options_.built(work_);
  return library;
}

}  // namespace sganc
