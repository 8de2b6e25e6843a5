// The passes on whole models: the groups of the tutorial's updates; buffers that never overlap while both are
// alive; the optimizer as one call.

#include "compiler/passes/pass.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"

namespace sganc {
namespace {

std::string word(const Group& g) {
  constexpr const char* kActivations[] = {"", " leaky_relu", " tanh", " sigmoid"};
  return (g.implementation ? g.implementation->name : "fused") + (g.flat ? " flat" : "") +
         (g.bias.id >= 0 ? " bias" : "") + kActivations[static_cast<std::size_t>(g.activation.kind)] +
         (g.bias_gradient.id >= 0 ? " bias_gradient" : "");
}

/// Returns a line "name: kind and what is fused into it" for each group.
std::string groups_of(const Module& module, const std::string& function, const Schedule& schedule = {}) {
  std::string text;
  for (const auto& f : plan(module, schedule, {.threads = 2}).functions)
    if (f.function.name == function)
      for (const auto& g : f.plan.groups) text += g.name + ": " + word(g) + "\n";
  return text;
}

TEST(FormGroups, OfTheTutorialsClassifierUpdate) {
  EXPECT_EQ(groups_of(module_of_file("mnist_stacked.toml"), "c"),
            "x.forward: fused\n"
            "trunk.conv_1.forward: few_channels\n"
            "trunk.conv_2.forward: onednn bias leaky_relu\n"
            "trunk.conv_3.forward: onednn bias leaky_relu\n"
            "trunk.dropout_1.forward: fused flat\n"
            "logits.dense_1.forward: onednn bias\n"
            "logits.dense_1.backward: fused\n"
            "logits.dense_1.backward_data: onednn\n"
            "logits.dense_1.backward_weights: onednn\n"
            "trunk.leaky_relu_3.backward: fused flat\n"
            "trunk.conv_3.backward_weights: onednn bias_gradient\n"
            "trunk.conv_3.backward_data: onednn\n"
            "trunk.leaky_relu_2.backward: fused flat\n"
            "trunk.conv_2.backward_weights: onednn bias_gradient\n"
            "trunk.conv_2.backward_data: onednn\n"
            "trunk.leaky_relu_1.backward: fused flat\n"
            "trunk.conv_1.backward_weights: few_channels bias_gradient\n");
}

TEST(FormGroups, OfTheTutorialsGeneratorUpdate) {
  EXPECT_EQ(groups_of(module_of_file("mnist_stacked.toml"), "g"),
            "z.forward: fused flat\n"
            "generator.dense_1.forward: onednn bias leaky_relu\n"
            "generator.conv_transpose_1.forward: winograd\n"
            "generator.conv_transpose_2.forward: winograd\n"
            "generator.conv_1.forward: few_channels\n"
            "trunk.conv_1.forward: few_channels\n"
            "trunk.conv_2.forward: onednn bias leaky_relu\n"
            "trunk.conv_3.forward: onednn bias leaky_relu\n"
            "trunk.dropout_1.forward: fused flat\n"
            "logits.dense_1.forward: onednn bias\n"
            "critic.logsumexp_1.backward: fused\n"
            "logits.dense_1.backward_data: onednn\n"
            "trunk.leaky_relu_3.backward: fused flat\n"
            "trunk.conv_3.backward_data: onednn\n"
            "trunk.leaky_relu_2.backward: fused flat\n"
            "trunk.conv_2.backward_data: onednn\n"
            "trunk.leaky_relu_1.backward: fused flat\n"
            "trunk.conv_1.backward_data: few_channels\n"
            "generator.conv_1.backward_weights: few_channels bias_gradient\n"
            "generator.conv_1.backward_data: few_channels\n"
            "generator.conv_transpose_2.backward: fused\n"
            "generator.conv_transpose_2.backward_weights: winograd\n"
            "generator.conv_transpose_2.backward_data: winograd\n"
            "generator.conv_transpose_1.backward: fused\n"
            "generator.conv_transpose_1.backward_data: winograd\n"
            "generator.conv_transpose_1.backward_weights: winograd\n"
            "generator.leaky_relu_1.backward: fused flat\n"
            "generator.dense_1.backward: fused\n"
            "generator.dense_1.backward_weights: onednn\n");
}

/// If oneDNN computes all convolutions, the bias and activation of those with few channels are post-ops.
TEST(FormGroups, FollowTheSchedule) {
  const std::string groups = groups_of(module_of_file("mnist_stacked.toml"), "g", all_onednn());
  EXPECT_NE(groups.find("generator.conv_1.forward: onednn bias tanh\n"), std::string::npos) << groups;
  EXPECT_NE(groups.find("trunk.conv_1.forward: onednn bias leaky_relu\n"), std::string::npos) << groups;
  EXPECT_EQ(groups.find("few_channels"), std::string::npos) << groups;
}

/// y = conv(x, v) + conv(x, w) + 2 b: one gradient reaches both convolutions and the bias.
TEST(FuseEpilogues, GivesASharedBiasGradientToOneProduct) {
  const Type image{DType::f32, {2, 6, 5, 8}}, kernel{DType::f32, {8, 8, 3, 3}}, row{DType::f32, {8}};
  Module module{.name = "shared"};
  const Initializer normal{Initializer::Kind::normal, 1};
  for (const auto& [name, type] :
       {std::pair{"x", image}, {"v", kernel}, {"w", kernel}, {"b", row}, {"c", row}}) {
    module.variables.push_back({.name = name, .type = type, .initializer = normal});
    module.variables.push_back({.name = std::string("gradient.") + name, .type = type, .role = Role::state});
  }
  Function& f = module.functions.emplace_back(Function{.name = "f"});
  Builder b(f);
  const Attributes same = same_convolution(image.shape, {3, 3}, {1, 1});
  const Value x = b.variable("x", image), v = b.variable("v", kernel), w = b.variable("w", kernel);
  const Value p = b.variable("b", row), q = b.variable("c", row);
  const auto biased = [&](Value y, Value bias) { return b.add(y, b.broadcast_leading(bias, image.shape)); };
  const Value y = b.add(biased(b.conv(x, v, same), p), biased(b.conv(x, w, same), q));
  const auto gradients = gradient(b, b.mean(b.multiply(y, y)), {x, v, w, p, q});
  const char* names[] = {"x", "v", "w", "b", "c"};
  for (std::size_t i = 0; i < 5; ++i) b.result(std::string("gradient.") + names[i], gradients[i]);

  const auto groups = groups_of(module, "f");
  EXPECT_EQ(groups.find("bias_gradient"), groups.rfind("bias_gradient")) << groups;
  Twin twin(std::move(module), {});
  twin.step("f", 1e-5);
}

// Buffers

/// Walks through the groups in order and notes whose value lies in each 64 bytes of memory. Whatever a
/// group or the caller reads must still lie there.
class Bookkeeping {
 public:
  Bookkeeping(const PlannedModule& module, const PlannedFunction& c) : c_(c) {
    owner_[Space::arena].resize(static_cast<std::size_t>(c.plan.arena_bytes / kAlignment));
    owner_[Space::variables].resize(static_cast<std::size_t>(module.layout.bytes / kAlignment));
    for (std::size_t i = 0; i < c.function.nodes.size(); ++i)
      if (c.function.nodes[i].op == Op::variable) write({static_cast<int>(i)});
  }

