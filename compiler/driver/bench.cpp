#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "compiler/codegen/program_text.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/synthetic_data.h"
#include "runtime/execute/executor.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

void add_options(options::options_description& o) {
  add_model_options(o);
  o.add_options()("repetitions", options::value<int>()->default_value(10)->value_name("N"), "measured steps")(
      "warmup", options::value<int>()->default_value(3)->value_name("N"), "steps before them")(
      "top", options::value<int>()->default_value(10)->value_name("N"),
      "how many of the costliest steps to show");
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : (values[values.size() / 2] + values[(values.size() - 1) / 2]) / 2;
}

/// Seconds since this process began, to a hundredth.
double process_age() {
  std::ifstream stat("/proc/self/stat"), uptime("/proc/uptime");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));  // behind the name, which may hold spaces
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;  // the 22nd is the start, in clock ticks since boot
  double now = 0;
  uptime >> now;
  return now - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct StepCost {
  std::string update, name, implementation;
  double milliseconds = 0, flops = 0;
  std::int64_t bytes = 0;
};

struct Result {
  std::vector<double> step_ms;                                         // each repetition
  std::vector<std::pair<std::string, std::vector<double>>> update_ms;  // of each update
  std::vector<double> product_gflops;                                  // measured between repetitions
  std::vector<StepCost> costs;                                         // all steps of all updates
  double flops = 0;                                                    // of one training step
  double compile_s = 0, first_step_s = 0;
};

/// All that runs in a step: the updates, and the averages of the weights.
std::vector<std::string> functions_of_step(const Compiled& compiled) {
  std::vector<std::string> names;
  for (const auto& update : compiled.model.updates) names.push_back(update.name);
  if (compiled.program.function("average")) names.push_back("average");
  return names;
}

Result measure(const Compiled& compiled, const ModelRequest& request, const options::variables_map& values) {
  Executor executor(compiled.program, request.threads, static_cast<std::uint64_t>(compiled.model.train.seed));
  SyntheticData data(compiled.model);

  Result result;
  std::vector<Executor::FunctionId> updates;
  for (const auto& name : functions_of_step(compiled)) {
    updates.push_back(executor.function(name));
    data.bind(executor, updates.back());
    result.update_ms.push_back({name, {}});
    for (const auto& s : compiled.program.function(name)->steps) result.flops += s.flops;
  }
  const auto step = [&](bool measured) {
    data.next_step();
    double total = 0;
    for (std::size_t i = 0; i < updates.size(); ++i) {
      const auto begin = Clock::now();
      executor.run_timed(updates[i]);
      const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
      if (measured) result.update_ms[i].second.push_back(ms);
      total += ms;
    }
    if (measured) result.step_ms.push_back(total);
  };
  const int repetitions = values["repetitions"].as<int>();
  for (int i = 0; i < values["warmup"].as<int>(); ++i) {
    step(false);
    if (i == 0) result.first_step_s = process_age();
  }
  executor.clear_times();
  result.product_gflops.push_back(matrix_product_gflops(2048, 3));
  for (int i = 0; i < repetitions; ++i) {
    step(true);
    if (i % 3 == 2 || i + 1 == repetitions) result.product_gflops.push_back(matrix_product_gflops(2048, 3));
  }
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const std::string& name = result.update_ms[i].first;
    const auto& steps = compiled.program.function(name)->steps;
    const auto times = executor.nanoseconds(updates[i]);
    for (std::size_t k = 0; k < steps.size(); ++k)
      result.costs.push_back({name, steps[k].name, implementation(steps[k]),
                              static_cast<double>(times[k]) / 1e6 / repetitions, steps[k].flops,
                              steps[k].bytes});
  }
  return result;
}

