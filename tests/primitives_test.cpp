// Every primitive, compiled alone, against the reference, by the samples of its row; and a few in company.

#include "tests/compiled_twin.h"
#include "tests/primitive_samples.h"

namespace sganc {
namespace {

enum class Where { inputs, variables };

/// Compares all samples of these classes in one module, with one function each. Kernels over variables may
/// be flat, those over inputs are not.
void compare_all(const std::set<OpClass>& classes, const Schedule& schedule, Where where = Where::inputs) {
  Module module;
  std::vector<RowSample> samples;
  for (const auto& of : all_samples_of_primitives()) {
    if (!classes.contains(of.row->info.kind)) continue;
    samples.push_back(of);
    const std::string name = "s" + std::to_string(samples.size());
    const Value y = add_sample(module, name, of, where == Where::variables);
    // These give the memory of their operand or are memory themselves, and no input can be a result.
    const Op op = of.row->info.op;
    const bool moves_nothing =
        op == Op::view || op == Op::stop_gradient || op == Op::variable || op == Op::input;
    Builder b(module.functions.back());
    b.result("y", moves_nothing ? b.multiply(y, 3.0) : y);
  }
  Twin twin(std::move(module), schedule);
  std::mt19937 random(3);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Function& f = twin.module.functions[i];
    SCOPED_TRACE(to_string(f));
    std::vector<PrimitiveSample::Operand> read = samples[i].sample.operands;
    if (read.empty()) read.push_back({samples[i].sample.declared});  // the sample is a variable or an input
    std::size_t k = 0;
    for (const Node& n : f.nodes) {
      if (n.op == Op::variable) twin.set(n.attributes.name, numbers_for(read.at(k++), random));
      if (n.op == Op::input) twin.bind(n.attributes.name, numbers_for(read.at(k++), random));
    }
    twin.step(f.name, samples[i].sample.tolerance);
  }
}

const std::set kPointwise = {OpClass::pointwise}, kProducts = {OpClass::product},
               kOthers = {OpClass::leaf, OpClass::structure, OpClass::message};

TEST(Primitives, PointwiseOnesCompileToWhatTheReferenceComputes) {
  compare_all(kPointwise, {});
}
TEST(Primitives, PointwiseOnesOverVariablesCompileToWhatTheReferenceComputes) {
  compare_all(kPointwise, {}, Where::variables);
}
TEST(Primitives, OthersCompileToWhatTheReferenceComputes) {
  compare_all(kOthers, {});
}
TEST(Primitives, OthersOverVariablesCompileToWhatTheReferenceComputes) {
  compare_all(kOthers, {}, Where::variables);
}
TEST(Primitives, ProductsCompileToWhatTheReferenceComputes) {
  compare_all(kProducts, {});
}
TEST(Primitives, ProductsOverVariablesCompileToWhatTheReferenceComputes) {
  compare_all(kProducts, {}, Where::variables);
}
TEST(Primitives, ProductsByOneDnnAreWhatTheReferenceComputes) {
  compare_all(kProducts, all_onednn());
}

TEST(Primitives, ConversionsEndAtTheRangeOfTheirResult) {
  Module module{.name = "convert", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  const Value x = b.input("x", {DType::f32, {8}});
  b.result("i32", b.convert(x, DType::i32));
  b.result("u8", b.convert(x, DType::u8));
  b.result("low", b.convert(b.convert(x, DType::i32), DType::u8));
  Twin twin(std::move(module), {});
  twin.bind("x", {{DType::f32, {8}}, {0.75, -0.75, 255.5, 256, -1, 511, 3e9, -3e9}});
  twin.step("f", 0);
}

/// Random numbers in a flat kernel, whether its last block is full or not.
TEST(Primitives, RandomNumbersDoNotDependOnTheKernelThatDrawsThem) {
  Module module{.name = "noise"};
  for (const Shape& shape : {Shape{3}, Shape{16}, Shape{5, 33}, Shape{300, 100}}) {
    const std::string name = "f" + std::to_string(module.functions.size());
    module.variables.push_back({.name = name + ".x", .type = {DType::f32, shape}});
    Function& f = module.functions.emplace_back(Function{.name = name});
    Builder b(f);
    const Value key = b.input("random.key", {DType::i32, {4}});
    b.result(name + ".x", b.add(b.variable(name + ".x", {DType::f32, shape}), b.random(key, 7, shape)));
  }
  Twin twin(std::move(module), {});
  twin.bind("random.key", {{DType::i32, {4}}, {8, 9, 10, 11}});
  for (const auto& f : twin.module.functions)
    for (int i = 0; i < 2; ++i) twin.step(f.name, 1e-7);
}

/// A polynomial of high degree of a random number. Its scale must not be separated from the random number.
TEST(Primitives, PowersOfRandomNumbersStayFinite) {
  Module module{.name = "powers", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  const Value u = b.random(b.input("random.key", {DType::i32, {4}}), 7, {40});
  b.result("tanh", b.tanh(u));
  const Value square = b.multiply(u, u), fourth = b.multiply(square, square);
  b.result("power", b.multiply(fourth, fourth));
  Twin twin(std::move(module), {});
  twin.bind("random.key", {{DType::i32, {4}}, {1, 2, 3, 4}});
  twin.step("f", 1e-6);
}

/// Views between one shape and several others, in one kernel.
TEST(Primitives, ViewsOfSeveralShapesStandInOneKernel) {
  Module module{.name = "views", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  const Value x = b.input("x", {DType::f32, {2, 6}}), y = b.input("y", {DType::f32, {4, 3}});
  const Value s = b.view(b.transpose(x, {1, 0}), {12}), t = b.view(b.transpose(y, {1, 0}), {12});
  const Value p = b.pad(b.transpose(x, {1, 0}), {0, 0}, {0, 1}),
              q = b.pad(b.slice(x, {0, 0}, {2, 3}), {0, 0}, {4, 0});
  b.result("sum", b.add(s, t));
  b.result("padded", b.add(p, q));
  Twin twin(std::move(module), {});
  std::mt19937 random(1);
  twin.bind("x", random_tensor({2, 6}, random));
  twin.bind("y", random_tensor({4, 3}, random));
  twin.step("f", 1e-6);
}

/// Reductions along axes on which their operand does not depend.
TEST(Primitives, ReductionsOfRepeatedElementsCountEachOfThem) {
  Module module{.name = "repeated", .functions = {{.name = "f"}}};
  Builder b(module.functions[0]);
  const Value x = b.input("x", {DType::f32, {20}});
  const Value repeated = b.broadcast_leading(x, {3, 5, 20});
  b.result("all", b.reduce_sum(repeated, {0, 1}));
  b.result("one", b.reduce_sum(repeated, {1}));
  b.result("with_its_own", b.reduce_sum(repeated, {0, 2}));
  b.result("largest", b.reduce_max(repeated, {0}));
  b.result("columns", b.reduce_sum(b.iota(1, {7, 20}), {0}));
  Twin twin(std::move(module), {});
  std::mt19937 random(1);
  twin.bind("x", random_tensor({20}, random));
  twin.step("f", 1e-6);
}

/// exp of sums, at extents near those of a vector: the last element must not be lost.
TEST(Primitives, TailsOfVectorsAreComputed) {
  Module module{.name = "tails"};
  for (const int n : {4, 5, 8, 9, 16, 17, 18, 33}) {
    Function& f = module.functions.emplace_back(Function{.name = "f" + std::to_string(n)});
    Builder b(f);
    b.result("y", b.exp(b.negate(b.reduce_sum(b.input(f.name + ".x", {DType::f32, {3, n}}), {0}))));
  }
  Twin twin(std::move(module), {});
  std::mt19937 random(1);
  for (const auto& f : twin.module.functions) {
    twin.bind(f.name + ".x", random_tensor(f.nodes[0].type.shape, random));
    twin.step(f.name, 2e-6);
  }
}

}  // namespace
}  // namespace sganc
