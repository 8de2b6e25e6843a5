#include "compiler/driver/kept_kernels.h"

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

void keep_kernels(const Model& model, const fs::path& file, const std::function<bool()>& stop) {
  LibraryOptions options = library_options();
  options.stop = stop;
  options.kept = file;
  options.key = user_key();
  if (options.key.empty()) return;
  std::ostringstream mistakes;
  Terminal nobody{.err = mistakes, .quiet = true};
  ModelRequest request{.threads = this_machine().cores};
  const auto schedule = load_schedule_of(request, nobody);
  if (!schedule) throw std::runtime_error(mistakes.str());
  std::vector<PlannedModule> planned;
  for (const auto& module : modules_of_verbs(model)) planned.push_back(plan(module, *schedule, request));
  try {
    const fs::path library = kernel_library(planned, options);
    if (!library.empty() && library != fs::absolute(file))
      write_file_atomically(file, signed_library(library, options.key));
  } catch (const Interrupted&) {
    // Verbs compile what they do not find.
  }
}

}  // namespace sganc
