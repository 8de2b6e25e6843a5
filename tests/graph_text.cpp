// The text of modules, and that it is read back as it was.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <set>

#include "tests/primitive_samples.h"

namespace sganc {
namespace {

void expect_equal(const Function& a, const Function& b) {
  EXPECT_EQ(a.name, b.name);
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    EXPECT_EQ(a.nodes[i].op, b.nodes[i].op) << "%" << i;
    EXPECT_EQ(a.nodes[i].operands, b.nodes[i].operands) << "%" << i;
    EXPECT_EQ(a.nodes[i].attributes, b.nodes[i].attributes) << "%" << i;
    EXPECT_EQ(a.nodes[i].type, b.nodes[i].type) << "%" << i;
    EXPECT_EQ(a.nodes[i].origin.part, b.nodes[i].origin.part) << "%" << i;
  }
  ASSERT_EQ(a.results.size(), b.results.size());
  for (std::size_t i = 0; i < a.results.size(); ++i) {
    EXPECT_EQ(a.results[i].name, b.results[i].name);
    EXPECT_EQ(a.results[i].value, b.results[i].value);
  }
}

void expect_equal(const Module& a, const Module& b) {
  EXPECT_EQ(a.name, b.name);
  ASSERT_EQ(a.variables.size(), b.variables.size());
  for (std::size_t i = 0; i < a.variables.size(); ++i) {
    EXPECT_EQ(a.variables[i].name, b.variables[i].name);
    EXPECT_EQ(a.variables[i].type, b.variables[i].type);
    EXPECT_EQ(a.variables[i].role, b.variables[i].role);
    EXPECT_EQ(a.variables[i].net, b.variables[i].net);
    EXPECT_EQ(a.variables[i].of, b.variables[i].of);
    EXPECT_EQ(a.variables[i].series, b.variables[i].series);
    EXPECT_EQ(a.variables[i].initializer, b.variables[i].initializer);
    EXPECT_EQ(a.variables[i].origin.part, b.variables[i].origin.part);
  }
  ASSERT_EQ(a.functions.size(), b.functions.size());
  for (std::size_t i = 0; i < a.functions.size(); ++i) expect_equal(a.functions[i], b.functions[i]);
}

/// Returns all samples of primitives, with names that need quotes.
Module with_odd_names() {
  Module module = module_of_samples();
  module.name = "2 words";
  module.variables.push_back({.name = "trunk.conv_1.weight",
                              .type = {DType::f32, {4, 2, 3, 3}},
                              .net = "trunk",
                              .initializer = {Initializer::Kind::uniform, 0.1},
                              .origin = {"trunk.conv_1", {}}});
  module.variables.push_back({.name = "adam.m",
                              .type = {DType::f32, {4}},
                              .role = Role::state,
                              .initializer = {Initializer::Kind::normal, std::numbers::pi},
                              .of = "trunk.conv_1.weight",
                              .series = "the first moments"});
  module.variables.push_back({.name = "adam step",
                              .type = {DType::i32, {}},
                              .role = Role::state,
                              .initializer = {Initializer::Kind::constant, 1e-300}});
  module.variables.push_back({.name = "average.trunk.conv_1.weight",
                              .type = {DType::f32, {4, 2, 3, 3}},
                              .role = Role::average,
                              .net = "trunk",
                              .of = "trunk.conv_1.weight"});
  const std::string parts[] = {"trunk.conv_1", "head.act 1", " odd \"part\"\n", ""};
  for (std::size_t i = 0; i < module.functions.size(); ++i) {
    module.functions[i].name += " and \"products\"";
    for (Node& n : module.functions[i].nodes) n.origin = {parts[i % 4], {}, i % 8 < 3};
  }
  Function& open = module.functions.emplace_back(Function{.name = "open"});
  Builder b(open);
  b.result("y", b.convert(b.gather(b.input("data.image", {DType::u8, {kUnknownExtent, 5, 4, 2}}),
                                   b.input("index", {DType::i32, {3}})),
                          DType::f32));
  return module;
}

TEST(GraphText, OfEveryPrimitiveReadsBack) {
  const Module module = with_odd_names();
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  const Module read = parse_module(to_string(module), "samples");
  expect_equal(module, read);
  EXPECT_EQ(to_string(read), to_string(module));
}

TEST(GraphText, SmallModule) {
  Function f{"c", {}, {}};
  Builder b(f);
  const Value x = b.input("x", {DType::f32, {50, 28, 28, 1}});
  b.set_origin({"trunk.conv_1", {}});
  const Value w = b.variable("trunk.conv_1.weight", {DType::f32, {128, 1, 3, 3}});
  const Value y = b.conv(x, w, same_convolution({50, 28, 28, 1}, {3, 3}, {2, 2}));
  b.set_origin({"mean", {}});
  b.result("loss", b.divide(b.reduce_sum(y, {0, 1, 2, 3}), 1254400));
  Module module;
  module.name = "mnist-stacked";
  module.variables = {{.name = "trunk.conv_1.weight",
                       .type = {DType::f32, {128, 1, 3, 3}},
                       .net = "trunk",
                       .initializer = {Initializer::Kind::uniform, 0.0714},
                       .origin = {"trunk.conv_1", {}}},
                      {.name = "supervised.step", .role = Role::state}};
  module.functions = {f};
  EXPECT_EQ(to_string(module), R"(module mnist-stacked
variable trunk.conv_1.weight : f32[128, 1, 3, 3] {weight of trunk, uniform 0.0714}  # trunk.conv_1
variable supervised.step : f32[] {state, zeros}
function c
  %0 = input {name = "x"} : f32[50, 28, 28, 1]
  %1 = variable {name = "trunk.conv_1.weight"} : f32[128, 1, 3, 3]  # trunk.conv_1
  %2 = conv(%0, %1) {strides = [2, 2], pads = [0, 0, 1, 1]} : f32[50, 14, 14, 128]  # trunk.conv_1
  %3 = reduce_sum(%2) {axes = [0, 1, 2, 3]} : f32[]  # mean
  %4 = constant {value = 1254400} : f32[]  # mean
  %5 = divide(%3, %4) : f32[]  # mean
  result loss = %5
)");
}

TEST(GraphText, NumbersReadBackExactly) {
  const auto largest = std::numeric_limits<double>::max(),
             smallest = std::numeric_limits<double>::denorm_min();
  const auto infinity = std::numeric_limits<double>::infinity();
  for (double number :
       {0.0, -0.0, 0.1, 1.0 / 3, -2e-7, 1e20, 16777217.0, largest, smallest, infinity, -infinity}) {
    Module module;
    module.functions = {{"f", {}, {}}};
    Builder(module.functions[0]).constant(number, {});
    const Module read = parse_module(to_string(module), "numbers");
    const double again = read.functions[0].nodes[0].attributes.value;
    EXPECT_EQ(again, number);
    EXPECT_EQ(std::signbit(again), std::signbit(number));
  }
  Function f{"f", {}, {}};
  Builder(f).constant(2e-4, {});
  EXPECT_EQ(to_string(f), "function f\n  %0 = constant {value = 2e-04} : f32[]\n");
}

TEST(GraphText, AttributesCoverEveryMember) {
  std::set<std::string_view> names;
  for (const Primitive* row : all_primitives())
    for (const auto& attribute : row->attributes) names.insert(attribute.name);
  EXPECT_EQ(names, (std::set<std::string_view>{"name", "value", "stream", "shape", "axes", "low", "high",
                                               "transpose_a", "transpose_b", "strides", "pads", "dilations",
                                               "groups", "dtype"}));
}

TEST(GraphText, DilationsAndGroupsStandWhereTheyAreNotOne) {
  Function f{"f", {}, {}};
  Builder b(f);
  const Value x = b.input("x", {DType::f32, {1, 5, 5, 4}}), w = b.input("w", {DType::f32, {6, 2, 3, 3}});
  Attributes a{.strides = {1, 1}, .pads = {0, 0, 0, 0}, .dilations = {1, 2}, .groups = 2};
  b.conv_backward_data(b.conv(x, w, a), w, a, {1, 5, 5, 4});
  const std::string text =
      "function f\n"
      "  %0 = input {name = \"x\"} : f32[1, 5, 5, 4]\n"
      "  %1 = input {name = \"w\"} : f32[6, 2, 3, 3]\n"
      "  %2 = conv(%0, %1) {strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 2], groups = 2} : "
      "f32[1, 3, 1, 6]\n"
      "  %3 = conv_backward_data(%2, %1) {strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 2], groups "
      "= 2, shape = [1, 5, 5, 4]} : f32[1, 5, 5, 4]\n";
  EXPECT_EQ(to_string(f), text);
  const Module module = parse_module("module m\n" + text, "m");
  EXPECT_EQ(to_string(module.functions[0]), text);
  EXPECT_EQ(module.functions[0].nodes[2].attributes, a);
}

TEST(GraphText, CommentsBlankLinesAndPlaces) {
  const Module module = parse_module(
      "# a graph by hand\r\n\r\nmodule m # of mine\n\nfunction f\n  # one value\n%0 = constant{value=1}:f32[ "
      "] #  part \n"
      "\n  result loss = %0",
      "by_hand");
  EXPECT_EQ(to_string(module),
            "module m\nfunction f\n  %0 = constant {value = 1} : f32[]  # part\n  result loss = %0\n");
  const Location& where = module.functions[0].nodes[0].origin.where;
  EXPECT_EQ(where.file->path, "by_hand");
  EXPECT_EQ(where.line, 7);
  EXPECT_EQ(where.column, 6);
}

}  // namespace
}  // namespace sganc