void print_text(const Result& r, const Compiled& compiled, const ModelRequest& request, int top,
                std::ostream& out) {
  const double step = median(r.step_ms), gflops = median(r.product_gflops), bound = r.flops / gflops / 1e6;
  std::int64_t images = 0;
  for (const auto& u : compiled.model.updates)
    for (const auto& d : u.draws) images += d.count.value;
  out << std::fixed << std::setprecision(1);
  out << compiled.model.name << ", schedule " << request.schedule << ", " << request.threads << " threads, "
      << this_machine().processor.name << "\n\n";
  out << "training step      " << step << " ms median of " << r.step_ms.size() << " ("
      << *std::ranges::min_element(r.step_ms) << " to " << *std::ranges::max_element(r.step_ms) << "), "
      << r.flops / 1e9 << " GFLOP, " << r.flops / step / 1e6 << " GFLOP/s, "
      << static_cast<double>(images) / step * 1000 << " images/s\n";
  out << "matrix product     " << gflops << " GFLOP/s (f32, 2048 cubed, oneDNN): " << bound
      << " ms for as many operations\n";
  out << std::setprecision(2) << "ratio              " << step / bound << " of the matrix product's time\n";
  out << "compilation        " << r.compile_s << " s, process start to first step " << r.first_step_s
      << " s, peak memory " << peak_memory_bytes() / 1000000 << " MB\n\n";
  out << std::left << std::setw(16) << "update" << std::right << std::setw(10) << "ms" << std::setw(9)
      << "share\n";
  for (const auto& [name, ms] : r.update_ms)
    out << std::left << std::setw(16) << name << std::right << std::setw(10) << median(ms) << std::setw(7)
        << std::setprecision(0) << 100 * median(ms) / step << "%" << std::setprecision(2) << "\n";
  auto costs = r.costs;
  std::ranges::sort(costs, std::greater{}, &StepCost::milliseconds);
  out << "\n"
      << std::left << std::setw(10) << "update" << std::setw(44) << "step" << std::setw(9) << "by"
      << std::right << std::setw(9) << "ms" << std::setw(10) << "GFLOP/s" << std::setw(9) << "MB\n";
  for (std::size_t i = 0; i < costs.size() && i < static_cast<std::size_t>(top); ++i)
    out << std::left << std::setw(10) << costs[i].update << std::setw(44) << costs[i].name << std::setw(9)
        << costs[i].implementation << std::right << std::setw(9) << costs[i].milliseconds
        << std::setprecision(1) << std::setw(10) << costs[i].flops / costs[i].milliseconds / 1e6
        << std::setw(8) << static_cast<double>(costs[i].bytes) / 1e6 << std::setprecision(2) << "\n";
}

void print_json(const Result& r, const ModelRequest& request, std::ostream& out) {
  nlohmann::ordered_json j;
  const double step = median(r.step_ms), gflops = median(r.product_gflops);
  j["schedule"] = request.schedule;
  j["threads"] = request.threads;
  j["processor"] = this_machine().processor.name;
  j["step_ms"] = r.step_ms;
  j["step_ms_median"] = step;
  j["flop"] = r.flops;
  j["matrix_product_gflops"] = gflops;
  j["ratio"] = step / (r.flops / gflops / 1e6);
  j["compile_seconds"] = r.compile_s;
  j["first_step_seconds"] = r.first_step_s;
  j["peak_memory_bytes"] = peak_memory_bytes();
  for (const auto& [name, ms] : r.update_ms) j["updates"][name] = median(ms);
  for (const auto& c : r.costs)
    j["steps"].push_back({{"update", c.update},
                          {"name", c.name},
                          {"implementation", c.implementation},
                          {"ms", c.milliseconds},
                          {"flop", c.flops},
                          {"bytes", c.bytes}});
  out << j.dump(2) << "\n";
}

int run(const options::variables_map& values, Terminal& terminal) {
  if (values["repetitions"].as<int>() < 1 || values["warmup"].as<int>() < 1)
    throw UserError{{{}, "--repetitions and --warmup must be at least 1", ""}};
  ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const auto begin = Clock::now();
  const auto compiled = compile(request, terminal);
  if (!compiled) return kBadInput;
  const double compile_s = std::chrono::duration<double>(Clock::now() - begin).count();
  terminal.say("measuring; the machine should have nothing else to do");
  Result result = measure(*compiled, request, values);
  result.compile_s = compile_s;
  if (terminal.json)
    print_json(result, request, terminal.out);
  else
    print_text(result, *compiled, request, values["top"].as<int>(), terminal.out);
  return kDone;
}

}  // namespace

extern const Verb bench_verb{
    .name = "bench",
    .summary = "time a model's training step and compare it with the machine's matrix product",
    .usage = "MODEL [--schedule NAME] [--repetitions 10] [--format text|json]",
    .details =
        "Trains on random bytes, so that no data set is needed. The matrix product (oneDNN, f32) is "
        "measured\n"
        "between the steps, so that both see the same machine. Each update runs once a step, whatever its "
        "every\n"
        "and repeat.\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
