// The executor on a small program without kernels, what kernels need of the runtime, and the machine's
// description.

#include "runtime/execute/executor.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/execute/machine.h"

extern "C" int halide_do_par_for(void*, int (*)(void*, int, std::uint8_t*), int, int, std::uint8_t*);

namespace sganc {
namespace {

using Values = std::vector<float>;

Values copy_of(std::span<const float> values) {
  return {values.begin(), values.end()};
}

Buffer buffer(Space space, std::int64_t offset, std::vector<std::int64_t> extents) {
  return {space, offset, DType::f32, std::move(extents)};
}

Step product(std::string name, Buffer a, Buffer b, Buffer c) {
  MatrixProduct work;
  work.a = std::move(a);
  work.b = std::move(b);
  work.c = std::move(c);
  Step step;
  step.name = std::move(name);
  step.work = std::move(work);
  return step;
}

Step copy(std::string name, Buffer from, Buffer to) {
  Step step;
  step.name = std::move(name);
  step.work = Copy{std::move(from), std::move(to)};
  return step;
}

VariableSlot variable(std::string name, std::int64_t offset, std::vector<std::int64_t> extents,
                      Initializer how) {
  VariableSlot slot;
  slot.name = std::move(name);
  slot.offset = offset;
  slot.extents = std::move(extents);
  slot.initializer = how;
  return slot;
}

/// update: h = x w; y = h w; last = y. recall: y = last.
Program small_program() {
  const Buffer x = buffer(Space::input, 0, {2, 2}), w = buffer(Space::variables, 0, {2, 2});
  const Buffer last = buffer(Space::variables, 64, {2, 2});
  const Buffer h = buffer(Space::arena, 0, {2, 2}), y = buffer(Space::arena, 64, {2, 2});
  Program program;
  program.name = "small";
  program.variables = {variable("net.w", 0, {2, 2}, {Initializer::Kind::normal, 0.5}),
                       variable("state.last", 64, {2, 2}, {Initializer::Kind::constant, 9})};
  program.variable_bytes = 128;
  program.arena_bytes = 128;
  FunctionProgram update;
  update.name = "update";
  update.inputs = {{"x", DType::f32, {2, 2}}};
  update.outputs = {{"y", y}};
  update.steps = {product("first", x, w, h), product("second", h, w, y), copy("keep", y, last)};
  FunctionProgram recall;
  recall.name = "recall";
  recall.outputs = {{"y", y}};
  recall.steps = {copy("fetch", last, y)};
  program.functions = {update, recall};
  return program;
}

template <typename Body>
std::string complaint(Body body) {
  try {
    body();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "none";
}

struct Small {
  Executor executor{small_program(), 2, 7};
  Executor::FunctionId update = executor.function("update"), recall = executor.function("recall");
  Executor::InputId x = executor.input(update, "x");

  void set_weights(const Values& values) { std::ranges::copy(values, executor.variable(0).begin()); }
};

TEST(Executor, RunsStepsInOrderAndKeepsVariables) {
  Small s;
  s.set_weights({1, 1, 0, 1});
  const Values x = {1, 2, 3, 4};
  s.executor.bind(s.x, x.data());
  s.executor.run(s.update);
  const Values expected = {1, 4, 3, 10};
  EXPECT_EQ(copy_of(s.executor.output(s.update, "y")), expected);
  EXPECT_EQ(copy_of(s.executor.variable(s.executor.variable_index("state.last"))), expected);
  const Values other = {0, 0, 0, 0};
  s.executor.bind(s.x, other.data());
  s.executor.run(s.recall);
  EXPECT_EQ(copy_of(s.executor.output(s.recall, "y")), expected);
  s.executor.run(s.update);
  EXPECT_EQ(copy_of(s.executor.output(s.update, "y")), other);
}

TEST(Executor, VariablesBeginByTheSeed) {
  Small a, b;
  const Values begun = copy_of(a.executor.variable(0));
  EXPECT_EQ(copy_of(b.executor.variable(0)), begun);
  EXPECT_EQ(std::ranges::count(begun, 0.f), 0);
  EXPECT_EQ(copy_of(a.executor.variable(1)), (Values{9, 9, 9, 9}));
  a.executor.initialize(8);
  EXPECT_NE(copy_of(a.executor.variable(0)), begun);
  a.executor.initialize(7);
  EXPECT_EQ(copy_of(a.executor.variable(0)), begun);
}

TEST(Executor, RunCheckedNamesTheFirstStepThatIsNotFiniteAndStops) {
  Small s;
  s.set_weights({1, 0, 0, 1});
  Values x = {1, 2, 3, 4};
  s.executor.bind(s.x, x.data());
  EXPECT_EQ(s.executor.run_checked(s.update), std::nullopt);
  EXPECT_EQ(copy_of(s.executor.variable(1)), x);
  x[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(s.executor.run_checked(s.update), "first");
  // The first product, 1e35, is finite, and the second is infinite.
  x = {1e20f, 0, 0, 0};
  s.set_weights({1e15f, 0, 0, 1});
  EXPECT_EQ(s.executor.run_checked(s.update), "second");
  EXPECT_EQ(copy_of(s.executor.variable(1)), (Values{1, 2, 3, 4}));
}

TEST(Executor, RunsOneStepAlone) {
  Small s;
  s.set_weights({2, 0, 0, 2});
  const Values x = {1, 2, 3, 4};
  EXPECT_EQ(complaint([&] { s.executor.run_step(s.update, 0); }), "input 'x' of 'update' is not bound");
  s.executor.bind(s.x, x.data());
  s.executor.run(s.update);
  s.set_weights({3, 0, 0, 3});
  s.executor.run_step(s.update, 1);
  EXPECT_EQ(copy_of(s.executor.output(s.update, "y")), (Values{6, 12, 18, 24}))
      << "of what the first step left";
  EXPECT_EQ(complaint([&] { s.executor.run_step(s.update, 3); }), "'update' has no step 3");
}

TEST(Executor, TimesEachStep) {
  Small s;
  const Values x(4, 1.f);
  s.executor.bind(s.x, x.data());
  s.executor.run(s.update);
  EXPECT_EQ(std::ranges::count(s.executor.nanoseconds(s.update), 0), 3);
  s.executor.run_timed(s.update);
  const auto times = s.executor.nanoseconds(s.update);
  EXPECT_GT(std::accumulate(times.begin(), times.end(), std::int64_t{0}), 0);
  s.executor.clear_times();
  EXPECT_EQ(std::ranges::count(s.executor.nanoseconds(s.update), 0), 3);
}

TEST(Executor, SetsOpenMpsTeam) {
  const int before = omp_get_max_threads();
  Executor executor(small_program(), 3, 1);
  EXPECT_EQ(omp_get_max_threads(), 3);
  omp_set_num_threads(before);
}

TEST(Executor, MisuseIsRefused) {
  Small s;
  const Values x(4, 1.f);
  EXPECT_EQ(complaint([&] { s.executor.run(s.update); }), "input 'x' of 'update' is not bound");
  EXPECT_EQ(complaint([&] { s.executor.function("train"); }), "there is no function 'train'");
  EXPECT_EQ(complaint([&] { s.executor.input(s.update, "z"); }), "there is no input of 'update' called 'z'");
  EXPECT_EQ(complaint([&] { s.executor.output(s.update, "z"); }),
            "there is no output of 'update' called 'z'");
  EXPECT_EQ(complaint([&] { s.executor.output<std::int32_t>(s.update, "y"); }),
            "output 'y' has another type");
  EXPECT_EQ(complaint([&] { s.executor.variable_index("v"); }), "there is no variable 'v'");
  EXPECT_EQ(complaint([&] { s.executor.variable<std::uint8_t>(0); }), "variable 'net.w' has another type");
  EXPECT_EQ(complaint([&] { s.executor.bind(s.x, x.data(), 3); }),
            "input 'x' is bound with leading extent 3 but declared with 2");
  EXPECT_EQ(complaint([] { Executor(small_program(), 0, 1); }), "an executor needs a thread");
}

TEST(Executor, AContradictoryProgramIsRefused) {
  Program program = small_program();
  program.arena_bytes = 64;
  EXPECT_EQ(complaint([&] { Executor(program, 1, 1); }),
            "'second': a buffer of 16 bytes at offset 64 does not lie in its space of 64");
  program = small_program();
  std::get<Copy>(program.functions[1].steps[0].work).to.extents = {2};
  EXPECT_EQ(complaint([&] { Executor(program, 1, 1); }),
            "step 'fetch' copies between buffers of different sizes");
  program = small_program();
  std::get<Copy>(program.functions[0].steps[2].work).to = buffer(Space::input, 0, {2, 2});
  EXPECT_EQ(complaint([&] { Executor(program, 1, 1); }), "step 'keep' writes an input");
  program = small_program();
  std::get<Copy>(program.functions[0].steps[2].work).from = buffer(Space::input, 1, {2, 2});
  EXPECT_EQ(complaint([&] { Executor(program, 1, 1); }), "step 'keep' reads an input that is not declared");
  program = small_program();
  program.functions[1].steps[0].work = KernelCall{"k", {}, 0};
  EXPECT_EQ(complaint([&] { Executor(program, 1, 1); }), "step 'fetch' calls a kernel; there is no library");
}

TEST(Executor, SaysWhyKernelsCannotBeLoaded) {
  Program program = small_program();
  program.kernel_library = "/nonexistent/kernels.so";
  EXPECT_EQ(complaint([&] { Executor(program, 1, 1); }),
            "cannot load kernels: /nonexistent/kernels.so: cannot open shared object file: "
            "No such file or directory");
}

TEST(ParallelFor, RunsEachTaskOnceAlsoWithinATask) {
  struct Counts {
    int outer[5] = {}, inner[5][3] = {};
  } counts;
  const auto inner = [](void* row, int i, std::uint8_t*) {
    ++static_cast<int*>(row)[i];
    return 0;
  };
  static constexpr auto kInner = static_cast<int (*)(void*, int, std::uint8_t*)>(inner);
  const auto outer = [](void*, int i, std::uint8_t* closure) {
    auto* c = reinterpret_cast<Counts*>(closure);
    ++c->outer[i - 2];
    return halide_do_par_for(c->inner[i - 2], kInner, 0, 3, nullptr);
  };
  EXPECT_EQ(halide_do_par_for(nullptr, outer, 2, 5, reinterpret_cast<std::uint8_t*>(&counts)), 0);
  for (const int count : counts.outer) EXPECT_EQ(count, 1);
  for (const auto& row : counts.inner)
    for (const int count : row) EXPECT_EQ(count, 1);
}

TEST(ParallelFor, ReportsAFailedTask) {
  const auto fails = [](void*, int i, std::uint8_t*) { return i == 3 ? -7 : 0; };
  EXPECT_EQ(halide_do_par_for(nullptr, fails, 0, 5, nullptr), -7);
  EXPECT_EQ(halide_do_par_for(nullptr, fails, 0, 0, nullptr), 0);
}

TEST(AlignedBuffer, IsZeroedAlignedAndMoves) {
  for (const std::int64_t bytes : {std::int64_t{1}, std::int64_t{100000}, (std::int64_t{5} << 20) + 7}) {
    AlignedBuffer buffer(bytes);
    EXPECT_EQ(buffer.size(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % (bytes < 1 << 21 ? 64 : 1 << 21), 0u);
    EXPECT_EQ(std::count(buffer.data(), buffer.data() + bytes, std::byte{0}), bytes);
    buffer.data()[bytes - 1] = std::byte{5};
    AlignedBuffer moved = std::move(buffer);
    EXPECT_EQ(moved.data()[bytes - 1], std::byte{5});
    buffer = AlignedBuffer();
    EXPECT_EQ(buffer.data(), nullptr);
  }
}

TEST(Machine, ThePeakOfMemoryBeginsAnew) {
  restart_peak_memory();
  const auto before = resident_memory_bytes();
  EXPECT_GT(before, 1 << 20);
  {
    AlignedBuffer large(std::int64_t{64} << 20);
    std::fill_n(large.data(), large.size(), std::byte{1});
    EXPECT_GT(resident_memory_bytes(), before + (60 << 20));
  }
  EXPECT_GT(peak_memory_bytes(), before + (60 << 20));
  restart_peak_memory();
  EXPECT_LT(peak_memory_bytes(), before + (60 << 20));
}

TEST(Machine, DescribesThisOne) {
  const Machine machine = this_machine();
  EXPECT_GE(machine.cores, 1);
  EXPECT_EQ(machine.onednn, OneDnn::version());
  EXPECT_EQ(std::ranges::count(machine.onednn, '.'), 2);
  EXPECT_GT(peak_memory_bytes(), 1 << 20);
  EXPECT_GT(matrix_product_gflops(64, 3), 0);
}

}  // namespace
}  // namespace sganc
