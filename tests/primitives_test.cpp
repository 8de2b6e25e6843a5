// Every primitive, compiled alone, against the reference, at shapes that fill vectors and at odd ones.

#include "tests/compiled_twin.h"

namespace sganc {
namespace {

enum class Numbers { any, positive, flags, small, key };

struct Operand {
  Type type;
  Numbers numbers = Numbers::any;
};

struct Sample {
  Op op;
  std::vector<Operand> operands;
  Attributes attributes = {};
  Type declared = {};
  double tolerance = 2e-6;
};

Operand f32(Shape shape, Numbers numbers = Numbers::any) {
  return {{DType::f32, std::move(shape)}, numbers};
}
Attributes shaped(Attributes attributes, Shape shape) {
  attributes.shape = std::move(shape);
  return attributes;
}

const std::vector<Shape> kShapes = {{}, {1}, {5}, {64}, {3, 33}, {2, 5, 4, 7}, {1, 1}, {40, 1000}};

/// Pointwise operations run at every shape.
std::vector<Sample> pointwise_samples() {
  std::vector<Sample> samples;
  for (const auto& op : all_ops()) {
    if (op.kind != OpClass::pointwise || op.op == Op::convert) continue;
    for (const auto& shape : kShapes) {
      std::vector<Operand> operands(static_cast<std::size_t>(op.operands), f32(shape));
      if (op.op == Op::log || op.op == Op::sqrt) operands[0].numbers = Numbers::positive;
      if (op.op == Op::divide) operands[1].numbers = Numbers::positive;
      if (op.op == Op::select) operands[0].numbers = Numbers::flags;
      if (op.op == Op::equal) operands[0].numbers = operands[1].numbers = Numbers::small;
      samples.push_back({op.op, operands});
    }
  }
  return samples;
}

std::vector<Sample> other_samples() {
  const Type u8{DType::u8, {7, 3, 5}}, i32{DType::i32, {6}}, key{DType::i32, {4}};
  std::vector<Sample> samples = {
      {Op::constant, {}, {.value = 0.1}, {DType::f32, {}}},
      {Op::constant, {}, {.value = -3e-5}, {DType::f32, {3, 21}}},
      {Op::iota, {}, {.axes = {0}}, {DType::f32, {5, 3}}},
      {Op::iota, {}, {.axes = {2}}, {DType::f32, {2, 3, 20}}},
      {Op::random, {{key, Numbers::key}}, {.stream = 3}, {DType::f32, {}}, 0},
      {Op::random, {{key, Numbers::key}}, {.stream = 0}, {DType::f32, {3, 5}}, 0},
      {Op::random, {{key, Numbers::key}}, {.stream = 1000}, {DType::f32, {40, 1000}}, 0},
      {Op::convert, {{u8, Numbers::small}}, {.dtype = DType::f32}},
      {Op::convert, {{i32, Numbers::small}}, {.dtype = DType::f32}},
      {Op::convert, {{u8, Numbers::small}}, {.dtype = DType::i32}},
      {Op::convert, {f32({3, 7})}, {.dtype = DType::i32}},
      {Op::convert, {f32({3, 7}, Numbers::positive)}, {.dtype = DType::u8}},
      {Op::broadcast, {f32({})}, {.shape = {3, 7}, .axes = {}}},
      {Op::broadcast, {f32({1})}, {.shape = {5, 1}, .axes = {1}}},
      {Op::broadcast, {f32({1})}, {.shape = {1, 5}, .axes = {0}}},
      {Op::broadcast, {f32({17})}, {.shape = {2, 3, 17}, .axes = {2}}},
      {Op::broadcast, {f32({3, 17})}, {.shape = {3, 2, 17}, .axes = {0, 2}}},
      {Op::broadcast, {f32({3})}, {.shape = {3, 5}, .axes = {0}}},
      {Op::reduce_sum, {f32({40, 1000})}, {.axes = {0, 1}}, {}, 1e-5},
      {Op::reduce_sum, {f32({80, 1000})}, {.axes = {0}}, {}, 1e-5},
      {Op::reduce_sum, {f32({80, 1000})}, {.axes = {1}}, {}, 1e-5},
      {Op::reduce_sum, {f32({2, 3, 5, 20})}, {.axes = {0, 1, 2}}},
      {Op::reduce_sum, {f32({2, 3, 5, 7})}, {.axes = {1, 3}}},
      {Op::reduce_sum, {f32({3, 5})}, {.axes = {}}},
      {Op::reduce_sum, {f32({4, 20, 30, 40})}, {.axes = {1, 2}}, {}, 1e-5},
      {Op::reduce_sum, {f32({5, 20, 30, 17})}, {.axes = {3}}, {}, 1e-5},
      {Op::reduce_sum, {f32({2, 3, 2, 5, 3, 18})}, {.axes = {2, 4}}},
      {Op::reduce_max, {f32({4, 20, 30, 33})}, {.axes = {1, 2}}},
      {Op::reduce_max, {f32({50, 10})}, {.axes = {1}}},
      {Op::reduce_max, {f32({3, 5, 20})}, {.axes = {0, 1}}},
      {Op::reduce_max, {f32({33})}, {.axes = {0}}},
      {Op::reduce_max, {f32({7, 65})}, {.axes = {1}}},
      {Op::reduce_max, {f32({3, 4, 100})}, {.axes = {0, 2}}},
      {Op::reduce_sum, {f32({3, 4, 100})}, {.axes = {0, 2}}},
      {Op::view, {f32({2, 6})}, {.shape = {3, 4}}},
      {Op::view, {f32({2, 3, 5})}, {.shape = {30}}},
      {Op::view, {f32({1, 1})}, {.shape = {}}},
      {Op::transpose, {f32({5, 20})}, {.axes = {1, 0}}},
      {Op::transpose, {f32({2, 3, 4, 5})}, {.axes = {2, 0, 3, 1}}},
      {Op::pad, {f32({2, 3, 5})}, {.low = {1, 0, 2}, .high = {0, 3, 0}}},
      {Op::pad, {f32({33})}, {.low = {0}, .high = {1}}},
      {Op::slice, {f32({4, 20})}, {.shape = {2, 17}, .low = {1, 3}}},
      {Op::slice, {f32({5})}, {.shape = {1}, .low = {4}}},
      {Op::gather, {f32({4, 3}), {i32, Numbers::small}}},  // some indices are outside of the table
      {Op::gather, {{u8, Numbers::small}, {i32, Numbers::small}}},
      {Op::gather, {f32({9}), {i32, Numbers::small}}},
      {Op::gather, {f32({3, 5, 2}), {{DType::i32, {3, 4, 20}}, Numbers::small}}, {.axes = {0}}},
      {Op::gather, {f32({2, 3, 4}), {{DType::i32, {2, 3, 7}}, Numbers::small}}, {.axes = {0, 1}}},
      {Op::scatter_add, {f32({6, 3}), {i32, Numbers::small}}, {.shape = {4, 3}}},
      {Op::scatter_add, {f32({6}), {i32, Numbers::small}}, {.shape = {9}}},
      {Op::scatter_add,
       {f32({3, 4, 20}), {{DType::i32, {3, 4}}, Numbers::small}},
       {.shape = {3, 5, 20}, .axes = {0}}},
      {Op::scatter_add,
       {f32({40, 30, 33, 1}), {{DType::i32, {40, 30, 33}}, Numbers::small}},
       {.shape = {40, 6, 1}, .axes = {0}},
       {},
       1e-5},
  };
  for (const bool ta : {false, true})
    for (const bool tb : {false, true})
      for (const auto& [m, k, n] : {std::tuple{1, 1, 1}, {3, 7, 5}, {33, 20, 17}})
        samples.push_back({Op::matmul,
                           {f32(ta ? Shape{k, m} : Shape{m, k}), f32(tb ? Shape{n, k} : Shape{k, n})},
                           {.transpose_a = ta, .transpose_b = tb}});
  return samples;
}

struct Geometry {
  Shape x, w;
  std::vector<std::int64_t> strides, dilations = {1, 1};
  std::int64_t groups = 1;
};

/// The three products of convolutions with padding `same`: many channels, few, one, odd; kernels smaller and
/// larger than the image; dilations and groups.
std::vector<Sample> convolution_samples() {
  const Geometry geometries[] = {
      {{2, 8, 8, 16}, {32, 16, 3, 3}, {2, 2}},
      {{2, 5, 7, 6}, {7, 6, 3, 2}, {1, 2}},
      {{2, 9, 8, 1}, {20, 1, 3, 3}, {2, 2}},
      {{2, 6, 6, 20}, {1, 20, 7, 7}, {1, 1}},
      {{1, 6, 7, 3}, {16, 3, 4, 4}, {2, 2}},
      {{3, 4, 4, 5}, {2, 5, 3, 3}, {1, 1}},
      {{1, 4, 5, 1}, {1, 1, 3, 3}, {1, 1}},
      {{2, 3, 3, 8}, {8, 8, 1, 1}, {2, 2}},
      {{2, 7, 6, 4}, {1, 4, 3, 3}, {1, 2}, {2, 3}},
      {{2, 7, 6, 1}, {5, 1, 2, 3}, {1, 1}, {3, 1}},
      {{2, 7, 6, 6}, {4, 3, 3, 3}, {2, 1}, {1, 1}, 2},
      {{2, 5, 6, 16}, {16, 1, 3, 3}, {1, 1}, {1, 2}, 16},
  };
  std::vector<Sample> samples;
  for (const auto& g : geometries) {
    Attributes a = same_convolution(g.x, {g.w[2], g.w[3]}, g.strides, g.dilations);
    a.groups = g.groups;
    const Type in[] = {{DType::f32, g.x}, {DType::f32, g.w}};
    const Shape y = infer_type(Op::conv, in, a, {}).shape;
    samples.push_back({Op::conv, {f32(g.x), f32(g.w)}, a});
    samples.push_back({Op::conv_backward_data, {f32(y), f32(g.w)}, shaped(a, g.x)});
    samples.push_back({Op::conv_backward_weights, {f32(g.x), f32(y)}, shaped(a, g.w)});
  }
  return samples;
}

Tensor numbers_for(const Operand& operand, std::mt19937& random) {
  if (operand.numbers == Numbers::key) return {operand.type, {-1, 77, 5, 3}};
  if (operand.numbers == Numbers::flags) return random_whole(operand.type, 2, random);
  if (operand.numbers == Numbers::small) return random_whole(operand.type, 7, random);
  Tensor tensor = random_tensor(operand.type.shape, random);
  if (operand.numbers == Numbers::positive)
    for (double& x : tensor.data) x = std::abs(x) + 0.25f;
  return tensor;
}

enum class Operands { inputs, variables };

/// One module of all samples, a function each. Kernels over variables may be flat, those over inputs are not.
void compare_all(const std::vector<Sample>& samples, const Schedule& schedule,
                 Operands where = Operands::inputs) {
  Module module;
  for (const auto& sample : samples) {
    Function& f = module.functions.emplace_back();
    f.name = "s" + std::to_string(module.functions.size());
    Builder b(f);
    std::vector<Value> operands;
    for (const auto& operand : sample.operands) {
      const std::string name = f.name + ".x" + std::to_string(operands.size());
      const bool variable = where == Operands::variables && operand.type.dtype == DType::f32;
      if (variable) module.variables.push_back({.name = name, .type = operand.type});
      operands.push_back(variable ? b.variable(name, operand.type) : b.input(name, operand.type));
    }
    const Value y = b.add_node(sample.op, operands, sample.attributes, sample.declared);
    // these give the memory of their operand, and no input can be a result
    const bool moves_nothing = sample.op == Op::view || sample.op == Op::stop_gradient;
    b.result("y", moves_nothing ? b.multiply(y, 3.0) : y);
  }
  Twin twin(std::move(module), schedule);
  std::mt19937 random(3);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    SCOPED_TRACE(to_string(twin.module.functions[i]));
    const std::string function = twin.module.functions[i].name;
    for (std::size_t k = 0; k < samples[i].operands.size(); ++k) {
      const std::string name = function + ".x" + std::to_string(k);
      const Tensor value = numbers_for(samples[i].operands[k], random);
      if (twin.module.variable(name))
        twin.set(name, value);
      else
        twin.bind(name, value);
    }
    twin.step(function, samples[i].tolerance);
  }
}

TEST(Primitives, PointwiseOnesCompileToWhatTheReferenceComputes) {
  compare_all(pointwise_samples(), {});
}
TEST(Primitives, PointwiseOnesOverVariablesCompileToWhatTheReferenceComputes) {
  compare_all(pointwise_samples(), {}, Operands::variables);
}
TEST(Primitives, OthersCompileToWhatTheReferenceComputes) {
  compare_all(other_samples(), {});
}
TEST(Primitives, OthersOverVariablesCompileToWhatTheReferenceComputes) {
  compare_all(other_samples(), {}, Operands::variables);
}
TEST(Primitives, ConvolutionsCompileToWhatTheReferenceComputes) {
  compare_all(convolution_samples(), {});
}
TEST(Primitives, ConvolutionsByOneDnnAreWhatTheReferenceComputes) {
  compare_all(convolution_samples(), all_onednn());
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

/// Random numbers in a flat kernel, with and without a last block that is not full.
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

/// A polynomial of high degree of a random number: its scale must not be taken apart from it.
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

/// exp of sums, at extents around those of a vector: the last element is not lost.
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

TEST(Primitives, AllHaveASampleHere) {
  std::set<Op> seen = {Op::variable, Op::input};  // leaves of every sample and of every training step
  for (const auto& samples : {pointwise_samples(), other_samples(), convolution_samples()})
    for (const auto& s : samples) seen.insert(s.op);
  for (const auto& op : all_ops()) EXPECT_TRUE(seen.contains(op.op)) << op.name;
}

}  // namespace
}  // namespace sganc
