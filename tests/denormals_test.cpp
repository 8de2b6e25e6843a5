// Numbers below 1.2e-38 count as zero in every thread that runs steps, and nowhere else.

#include "runtime/execute/denormals.h"

#include <omp.h>

#include <set>
#include <thread>

#include "tests/compiled_twin.h"

extern "C" int halide_do_par_for(void*, int (*)(void*, int, std::uint8_t*), int, int, std::uint8_t*);

namespace sganc {
namespace {

constexpr std::int64_t kElements = 1 << 16, kSide = 64;
constexpr float kDenormal = 1e-40f, kSmall = 2e-38f;

/// "small" is 2e-38 halved. "large" is 1e-40 times 1e30, which is 1e-10 in IEEE arithmetic. "product" is
/// that of matrices of 1e-40 and 1e30.
Module small_numbers() {
  Module module{.name = "m", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  b.result("small", b.multiply(b.input("s", {DType::f32, {kElements}}), 0.5));
  b.result("large", b.multiply(b.input("d", {DType::f32, {kElements}}), 1e30));
  const Value a = b.input("a", {DType::f32, {kSide, kSide}}), c = b.input("c", {DType::f32, {kSide, kSide}});
  b.result("product", b.matmul(a, c));
  return module;
}

/// Returns the control register of each thread of a team of this size.
std::multiset<FloatState> states(int threads) {
  std::vector<FloatState> each(static_cast<std::size_t>(threads));
#pragma omp parallel num_threads(threads)
  each[static_cast<std::size_t>(omp_get_thread_num())] = float_state();
  return {each.begin(), each.end()};
}

class Denormals : public ::testing::TestWithParam<int> {
 protected:
  Denormals() {
    const auto function = executor.function("f");
    for (const auto& [name, values] :
         {std::pair("s", &small), {"d", &denormal}, {"a", &matrix}, {"c", &large}})
      executor.bind(executor.input(function, name), values->data());
  }
  ~Denormals() override { omp_set_num_threads(before); }

  void expect_zeros() {
    const auto function = executor.function("f");
    for (const auto* name : {"small", "large", "product"}) {
      const auto values = executor.output(function, name);
      EXPECT_EQ(std::ranges::count(values, 0.f), static_cast<std::ptrdiff_t>(values.size())) << name;
    }
  }

  const int before = omp_get_max_threads();
  const std::vector<float> small = std::vector<float>(kElements, kSmall),
                           denormal = std::vector<float>(kElements, kDenormal),
                           matrix = std::vector<float>(kSide * kSide, kDenormal),
                           large = std::vector<float>(kSide * kSide, 1e30f);
  Executor executor{compile(small_numbers()), GetParam(), 0};
};

TEST_P(Denormals, AreZeroInEveryThread) {
  const auto ieee = states(GetParam());  // so that the team exists before the run
  executor.run(executor.function("f"));
  expect_zeros();
  EXPECT_EQ(states(GetParam()), ieee);
}

TEST_P(Denormals, AreZeroInThreadsThatComeLater) {
  std::thread([&] {  // a thread that has no team yet
    executor.run(executor.function("f"));
    expect_zeros();
  })
      .join();
}

TEST_P(Denormals, LeaveTheCallersStateAlone) {
  const auto function = executor.function("f");
  for (const FloatState state : {float_state(), float_state() | kFlushed}) {
    const FloatState own = float_state();
    set_float_state(state);
    executor.run(function);
    const FloatState after_run = float_state();
    executor.run_timed(function);
    executor.run_checked(function);
    executor.run_step(function, 0);
    const FloatState after_all = float_state();
    set_float_state(own);
    EXPECT_EQ(after_run, state);
    EXPECT_EQ(after_all, state);
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, Denormals, ::testing::Values(1, 2, 3, 8));

/// Multiplies denormals in each of 64 tasks.
struct Products {
  std::array<float, 64> of{};
  static int task(void*, int i, std::uint8_t* closure) {
    const volatile float denormal = kDenormal, large = 1e30f;
    reinterpret_cast<Products*>(closure)->of[static_cast<std::size_t>(i)] = denormal * large;
    return 0;
  }
  void run() {
    of.fill(-1);
    halide_do_par_for(nullptr, task, 0, 64, reinterpret_cast<std::uint8_t*>(this));
  }
  bool all_zero() const {
    return std::ranges::all_of(of, [](float x) { return x == 0; });
  }
};

TEST(Denormals, AreZeroInLoopsOfKernelsWhoeverCallsThem) {
  Products alone;
  alone.run();
  EXPECT_TRUE(alone.all_zero());
  std::array<Products, 4> tasks;
#pragma omp parallel num_threads(3)
#pragma omp single
  for (Products& products : tasks) {
#pragma omp task shared(products)
    products.run();
  }
  for (const Products& products : tasks) EXPECT_TRUE(products.all_zero());
  for (const FloatState state : states(3)) EXPECT_EQ(state & kFlushed, 0u);
}

}  // namespace
}  // namespace sganc