  void check() {
    for (const auto& group : c_.plan.groups) {
      SCOPED_TRACE(group.name);
      for (Value v : group.inputs) read(v);
      for (Value v : group.outputs) write(v);
      // A group that is not flat reads its inputs while it writes.
      for (Value v : group.inputs)
        if (!group.flat) read(v);
      for (Value v : group.outputs) read(v);
    }
    for (const auto& copy : c_.plan.copies) read(copy.value);
    for (const auto& r : c_.function.results) read(stored_as(c_.function, r.value));
  }

 private:
  template <class Visit>
  void each_block(Value v, const Visit& visit) {
    const Buffer& b = c_.plan.buffers.at(v);
    if (b.space == Space::input) return;
    ASSERT_EQ(b.offset % kAlignment, 0);
    auto& owners = owner_[b.space];
    const std::int64_t bytes = c_.function.node(v).type.bytes();
    ASSERT_LE(b.offset + bytes, std::ssize(owners) * kAlignment);
    for (std::int64_t at = b.offset; at < b.offset + bytes; at += kAlignment)
      visit(owners[static_cast<std::size_t>(at / kAlignment)]);
  }
  void write(Value v) {
    each_block(v, [&](Value& owner) { owner = v; });
  }
  void read(Value v) {
    int lost = 0;
    each_block(v, [&](Value& owner) { lost += owner != v; });
    EXPECT_EQ(lost, 0) << "blocks of %" << v.id << " " << to_string(c_.function.node(v).type);
  }

