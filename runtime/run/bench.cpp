// sganc-run bench: how fast a program classifies, for each number of images that it is made for.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>

#include "runtime/execute/machine.h"
#include "runtime/run/command.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void add_options(options::options_description& o) {
  o.add_options()("seconds", options::value<double>()->default_value(1, "1")->value_name("S"),
                  "how long each function runs");
}

/// The images in a table of images, of which functions take a batch by indices.
constexpr std::int64_t kTable = 1;

/// The bytes that an input takes.
std::size_t bytes_of(const Input& input) {
  std::int64_t bytes = size_of(input.dtype);
  for (const auto extent : input.extents) bytes *= extent < 0 ? kTable : extent;
  return static_cast<std::size_t>(bytes);
}

/// Runs the function on zeros again and again, and returns the seconds of each call, in ascending order.
std::vector<double> times_of(Executor& executor, std::size_t index, double seconds) {
  const FunctionProgram& function = executor.program().functions[index];
  std::vector<std::vector<std::byte>> inputs;
  for (const auto& input : function.inputs) {
    inputs.emplace_back(bytes_of(input));
    const bool is_table = !input.extents.empty() && input.extents[0] < 0;
    executor.bind(executor.input({index}, input.name), inputs.back().data(), is_table ? kTable : -1);
  }
  executor.run({index});
  std::vector<double> times;
  for (const auto start = Clock::now(); times.size() < 3 || seconds_since(start) < seconds;) {
    const auto before = Clock::now();
    executor.run({index});
    times.push_back(seconds_since(before));
  }
  std::ranges::sort(times);
  return times;
}

int run(const options::variables_map& values, const std::vector<std::string>& words) {
  const auto start = Clock::now();
  const LoadedProgram program = load_program(words[0], values);
  Executor& executor = *program.executor;
  std::printf("loaded in %.1f ms, %d threads, %s\n", 1e3 * seconds_since(start), program.threads,
              this_machine().processor.name.c_str());
  std::printf("%-14s  %10s  %8s  %8s  %10s\n", "function", "batch", "ms", "least", "images/s");
  for (std::size_t i = 0; i < executor.program().functions.size(); ++i) {
    const FunctionProgram& function = executor.program().functions[i];
    const auto batch = function.outputs.at(0).buffer.extents.at(0);
    const auto times = times_of(executor, i, values["seconds"].as<double>());
    const double median = times[times.size() / 2];
    std::printf("%-14s  %10lld  %8.3f  %8.3f  %10.0f\n", function.name.c_str(), static_cast<long long>(batch),
                1e3 * median, 1e3 * times[0], static_cast<double>(batch) / median);
  }
  std::printf("peak memory %.0f MB\n", static_cast<double>(peak_memory_bytes()) / 1e6);
  std::fflush(stdout);
  return 0;
}

}  // namespace

extern const Command bench_command{.name = "bench",
                                   .summary = "measure the speed of each function",
                                   .usage = "DIR [--seconds S] [--threads N]",
                                   .words = 1,
                                   .repeats = false,
                                   .add_options = add_options,
                                   .run = run};

}  // namespace sganc
