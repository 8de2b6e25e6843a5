// What is computed again because it is not stored, and what is stored to avoid that.

#include "compiler/passes/recomputation.h"

#include "compiler/passes/pass.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

/// Two windows of `extent` elements, `step` apart, of exp(x) for x : f32[4].
struct Windows {
  Module module{.name = "m", .functions = {{.name = "f"}}};
  Builder b{module.functions[0]};
  Value e = b.exp(b.input("x", {DType::f32, {4}}));
  Value first, second;

  Windows(std::int64_t extent, std::int64_t step)
      : first(b.slice(e, {0}, {extent})), second(b.slice(e, {step}, {extent})) {}
};

TEST(Recomputation, CountsAValueForEachPlaceWhereItIsRead) {
  Windows w(3, 1);
  const auto count = [&](Value v, const std::set<Value>& stored = {}) {
    return computed_for_each(w.module.functions[0], v, stored, 100);
  };
  EXPECT_EQ(count(w.e), 0);
  EXPECT_EQ(count(w.first), 1);
  const Value sum = w.b.add(w.first, w.second);
  EXPECT_EQ(count(sum), 2);
  const Value square = w.b.multiply(sum, sum);
  EXPECT_EQ(count(square), 3);  // one sum, though read twice
  EXPECT_EQ(count(square, {w.e}), 1);
  EXPECT_EQ(count(w.b.add(w.first, w.first)), 1);
  EXPECT_EQ(computed_for_each(w.module.functions[0], square, {}, 2), 2);  // no further
}

TEST(Recomputation, FindsWhatOverlappingSlicesRead) {
  EXPECT_EQ(read_by_overlapping_slices(Windows(3, 1).module.functions[0]), (std::set<Value>{{1}}));
  EXPECT_EQ(read_by_overlapping_slices(Windows(2, 2).module.functions[0]), (std::set<Value>{}));
}

/// Returns whether exp(x) is stored if its two windows are added.
bool stores_exp(Windows&& w) {
  w.b.result("y", w.b.add(w.first, w.second));
  const auto c = plan(w.module, {}, {}).functions.at(0);
  EXPECT_EQ(c.function.node(w.e).op, Op::exp);
  return c.plan.buffers.contains(w.e);
}

TEST(FormGroups, StoreWhatOverlappingWindowsRead) {
  EXPECT_TRUE(stores_exp(Windows(3, 1)));
  EXPECT_FALSE(stores_exp(Windows(2, 2)));
}

/// Each value reads the one before at two places. Without a bound, the first would be computed 2^20 times.
TEST(FormGroups, StoreWhatWouldBeComputedHundredsOfTimes) {
  Module module{.name = "m", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  Value v = b.input("x", {DType::f32, {64}});
  for (std::int64_t i = 0; i < 20; ++i) {
    const Shape shape = b.shape(v);
    const Value turned = b.pad(b.slice(v, {1}, {shape[0] - 1}), {0}, {1});
    v = b.tanh(b.add(v, turned));
  }
  b.result("y", v);
  const auto c = plan(module, {}, {}).functions.at(0);
  std::set<Value> stored;
  for (const auto& [value, buffer] : c.plan.buffers) stored.insert(value);
  EXPECT_GT(stored.size(), 2);
  for (Value value : stored) EXPECT_LT(computed_for_each(c.function, value, stored, 10000), 600);
}

}  // namespace
}  // namespace sganc