  const PlannedFunction& c_;
  std::map<Space, std::vector<Value>> owner_;
};

TEST(PlaceBuffers, LetsNoLivingValuesOverlap) {
  const SmallModel odd{.image = "[9, 7, 3]",
                       .seed_image = "[1, 7, 5]",
                       .seed_units = 35,
                       .filters = 5,
                       .growth = "[3, 1]",
                       .channels = 3};
  for (const Module& module : {module_of_file("mnist_stacked.toml"), module_of_text(text_of(odd))})
    for (const Schedule& schedule : {Schedule{}, all_onednn()}) {
      const PlannedModule planned = plan(module, schedule, {.threads = 2});
      for (const PlannedFunction& compilation : planned.functions) {
        SCOPED_TRACE(compilation.function.name);
        Bookkeeping(planned, compilation).check();
        std::int64_t all = 0;
        for (const auto& [v, buffer] : compilation.plan.buffers)
          if (buffer.space == Space::arena) all += compilation.function.node(v).type.bytes();
        EXPECT_LE(compilation.plan.arena_bytes, all + 64 * std::ssize(compilation.plan.buffers));
        if (compilation.function.name == "g") {
          EXPECT_LT(compilation.plan.arena_bytes, all * 3 / 4);
        }
      }
    }
}

TEST(PlaceBuffers, RefusesTheFormerValueOfAVariableThatMoves) {
  const Module module = parse_module(
      "module m\n"
      "variable w : f32[4] {weight, zeros}\n"
      "function f\n"
      "  %0 = variable {name = \"w\"} : f32[4]\n"
      "  %1 = exp(%0) : f32[4]\n"
      "  result w = %1\n"
      "  result before = %0\n",
      "m");
  try {
    plan(module, {}, {});
    FAIL();
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "place-buffers: result before of f is variable w, which f moves");
  }
}

TEST(LayOutVariables, PutsSeriesOfOneOrderBehindEachOther) {
  Module module{.name = "m"};
  for (const char* name : {"trunk.w", "my_trunk.w"})
    module.variables.push_back({.name = name, .type = {DType::f32, {20}}});
  const auto add = [&](const char* name, Role role, const char* of, const char* series) {
    module.variables.push_back(
        {.name = name, .type = {DType::f32, {20}}, .role = role, .of = of, .series = series});
  };
  add("o.m.my_trunk.w", Role::state, "my_trunk.w", "o.m");
  add("o.step", Role::state, "", "o.step");
  add("gradient.my_trunk.w", Role::gradient, "my_trunk.w", "");
  add("o.m.trunk.w", Role::state, "trunk.w", "o.m");
  add("gradient.trunk.w", Role::gradient, "trunk.w", "");
  const auto layout = lay_out_variables(module);
  EXPECT_EQ(layout.order, (std::vector<std::string>{"trunk.w", "my_trunk.w", "o.m.trunk.w", "o.m.my_trunk.w",
                                                    "o.step", "gradient.trunk.w", "gradient.my_trunk.w"}));
  for (std::size_t i = 0; i < layout.order.size(); ++i)
    EXPECT_EQ(layout.offsets.at(layout.order[i]), static_cast<std::int64_t>(i) * 128);
  EXPECT_EQ(layout.bytes, 7 * 128);
}

/// The first update of the tutorial's model alone. Its optimizer moves all eight weights in one call.
TEST(MergeNeighbours, MakesTheOptimizerOneCall) {
  Module module = module_of_file("mnist_stacked.toml");
  module.functions.resize(2);
  ASSERT_EQ(module.functions[1].name, "c.apply");
  const Program program = compile(module);
  std::vector<std::string> names;
  KernelCall call;
  for (const auto& step : program.functions[0].steps) {
    if (!step.name.starts_with("c.apply")) continue;
    names.push_back(step.name);
    call = std::get<KernelCall>(step.work);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"c.apply.rate", "c.apply"}));
  std::int64_t elements = 0;
  for (const auto& v : program.variables)
    if (v.name.starts_with("gradient.") && v.name.find("generator") == std::string::npos)
      elements += (Type{v.dtype, v.extents}.elements() + 15) / 16 * 16;
  EXPECT_EQ(call.arguments.back().extents, (Shape{elements / 16, 16}));
}

}  // namespace
}  // namespace sganc
