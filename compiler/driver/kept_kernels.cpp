#include "compiler/driver/kept_kernels.h"

#include <sys/resource.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

#include "compiler/codegen/lower.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/places.h"
#include "compiler/driver/suggested_spread.h"
#include "compiler/layers/build.h"
#include "runtime/execute/machine.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr int kLowestPriority = 19;

/// The modules that these verbs build of a model. What cannot be built of it is left out.
std::vector<Module> modules_of_verbs(const Model& model) {
  std::vector<Module> modules;
  const auto add = [&](const auto& make) {
    Diagnostics mistakes;
    Module module = make(mistakes);
    if (mistakes.empty()) modules.push_back(std::move(module));
  };
  add([&](Diagnostics& d) {
    using enum FunctionRole;
    return build_functions(model, {classify, sample, features, similarity}, d);
  });
  if (!model.evaluate.classifier.value.empty()) {
    add([&](Diagnostics& d) { return build_prediction(model, d); });
    if (model.spreads.empty())
      add([&](Diagnostics& d) { return build_graph(model, suggested_spread(model), d); });
  }
  if (!model.evaluate.generator.value.empty())
    add([&](Diagnostics& d) { return build_generation(model, d); });
  return modules;
}

}  // namespace

KeptKernels::KeptKernels(const Model& model, fs::path file)
    : model_(model), file_(std::move(file)), thread_([this] {
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestPriority);  // of this thread
        try {
          write();
        } catch (...) {
          failure_ = std::current_exception();
        }
      }) {}

KeptKernels::~KeptKernels() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void KeptKernels::finish() {
  thread_.join();
  if (failure_) std::rethrow_exception(failure_);
}

void KeptKernels::write() const {
  std::ostringstream mistakes;
  Terminal nobody{.err = mistakes, .quiet = true};
  ModelRequest request{.threads = this_machine().cores};
  const auto schedule = load_schedule_of(request, nobody);
  if (!schedule) throw std::runtime_error(mistakes.str());
  std::vector<PlannedModule> planned;
  for (const auto& module : modules_of_verbs(model_)) planned.push_back(plan(module, *schedule, request));
  LibraryOptions options = library_options();
  options.stop = [this] { return stop_.load(); };
  options.threads = 1;
  options.kept = file_;
  options.key = user_key();
  if (options.key.empty()) return;
  const fs::path library = kernel_library(planned, options);
  if (!library.empty() && library != fs::absolute(file_))
    write_file_atomically(file_, signed_library(library, options.key));
}

}  // namespace sganc
