// Calls kernels for the thread sanitizer; tests/threads/run builds and runs it. Kernels and oneDNN are not
// instrumented; the executor, the cache and the threads that compile are.
//
//   sganc_threads           everything below; exits with 66 if the sanitizer has seen a race
//   sganc_threads race      a race on purpose, which the sanitizer must see
//   sganc_threads compile FOLDER

#include <omp.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "compiler/codegen/lower.h"
#include "compiler/graph/builder.h"
#include "runtime/execute/executor.h"
#include "tests/this_processor.h"

extern "C" int halide_do_par_for(void*, int (*)(void*, int, std::uint8_t*), int, int, std::uint8_t*);

namespace {

using namespace sganc;
namespace fs = std::filesystem;

constexpr std::int64_t kRows = 256, kColumns = 128;

/// Returns functions with a product by oneDNN, kernels before and after it, and a sum along each axis.
Module module_of_products() {
  Module module{.name = "m", .functions = {{.name = "f"}, {.name = "g"}}};
  for (auto& function : module.functions) {
    Builder b(function);
    const Value x = b.input("x", {DType::f32, {kRows, kColumns}}),
                w = b.input("w", {DType::f32, {kColumns, kRows}});
    const Value y = b.matmul(b.tanh(x), function.name == "f" ? w : b.multiply(w, 0.5));
    b.result("y", b.exp(b.negate(b.multiply(y, y))));
    b.result("sum", b.reduce_sum(y, {0, 1}));
  }
  return module;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("wrong: " + what);
}

/// Runs both functions `steps` times with a team of this size. The sums must be the same every time.
void run_steps(const Program& program, int threads, int steps) {
  Executor executor(program, threads, 1);
  const std::vector<float> x(kRows * kColumns, 0.01f), w(kRows * kColumns, 0.02f);
  std::vector<float> first;
  for (int step = 0; step < steps; ++step)
    for (const auto* name : {"f", "g"}) {
      const auto function = executor.function(name);
      executor.bind(executor.input(function, "x"), x.data());
      executor.bind(executor.input(function, "w"), w.data());
      if (step % 2 == 0)
        executor.run(function);
      else
        executor.run_timed(function);
      const float sum = executor.output(function, "sum")[0];
      require(std::isfinite(sum), "a sum");
      if (step == 0) first.push_back(sum);
      require(sum == first[name[0] == 'f' ? 0 : 1], "another sum than before");
    }
}

void two_executors(const Program& program) {
  std::vector<std::jthread> threads;
  for (const int team : {2, 3}) threads.emplace_back([&program, team] { run_steps(program, team, 20); });
}

/// Runs two builders in threads of one process, which compile with threads of their own.
void builders_on_one_cache(const fs::path& cache) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] { lower(planned(module_of_products()), {.cache = cache, .threads = 3}); });
}

void processes_on_one_cache(const fs::path& cache) {
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    children.push_back(::fork());
    if (children.back() == 0)
      ::execl("/proc/self/exe", "sganc_threads", "compile", cache.c_str(), nullptr), ::_exit(1);
  }
  for (const pid_t child : children) {
    int status = 0;
    require(::waitpid(child, &status, 0) == child && status == 0, "a process on the same cache");
  }
}

void race() {
  static int count = 0;
  const auto task = [](void*, int, std::uint8_t*) { return ++count, ::usleep(100), 0; };
  halide_do_par_for(nullptr, task, 0, 64, nullptr);
  std::cout << count << "\n";
}

void everything() {
  std::string pattern = (fs::temp_directory_path() / "sganc-threads-XXXXXX").string();
  const fs::path folder = ::mkdtemp(pattern.data());
  const auto stage = [](const char* name) { std::cout << name << std::endl; };
  stage("two processes on one cache");
  processes_on_one_cache(folder / "processes");
  stage("two builders on one cache");
  builders_on_one_cache(folder / "builders");
  const Program program = lower(planned(module_of_products()), {.cache = folder / "builders"});
  for (const int threads : {1, 2, 3, 8}) {
    stage(("an executor with a team of " + std::to_string(threads)).c_str());
    run_steps(program, threads, 20);
  }
  stage("two executors in two threads");
  two_executors(program);
  fs::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  omp_set_num_threads(4);
  if (words.empty())
    everything();
  else if (words[0] == "race")
    race();
  else
    lower(planned(module_of_products()), {.cache = words.at(1)});
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << "\n";
  return 1;
}
