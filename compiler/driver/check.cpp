#include <algorithm>
#include <chrono>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compiler/driver/compilation.h"
#include "compiler/driver/synthetic_data.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/execute/machine.h"
#include "runtime/train/live_line.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

struct Cost {
  std::int64_t parameters = 0;
  double flop = 0, step_seconds = 0, evaluation_seconds = 0;  // of a step; of an image
  std::int64_t variable_bytes = 0, arena_bytes = 0, peak_bytes = 0;
};

/// Runs the function and looks at each value that it computes.
void require_finite(Executor& executor, const std::string& function) {
  if (const auto where = executor.run_checked(executor.function(function)))
    throw std::runtime_error("\"" + function + "\" is not finite on random data: first in " + *where);
}

double seconds_of(Executor& executor, const std::string& function) {
  const auto begin = Clock::now();
  executor.run(executor.function(function));
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Two steps of training, an evaluated batch and a drawn one: the first of each looks at every value, the
/// second is timed.
Cost measure(const Compiled& compiled, const ModelRequest& request) {
  Executor executor(compiled.program, request.threads, static_cast<std::uint64_t>(compiled.model.train.seed));
  SyntheticData data(compiled.model);
  Cost cost{.variable_bytes = compiled.program.variable_bytes, .arena_bytes = compiled.program.arena_bytes};
  for (const auto& v : compiled.module.variables)
    if (v.role == Role::weight) cost.parameters += v.type.elements();
  for (const auto& function : compiled.program.functions)
    data.bind(executor, executor.function(function.name));
  const bool averages = compiled.program.function("average") != nullptr;
  for (const auto& update : compiled.model.updates)
    if (const auto begin = update.name + ".begin"; compiled.program.function(begin))
      require_finite(executor, begin);
  if (averages) require_finite(executor, "average");
  for (const auto& update : compiled.model.updates) require_finite(executor, update.name);
  data.next_step();
  for (const auto& update : compiled.model.updates) {
    cost.step_seconds += seconds_of(executor, update.name);
    for (const auto& step : compiled.program.function(update.name)->steps) cost.flop += step.flops;
  }
  if (averages) cost.step_seconds += seconds_of(executor, "average");
  for (const char* evaluation : {"classify", "sample"})
    if (compiled.program.function(evaluation)) require_finite(executor, evaluation);
  if (compiled.program.function("classify"))
    cost.evaluation_seconds = seconds_of(executor, "classify") / static_cast<double>(kEvaluationBatch);
  cost.peak_bytes = peak_memory_bytes();
  return cost;
}

std::string megabytes(std::int64_t bytes) {
  return std::to_string((bytes + 500000) / 1000000) + " MB";
}

void print_text(const Cost& cost, const Compiled& compiled, std::ostream& out) {
  const auto& train = compiled.model.train;
  const double epoch = cost.step_seconds * static_cast<double>(train.steps_per_epoch);
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  text << "model     " << compiled.model.name << ": " << grouped(cost.parameters) << " parameters, "
       << counted(compiled.model.updates.size(), "update") << "\n";
  text << "step      " << 1000 * cost.step_seconds << " ms, " << cost.flop / 1e9 << " GFLOP\n";
  text << "epoch     " << train.steps_per_epoch << " steps: " << duration_text(epoch) << "\n";
  text << "training  " << counted(train.epochs, "epoch") << ": "
       << duration_text(epoch * static_cast<double>(train.epochs)) << "\n";
  if (cost.evaluation_seconds > 0)
    text << "evaluate  10000 images: " << 10000 * cost.evaluation_seconds << " s\n";
  text << "memory    " << megabytes(cost.peak_bytes) << ", of it " << megabytes(cost.variable_bytes)
       << " of weights and optimizer states and " << megabytes(cost.arena_bytes)
       << " of activations; the data set comes on top\n";
  out << text.str();
}

void print_json(const Cost& cost, const Compiled& compiled, std::ostream& out) {
  const nlohmann::ordered_json json{{"model", compiled.model.name},
                                    {"parameters", cost.parameters},
                                    {"flop", cost.flop},
                                    {"step_seconds", cost.step_seconds},
                                    {"steps_per_epoch", compiled.model.train.steps_per_epoch},
                                    {"epochs", compiled.model.train.epochs},
                                    {"evaluation_seconds_per_image", cost.evaluation_seconds},
                                    {"variable_bytes", cost.variable_bytes},
                                    {"activation_bytes", cost.arena_bytes},
                                    {"peak_memory_bytes", cost.peak_bytes}};
  out << json.dump() << "\n";
}

int run(const options::variables_map& values, Terminal& terminal) {
  ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const auto compiled = compile(request, terminal);
  if (!compiled) return kBadInput;
  const Cost cost = measure(*compiled, request);
  if (terminal.json)
    print_json(cost, *compiled, terminal.out);
  else
    print_text(cost, *compiled, terminal.out);
  return kDone;
}

}  // namespace

extern const Verb check_verb{
    .name = "check",
    .summary = "compile a model, try it on random data, and say what training will cost",
    .usage = "MODEL [--set KEY=VALUE] [--schedule NAME] [--threads N] [--format json]",
    .details =
        "Needs no data set. Every value of two training steps, an evaluated batch and a drawn one is looked "
        "at:\n"
        "one that is not finite is a failure, and the layer is named. Times are of one step, on the machine "
        "as\n"
        "it is.\n"
        "  sganc check models/mnist_stacked.toml\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_model_options,
    .run = run};

}  // namespace sganc
