#include "compiler/codegen/library.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include "compiler/codegen/linker.h"
#include "compiler/codegen/native_code.h"
#include "compiler/codegen/reads.h"
#include "compiler/codegen/scheduled.h"
#include "compiler/schedule/target.h"
#include "runtime/system/digest.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The most threads that compile. Each takes some hundred megabytes.
constexpr std::size_t kMostThreads = 4;

/// The most attempts to make a library, since other processes may remove its objects.
constexpr int kMostAttempts = 3;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string object_name(const std::string& symbol) {
  return symbol.substr(symbol.find('_') + 1) + ".o";
}

}  // namespace

KernelLibraryBuilder::KernelLibraryBuilder(LibraryOptions options)
    : options_(std::move(options)), cache_(options_.cache, options_.private_folder) {}

std::string KernelLibraryBuilder::add(const KernelDescription& kernel) {
  const std::string symbol =
      "sganc_" + short_digest(kernel.identity() + "\n" + target_text(kernel.target) + "\n" + code_identity());
  kernels_.emplace(symbol, kernel);
  ++work_.uses;
  return symbol;
}

KernelLibraryBuilder::Objects KernelLibraryBuilder::find_objects() const {
  Objects objects;
  for (const auto& [symbol, kernel] : kernels_)
    objects[symbol] = cache_.find(object_name(symbol)).value_or(fs::path());
  return objects;
}

fs::path KernelLibraryBuilder::compile(const KernelDescription& kernel, const std::string& symbol,
                                       LibraryWork& work) const {
  const auto begin = Clock::now();
  const auto made = scheduled(kernel);
  work.generating = seconds_since(begin);
  std::string object;
  compile_with_halide(kernel, [&] {
    require_reads_inside(made);
    object = native_code(made, symbol, NativeForm::object);
  });
  work.compiling = seconds_since(begin) - work.generating;
  return cache_.install(object_name(symbol), object);
}

/// Compiles the missing kernels by several threads; each takes the next kernel. If several fail, throws the
/// exception of the first of these kernels.
void KernelLibraryBuilder::compile_missing(Objects& objects) {
  const auto begin = Clock::now();
  std::vector<std::string> missing;
  for (const auto& [symbol, object] : objects)
    if (object.empty()) missing.push_back(symbol);
  if (!missing.empty() && !why_unusable_.empty() && options_.unusable) options_.unusable(why_unusable_);
  std::vector<LibraryWork> works(missing.size());
  std::atomic<std::size_t> next = 0;
  std::mutex progress;
  std::vector<std::exception_ptr> failures(missing.size());
  const auto take = [&] {
    for (std::size_t i = next++; i < missing.size(); i = next++) try {
        if (options_.stop && options_.stop()) throw Interrupted();
        const auto& kernel = kernels_.at(missing[i]);
        if (options_.progress) {
          const std::lock_guard<std::mutex> lock(progress);
          options_.progress(kernel.name, i + 1, missing.size());
        }
        objects.at(missing[i]) = compile(kernel, missing[i], works[i]);
      } catch (...) {
        failures[i] = std::current_exception();
        next = missing.size();
      }
  };
  work_.compiled += missing.size();
  const std::size_t cores = options_.threads > 0 ? options_.threads : std::thread::hardware_concurrency();
  work_.threads = std::min({missing.size(), kMostThreads, std::max<std::size_t>(1, cores)});
  {
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < work_.threads; ++t) others.emplace_back(take);
    take();
  }
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
  for (const LibraryWork& work : works)
    work_.generating += work.generating, work_.compiling += work.compiling;
  work_.seconds += seconds_since(begin);
}

/// The library that is kept outside of the cache, or "" if it cannot be used.
fs::path KernelLibraryBuilder::kept_library() {
  if (options_.kept.empty() || options_.key.empty() || kernels_.empty() || !fs::exists(options_.kept))
    return {};
  std::vector<std::string> symbols;
  for (const auto& [symbol, kernel] : kernels_) symbols.push_back(symbol);
  why_unusable_ = why_not_usable(options_.kept, options_.key, symbols);
  return why_unusable_.empty() ? fs::absolute(options_.kept) : fs::path();
}

std::string KernelLibraryBuilder::library_name() const {
  std::string all;
  for (const auto& [symbol, kernel] : kernels_) all += symbol + "\n";
  return "kernels_" + short_digest(all) + ".so";
}

fs::path KernelLibraryBuilder::link(const Objects& objects) {
  const auto begin = Clock::now();
  std::vector<fs::path> files;
  for (const auto& [symbol, object] : objects) files.push_back(object);
  auto library = cache_.install_made(library_name(), [&](const fs::path& made) {
    try {
      link_shared(files, made);
    } catch (const std::runtime_error& e) {
      throw std::runtime_error((made.parent_path() / library_name()).string() +
                               ": cannot be linked: " + e.what());
    }
  });
  work_.linking = seconds_since(begin);
  return library;
}

/// Makes the objects again if another process removes some between their compilation and the link.
fs::path KernelLibraryBuilder::make_library() {
  for (int attempt = 1;; ++attempt) {
    Objects objects = find_objects();
    compile_missing(objects);
    try {
      return link(objects);
    } catch (const std::runtime_error&) {
      if (options_.stop && options_.stop()) throw Interrupted();  // ld too may have seen the signal
      if (attempt == kMostAttempts || find_objects() == objects) throw;
    }
  }
}

fs::path KernelLibraryBuilder::build() {
  work_.kernels = kernels_.size();
  if (options_.objects) {
    Objects objects = find_objects();
    compile_missing(objects);
    std::vector<fs::path> files;
    for (const auto& [symbol, object] : objects) files.push_back(object);
    options_.objects(files);
    return {};
  }
  fs::path library = kept_library();
  const bool kept = !library.empty();
  if (!kept && !kernels_.empty()) library = cache_.find(library_name()).value_or(fs::path());
  if (kept) {
    // Its kernels need not lie in the cache.
  } else if (!library.empty()) {
    for (const auto& [symbol, kernel] : kernels_) cache_.touch(object_name(symbol));
  } else if (!kernels_.empty()) {
    if (const auto why = why_not_kept(options_.cache); !why.empty() && options_.private_folder.empty())
      throw std::runtime_error("compiled kernels cannot be kept: " + why +
                               "; $XDG_CACHE_HOME names another place");
    library = make_library();
    cache_.trim(options_.most_bytes);
  }
  if (options_.built) options_.built(work_);
  return library;
}

}  // namespace sganc
