// The table of implementations. Every row computes what it says it can as the reference does, however the
// work is divided. One more row, which only this file defines, is known to schedules and explanations.

#include "compiler/implementations/implementation.h"

#include "compiler/codegen/explain.h"
#include "compiler/implementations/emission.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"
#include "tests/processors.h"

namespace sganc {
namespace {

/// Returns a convolution of x with bias and leaky ReLU behind it, and both of its gradients.
Module module_of(const Shape& x, const Shape& w, const Attributes& attributes) {
  Module module{.name = "m"};
  Function f{.name = "f"};
  Builder b(f);
  b.set_origin({"net.conv_1", {}});
  const Value image = b.input("x", {DType::f32, x});
  module.variables.push_back({.name = "w", .type = {DType::f32, w}});
  module.variables.push_back({.name = "bias", .type = {DType::f32, {w[0]}}});
  const Value weights = b.variable("w", {DType::f32, w});
  const Value y = b.conv(image, weights, attributes);
  const Shape shape = b.shape(y);
  const Value sum = b.add(y, b.broadcast(b.variable("bias", {DType::f32, {w[0]}}), shape, {3}));
  b.result("y", b.maximum(sum, b.multiply(sum, 0.2)));
  b.set_origin({"net.conv_1", {}, /*gradient=*/true});
  const Value dy = b.input("dy", {DType::f32, shape});
  b.result("dx", b.conv_backward_data(dy, weights, attributes, x));
  b.result("dw", b.conv_backward_weights(image, dy, attributes, w));
  b.result("db", b.reduce_sum(dy, {0, 1, 2}));
  module.functions.push_back(std::move(f));
  return module;
}

void expect_as_the_reference(const Module& module, const Schedule& schedule, int threads = 2) {
  Twin twin(module, schedule, {}, threads);
  std::mt19937 random(3);
  for (const auto& n : module.functions[0].nodes)
    if (n.op == Op::input) twin.bind(n.attributes.name, random_tensor(n.type.shape, random));
  for (const auto& v : module.variables) twin.set(v.name, random_tensor(v.type.shape, random));
  twin.step("f", 2e-5);
}

/// Compares with the reference in bf16, on whole numbers that bf16 holds exactly: nothing is rounded.
void expect_exactly_as_the_reference(const Module& module, const Schedule& schedule) {
  Twin twin(module, schedule);
  twin.tolerance_in_bf16 = 2e-6;
  std::mt19937 random(3);
  const auto whole = [&](const Type& type) {
    Tensor tensor = random_whole(type, 5, random);
    for (double& x : tensor.data) x -= 2;
    return tensor;
  };
  for (const auto& n : module.functions[0].nodes)
    if (n.op == Op::input) twin.bind(n.attributes.name, whole(n.type));
  for (const auto& v : module.variables) twin.set(v.name, whole(v.type));
  twin.step("f", 2e-6);
}

struct Shapes {
  Shape x, w;
  Attributes attributes = {};
};

const std::vector<Shapes> kShapes = {
    {{4, 9, 7, 3}, {20, 3, 3, 3}, {.strides = {2, 2}, .pads = {1, 1, 1, 1}}},
    {{4, 8, 8, 20}, {2, 20, 5, 5}, {.strides = {1, 1}, .pads = {2, 2, 2, 2}}},
    {{6, 8, 8, 16}, {32, 16, 3, 3}, {.strides = {1, 1}, .pads = {1, 1, 1, 1}}},
    {{6, 8, 8, 32}, {16, 32, 4, 4}, {.strides = {2, 2}, .pads = {1, 1, 1, 1}}},
    {{2, 8, 8, 4}, {6, 2, 3, 3}, {.strides = {1, 1}, .pads = {1, 1, 1, 1}, .groups = 2}},
    {{2, 8, 8, 4}, {6, 4, 3, 3}, {.strides = {1, 1}, .pads = {2, 2, 2, 2}, .dilations = {2, 2}}},
    {{2, 7, 8, 24}, {24, 1, 3, 3}, {.strides = {1, 1}, .pads = {1, 1, 1, 1}, .groups = 24}},
    {{2, 8, 8, 6}, {12, 3, 4, 4}, {.strides = {2, 2}, .pads = {1, 1, 1, 1}, .groups = 2}},
    {{2, 9, 8, 8},
     {32, 4, 3, 3},
     {.strides = {1, 1}, .pads = {2, 1, 2, 1}, .dilations = {2, 1}, .groups = 2}}};

/// Returns rules that give this row every product of the module that it can compute.
std::vector<ProductRule> rules_for(const Implementation& row, const Module& module,
                                   const Schedule& schedule = {}) {
  std::vector<ProductRule> rules;
  const Function& f = module.functions[0];
  const Precision precision = schedule.precision.value == "bf16" ? Precision::bf16 : Precision::f32;
  const TargetMachine machine = this_target();
  for (const auto& [op, name] :
       {std::pair(Op::conv, "forward"), std::pair(Op::conv_backward_data, "backward_data"),
        std::pair(Op::conv_backward_weights, "backward_weights")})
    for (const auto& n : f.nodes)
      if (n.op == op && row.plan({{f, n}, schedule, machine, precision}))
        rules.push_back({.match = {"net.conv_1." + std::string(name)}, .by = {{row.name}}});
  return rules;
}

TEST(Implementations, ComputeWhatTheyCan) {
  std::map<std::string, std::size_t> computed;
  for (const auto* row : all_implementations())
    for (const auto& [x, w, attributes] : kShapes) {
      const Module module = module_of(x, w, attributes);
      const Schedule schedule{.name = row->name, .products = rules_for(*row, module)};
      if (schedule.products.empty()) continue;
      SCOPED_TRACE(row->name + " of " + to_string(x) + " and " + to_string(w));
      computed[row->name] += schedule.products.size();
      expect_as_the_reference(module, schedule);
    }
  for (const auto* row : all_implementations()) {
    if (row->name.starts_with("amx")) continue;
    EXPECT_GE(computed[row->name], 6U) << row->name;
  }
  EXPECT_EQ(computed["amx"] + computed["amx_few"], 0U) << "they multiply only bf16";
  EXPECT_EQ(computed[all_implementations().back()->name], 3 * kShapes.size()) << "the last row computes all";
}

/// Shapes that suit pairs of bf16 numbers: of channels, taps, pixels and tiles. Some leave remainders.
const std::vector<Shapes> kShapesOfPairs = {
    {{4, 8, 8, 64}, {1, 64, 7, 7}, {.strides = {1, 1}, .pads = {3, 3, 3, 3}}},
    {{3, 6, 6, 32}, {2, 32, 4, 3}, {.strides = {1, 1}, .pads = {1, 1, 1, 1}}},
    {{4, 10, 9, 1}, {32, 1, 3, 3}, {.strides = {2, 2}, .pads = {0, 0, 1, 1}}},
    {{3, 9, 8, 3}, {48, 3, 5, 5}, {.strides = {1, 2}, .pads = {2, 2, 2, 2}}},
    {{6, 8, 8, 16}, {32, 16, 3, 3}, {.strides = {1, 1}, .pads = {1, 1, 1, 1}}},
    {{6, 8, 12, 32}, {48, 32, 4, 4}, {.strides = {2, 2}, .pads = {1, 1, 1, 1}}},
    {{3, 6, 6, 32}, {16, 32, 2, 3}, {.strides = {1, 1}, .pads = {0, 1, 0, 1}}},
    {{2, 12, 12, 80}, {64, 80, 3, 3}, {.strides = {2, 2}, .pads = {0, 0, 1, 1}}}};

TEST(Implementations, ComputeTheSameInBf16) {
  Schedule bf16{.name = "bf16", .precision = {"bf16", {}}};
  if (const auto why = why_not_here(bf16); !why.empty()) GTEST_SKIP() << why;
  std::map<std::string, int> in_bf16;
  for (const auto* row : all_implementations())
    for (const auto& [x, w, attributes] : kShapesOfPairs) {
      const Module module = module_of(x, w, attributes);
      Schedule schedule = bf16;
      schedule.products = rules_for(*row, module, bf16);
      if (schedule.products.empty()) continue;
      SCOPED_TRACE(row->name + " of " + to_string(x) + " and " + to_string(w));
      const PlannedModule made = planned(module, schedule);
      const auto count = std::ranges::count_if(made.functions[0].plan.groups, [&](const Group& group) {
        return group.implementation == row && group.precision == Precision::bf16;
      });
      in_bf16[row->name] += static_cast<int>(count);
      if (count > 0) expect_exactly_as_the_reference(module, schedule);
    }
  EXPECT_EQ(in_bf16["onednn"], 3 * static_cast<int>(kShapesOfPairs.size()));
  EXPECT_EQ(in_bf16["amx"], multiplies_bf16_tiles(this_target()) ? 8 : 0);
  EXPECT_EQ(in_bf16["amx_few"], multiplies_bf16_tiles(this_target()) ? 8 : 0);
  const bool pairs = multiplies_bf16(bf16, this_target());
  EXPECT_EQ(in_bf16["few_channels"], pairs ? 12 : 0);
  EXPECT_EQ(in_bf16["winograd"], pairs ? 11 : 0);  // one gradient of weights has an odd number of tiles
}

/// AMX sums up 32 channels at a time, so that oneDNN computes from 80.
TEST(Implementations, AreChosenForTheProcessor) {
  const Shapes& s = kShapesOfPairs.back();
  const Module module = module_of(s.x, s.w, s.attributes);
  const Schedule bf16{.name = "bf16", .precision = {"bf16", {}}};
  const auto chosen = [&](const Instructions& instructions) {
    std::string text;
    const PlannedModule made = plan(module, bf16, {.instructions = instructions, .threads = 2});
    for (const auto& group : made.functions[0].plan.groups)
      if (group.anchor.id >= 0) text += group.name + " by " + group.implementation->name + "\n";
    return text;
  };
  EXPECT_EQ(chosen(kSapphireRapids),
            "net.conv_1.forward by onednn\n"
            "net.conv_1.backward_data by amx\n"
            "net.conv_1.backward_weights by amx\n");
  EXPECT_EQ(chosen(kIceLake),
            "net.conv_1.forward by onednn\n"
            "net.conv_1.backward_data by onednn\n"
            "net.conv_1.backward_weights by onednn\n");
  if (std::ranges::count(features_of(kZen4, halide_version()), "avx512_zen4") == 0) return;
  EXPECT_EQ(chosen(kZen4),
            "net.conv_1.forward by direct\n"
            "net.conv_1.backward_data by direct\n"
            "net.conv_1.backward_weights by direct\n");
}

TEST(Implementations, WithTilesAreCutAsAScheduleSays) {
  const Module module = module_of(kShapes[2].x, kShapes[2].w, kShapes[2].attributes);
  for (const auto* row : all_implementations()) {
    if (!row->tiles) continue;
    for (const std::int64_t tile : {2, 4})
      for (const std::int64_t block : {1, 3}) {
        SCOPED_TRACE(row->name + " tiles of " + std::to_string(tile) + ", blocks of " +
                     std::to_string(block));
        Schedule schedule{.name = "cut"};
        schedule.products = {
            {.by = {{row->name}}, .tile = {{tile}}, .block = {{block}}, .groups = {{6 / block}}}};
        expect_as_the_reference(module, schedule);
        const std::string text = to_string(planned(module, schedule).functions[0]);
        EXPECT_NE(text.find(" tiles of " + std::to_string(tile) + ", blocks of " + std::to_string(block)),
                  text.npos)
            << text;
      }
  }
}

TEST(Implementations, ComputeTheSameWithTeamsOfAnySize) {
  for (const int threads : {1, 2, 3, 8})
    for (const auto* row : all_implementations())
      for (const std::size_t i : {0U, 2U, 3U}) {
        const Module module = module_of(kShapes[i].x, kShapes[i].w, kShapes[i].attributes);
        const Schedule schedule{.name = row->name, .products = rules_for(*row, module)};
        if (schedule.products.empty()) continue;
        SCOPED_TRACE(row->name + ", " + std::to_string(threads) + " threads");
        expect_as_the_reference(module, schedule, threads);
      }
}

TEST(Implementations, AreCutForTheThreadsThatThereAre) {
  const auto cut = [](int threads) {
    const Shapes& s = kShapes[3];
    const Module module = module_of({96, 14, 14, 32}, {32, 32, 4, 4}, s.attributes);
    std::string text;
    const PlannedModule planned = plan(module, {}, {.threads = threads});
    for (const auto& group : planned.functions[0].plan.groups)
      if (group.tiling != Tiling{})
        text += group.name + ": " + std::to_string(group.tiling.images) + " images, " +
                std::to_string(group.tiling.groups) + " groups\n";
    return text;
  };
  EXPECT_EQ(cut(1),
            "net.conv_1.forward: 96 images, 1 groups\n"
            "net.conv_1.backward_data: 96 images, 1 groups\n"
            "net.conv_1.backward_weights: 96 images, 1 groups\n");
  EXPECT_EQ(cut(2),
            "net.conv_1.forward: 48 images, 1 groups\n"
            "net.conv_1.backward_data: 48 images, 1 groups\n"
            "net.conv_1.backward_weights: 48 images, 1 groups\n");
  EXPECT_EQ(cut(8),
            "net.conv_1.forward: 12 images, 1 groups\n"
            "net.conv_1.backward_data: 12 images, 1 groups\n"
            "net.conv_1.backward_weights: 12 images, 4 groups\n");
  EXPECT_EQ(cut(64),
            "net.conv_1.forward: 2 images, 1 groups\n"
            "net.conv_1.backward_data: 2 images, 1 groups\n"
            "net.conv_1.backward_weights: 2 images, 24 groups\n");
}

TEST(Implementations, CannotBeCutInAnyWay) {
  const Module module = module_of(kShapes[2].x, kShapes[2].w, kShapes[2].attributes);
  const auto mistake = [&](ProductRule rule) {
    rule.by = {{"winograd"}};
    try {
      planned(module, Schedule{.products = {rule}});
    } catch (const UserError& error) {
      return error.diagnostic.message;
    }
    return std::string("none");
  };
  EXPECT_EQ(mistake({.tile = {{5}}}), "this convolution cannot have 5 outputs a tile: 2 to 4 are possible");
  EXPECT_EQ(mistake({.block = {{4}}}),
            "this convolution cannot have 4 images a block: that must divide the batch of 6");
  EXPECT_EQ(mistake({.block = {{2}}, .groups = {{2}}}),
            "this convolution cannot have 2 groups: that must divide its 3 blocks");
}

// --- one more row: forward convolutions by the obvious sum -------------------------------------------------

std::optional<ProductPlan> plan_toy(const ProductRequest& r) {
  if (!r.product.is_plain() || r.product.node.op != Op::conv) return {};
  return ProductPlan{.cost = 0.01, .why = "toys come first"};
}

ConvolutionKernel emit_toy(const EmitRequest& r) {
  const ConvolutionGeometry& g = r.geometry;
  const auto extent = [](std::int64_t n) { return static_cast<int>(n); };
  Halide::Var c("c"), x("x"), y("y"), n("n");
  Halide::Func image("image"), sum("sum"), output("output");
  const int width = extent(g.x[2]), height = extent(g.x[1]);
  image(c, x, y, n) =
      Halide::select(x >= 0 && x < width && y >= 0 && y < height,
                     r.a(c, Halide::clamp(x, 0, width - 1), Halide::clamp(y, 0, height - 1), n), 0.0f);
  const Halide::RDom t(0, extent(g.w[1]), 0, extent(g.w[3]), 0, extent(g.w[2]));
  sum(c, x, y, n) = 0.0f;
  sum(c, x, y, n) += image(t.x, x * extent(g.strides[1]) + t.y - extent(g.pads[1]),
                           y * extent(g.strides[0]) + t.z - extent(g.pads[0]), n) *
                     r.b(t.y, t.z, t.x, c);
  const auto finished = r.epilogue(sum(c, x, y, n), {c, x, y, n});
  if (finished.size() == 1)
    output(c, x, y, n) = finished[0];
  else
    output(c, x, y, n) = Halide::Tuple(finished);
  return {{{"output", output, true}, {"sum", sum}, {"image", image}},
          output,
          {{"output", {{"parallel n", {}}}}, {"sum", {{"compute_at output x", {}}}}}};
}

const Implementation toy{
    .name = "toy", .title = "halide toy", .takes = "plain convolutions", .plan = plan_toy, .emit = emit_toy};

TEST(Implementations, OneMoreIsOneRow) {
  const AddedImplementation added(toy);
  for (const auto& [x, w, attributes] : kShapes) {
    const Module module = module_of(x, w, attributes);
    const Product product{module.functions[0], module.functions[0].nodes[2]};
    ASSERT_EQ(product.node.op, Op::conv);
    const auto functions = explain(planned(module));
    const auto step = std::ranges::find(functions[0].steps, "net.conv_1.forward",
                                        [](const ExplainedStep& s) { return s.step.name; });
    ASSERT_NE(step, functions[0].steps.end());
    EXPECT_EQ(step->implementation == "halide toy", product.is_plain());
    EXPECT_EQ(step->why == "toys come first", product.is_plain());
    expect_as_the_reference(module, {});
  }
  Diagnostics diagnostics;
  const auto schedule =
      parse_schedule("[convolution]\nimplementations = [\"toy\"]\n[[product]]\nby = \"toy\"\n", "s.toml",
                     implementation_names(), diagnostics);
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->products[0].by->value, "toy");
}

TEST(Implementations, ThatAreNotInTheTableAreUnknown) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_schedule("[[product]]\nby = \"toy\"\n", "s.toml", implementation_names(), diagnostics));
  EXPECT_EQ(
      text_of(diagnostics),
      "s.toml:2:7: error: unknown implementation \"toy\"\n"
      "  2 | by = \"toy\"\n"
      "    |       ^^^\n"
      "help: expected one of \"few_channels\", \"winograd\", \"amx_few\", \"amx\", \"direct\", \"onednn\"\n");
}

}  // namespace
}  // namespace sganc
