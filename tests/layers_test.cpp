// Every layer and function of expressions, by its samples: its gradients against finite differences of the
// reference, its kernels against the reference, the text of its graph; and what each computes.

#include <map>
#include <set>

#include "compiler/layers/layer.h"
#include "tests/all_layer_samples.h"
#include "tests/compiled_model.h"
#include "tests/shipped_schedules.h"

namespace sganc {
namespace {

class Layers : public testing::TestWithParam<std::string> {};

TEST_P(Layers, ComputeAndDifferentiateAsTheReferenceDoes) {
  const Schedule schedule = shipped_schedule(GetParam());
  if (const auto why = why_not_here(schedule); !why.empty()) GTEST_SKIP() << why;
  Twin twin(all_samples(), schedule);
  std::mt19937 random(21);
  for (const auto& v : twin.module.variables)  // biases begin at zero, which would prove little
    if (v.role == Role::weight)
      twin.set(v.name, random_tensor(v.type.shape, random, v.name.find(".x") != std::string::npos ? 1 : 0.3));
  for (const auto& f : twin.module.functions) {
    bind_inputs(twin, f, random);
    const Tensors before = twin.truth;
    twin.step(f.name, 1e-5);
    if (!twin.multiplies_in_bf16()) check_gradients(twin, before, f);  // rounding has no derivative
  }
}

/// No schedule may change what is computed.
INSTANTIATE_TEST_SUITE_P(Schedules, Layers, testing::ValuesIn(shipped_schedules()),
                         [](const auto& info) { return info.param; });

TEST(LayersText, OfEverySampleReadsBack) {
  const Module module = all_samples();
  const std::string text = to_string(module);
  EXPECT_EQ(to_string(parse_module(text, "layers.graph")), text);
}

TEST(LayersTable, HasSamplesForAll) {
  for (const auto* layer : all_layers()) EXPECT_FALSE(layer->samples.empty()) << layer->name;
  const std::set<std::string> of_drawn_batches = {"label", "certainty", "augment"};
  for (const auto* f : all_functions())
    EXPECT_EQ(f->samples.empty(), of_drawn_batches.contains(f->name)) << f->name;
  for (const auto* o : all_optimizers()) EXPECT_FALSE(o->samples.empty()) << o->name;
}

// Functions of expressions

TEST(Functions, ComputeAndDifferentiateAsTheReferenceDoes) {
  Twin twin(all_function_samples(), {});
  std::mt19937 random(4);
  for (const auto& f : twin.module.functions) {
    bind_inputs(twin, f, random);
    const Tensors before = twin.truth;
    twin.step(f.name, 2e-6);
    check_gradients(twin, before, f, find_function(f.name.substr(0, f.name.find('.')))->differentiable);
  }
}

TEST(Functions, AreTheSameWhereTheyLookThroughToLogits) {
  const Module module = all_function_samples();
  Tensors variables = initial_variables(module, 9), inputs;
  std::mt19937 random(2);
  inputs["classes"] = random_whole({DType::i32, {4}}, 5, random);
  for (const auto& f : module.functions) {
    const auto at = f.name.find("declared_");
    if (at == std::string::npos) continue;
    const std::string plain = std::string(f.name).erase(at, 9);
    for (const char* name : kNames)
      if (variables.contains(plain + "." + name))
        variables[plain + "." + name] = variables.at(f.name + "." + name);
    EXPECT_NEAR(evaluate(module, f, inputs, variables).at("loss").data[0],
                evaluate(module, *module.function(plain), inputs, variables).at("loss").data[0], 1e-12)
        << f.name;
  }
}

TEST(Functions, TextOfEverySampleReadsBack) {
  const std::string text = to_string(all_function_samples());
  EXPECT_EQ(to_string(parse_module(text, "functions.graph")), text);
}

/// Compiled losses of logits of +-1000 neither clip nor overflow.
TEST(Functions, OfFarLogitsAreExact) {
  Module module{.name = "far"};
  add_function(module, "bce", *find_function("bce"), {{{3}, {}}}, Argument::declared_sigmoid);
  add_function(module, "cross_entropy", *find_function("cross_entropy"),
               {.arguments = {{2, 3}, {2}}, .classes = 1}, Argument::declared_softmax);
  Twin twin(std::move(module), {});
  twin.set("bce.x", {{DType::f32, {3}}, {1000, -400, 0}});
  twin.set("bce.t", {{DType::f32, {}}, {0}});  // a target of one half
  twin.set("cross_entropy.x", {{DType::f32, {2, 3}}, {1000, 0, -1000, -1000, 0, 1000}});
  twin.bind("classes", {{DType::i32, {2}}, {0, 1}});
  const auto loss = [&](const char* f) {
    twin.step(f, 1e-6);
    return twin.executor.output(twin.executor.function(f), "loss")[0];
  };
  EXPECT_FLOAT_EQ(loss("cross_entropy"), 500);
  EXPECT_NEAR(loss("bce"), (500 + 200 + std::log(2.0)) / 3, 1e-3);
}

TEST(Functions, KlOfTwoSoftmaxesIsThatOfTheirLogits) {
  for (const bool declared : {false, true}) {
    Module module{.name = "kl"};
    Function& f = module.functions.emplace_back(Function{.name = "kl"});
    Builder b(f);
    const Keys none;
    SingleLayer layer(module, b, none, true);
    const Value p = find_layer("softmax")->build(layer, layer.variable("x", {3, 6}, {}));
    const Value q = find_layer("softmax")->build(layer, layer.variable("t", {3, 6}, {}));
    SingleFunction context(b, declared ? layer.declared : std::map<Value, Logits>{});
    const Value loss = find_function("kl")->build(context, {p, q});
    b.result("loss", loss);
    layer.leave_gradients(loss);
    Twin twin(std::move(module), {});
    std::mt19937 random(6);
    for (const auto* name : {"kl.x", "kl.t"}) twin.set(name, random_tensor({3, 6}, random));
    const Tensors before = twin.truth;
    twin.step("kl", 1e-5);
    check_gradients(twin, before, twin.module.functions[0]);
  }
}

// Dropout

TEST(Dropout, KeepsTheMeanAndItsRate) {
  for (const double rate : {0.1, 0.4, 0.9}) {
    Module module{.name = "dropout"};
    const Layer& layer = *find_layer("dropout");
    add_layer(module, "f", layer, {{100, 300}, {{"rate", rate}}});
    Tensors variables = {{"f.x", filled({DType::f32, {100, 300}}, 1)}};
    const Tensors inputs = {{"random.key", kKey}, {"weights", filled({DType::f32, {100, 300}}, 1)}};
    const auto outputs = evaluate(module, module.functions[0], inputs, variables);
    int zeros = 0;
    for (const double y : outputs.at("y").data) {
      if (y == 0)
        ++zeros;
      else
        ASSERT_DOUBLE_EQ(y, 1 / (1 - rate));
    }
    EXPECT_NEAR(zeros / 30000.0, rate, 0.01);
    EXPECT_NEAR((outputs.at("loss").data[0] - 60000) / 30000, 1, 0.03);
    EXPECT_EQ(variables.at("f.gradient.x"), outputs.at("y"));
  }
}

TEST(Dropout, DoesNothingInEvaluation) {
  Module module{.name = "dropout"};
  Function f{.name = "f"};
  Builder b(f);
  const Layer& layer = *find_layer("dropout");
  const Keys keys = keys_of(layer.keys, {{"rate", 0.4}});
  SingleLayer context(module, b, keys, /*training=*/false);
  const Value x = b.input("x", {DType::f32, {2, 3}});
  EXPECT_EQ(layer.build(context, x), x);
  const Module model = module_of_text(text_of(SmallModel{}));
  for (const auto& n : model.function("classify")->nodes) EXPECT_NE(n.op, Op::random);
  const auto draws = [&](const char* name) {
    return std::ranges::count(model.function(name)->nodes, Op::random, &Node::op);
  };
  EXPECT_EQ(draws("c"), 1);
  EXPECT_EQ(draws("d_fake"), 3);  // two of Box and Muller's
}

// Shapes that do not fit

std::string layer_error(const std::string& name, const Shape& input,
                        const std::map<std::string, KeyValue>& keys, const std::vector<Shape>& others = {}) {
  Module module;
  try {
    add_layer(module, "f", *find_layer(name), {input, keys, others});
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ShapeErrors, OfLayersSayWhatTheyNeed) {
  using Extents = std::vector<std::int64_t>;
  EXPECT_EQ(layer_error("dense", {2, 3, 3, 4}, {{"units", 4}}),
            "dense needs vectors, but its input is [2, 3, 3, 4]: put a flatten before it");
  EXPECT_EQ(layer_error("conv", {2, 7}, {{"filters", 4}, {"kernel", Extents{3, 3}}}),
            "conv needs an image, but its input is [2, 7]");
  EXPECT_EQ(layer_error("conv_transpose", {2, 7}, {{"filters", 4}, {"kernel", Extents{3, 3}}}),
            "conv_transpose needs an image, but its input is [2, 7]");
  const std::map<std::string, KeyValue> kernel = {{"filters", 4}, {"kernel", Extents{3, 3}}};
  const auto with = [&](std::map<std::string, KeyValue> more) {
    more.insert(kernel.begin(), kernel.end());
    return more;
  };
  EXPECT_EQ(layer_error("conv", {2, 2, 7, 6}, with({{"padding", "valid"}})),
            "a kernel of 3 is larger than the padded image [2, 2, 7, 6]");
  EXPECT_EQ(layer_error("conv", {2, 4, 7, 6}, with({{"padding", "valid"}, {"dilation", Extents{2, 1}}})),
            "a kernel of 5 is larger than the padded image [2, 4, 7, 6]");
  EXPECT_EQ(layer_error("conv", {2, 7, 7, 6}, with({{"groups", 4}})),
            "conv cannot divide 6 channels into 4 groups");
  EXPECT_EQ(layer_error("conv_transpose", {2, 7, 7, 6}, with({{"groups", 3}})),
            "conv_transpose cannot divide 4 filters into 3 groups");
  EXPECT_EQ(layer_error("conv_transpose", {2, 1, 4, 6}, with({{"padding", Extents{2, 1}}})),
            "conv_transpose with padding [2, 1] leaves nothing of [2, 1, 4, 6]");
  for (const std::string layer : {"max_pool", "average_pool"}) {
    EXPECT_EQ(layer_error(layer, {2, 12}, {{"size", Extents{2, 2}}}),
              layer + " needs an image, but its input is [2, 12]");
    EXPECT_EQ(layer_error(layer, {2, 4, 2, 5}, {{"size", Extents{3, 3}}}),
              layer + " needs an image of at least [3, 3], but its input is [2, 4, 2, 5]");
  }
  for (const std::string layer :
       {"global_max_pool", "global_average_pool", "upsample", "trim", "straighten", "oriented_gradients"})
    EXPECT_EQ(layer_error(layer, {2, 12}, {}), layer + " needs an image, but its input is [2, 12]");
  EXPECT_EQ(layer_error("oriented_gradients", {2, 2, 5, 1}, {}),
            "oriented_gradients needs at least 3 x 3 pixels, not 2 x 5");
  EXPECT_EQ(layer_error("crop", {2, 7, 5, 3}, {}, {{2, 4, 6, 8}}),
            "crop cannot make [4, 6] of the smaller [7, 5]");
  EXPECT_EQ(layer_error("crop", {2, 7}, {}, {{2, 4, 6, 3}}), "crop needs an image, but its input is [2, 7]");
  EXPECT_EQ(layer_error("crop", {2, 7, 5, 3}, {}, {{2, 7, 5, 3}, {2, 7, 5, 3}}),
            "crop takes an image and one of the size that it gets, not 3 images");
  EXPECT_EQ(layer_error("trim", {2, 7, 5, 3}, {{"top", 3}, {"bottom", 4}}),
            "trim leaves nothing of [2, 7, 5, 3]");
  EXPECT_EQ(layer_error("group_norm", {2, 7, 5, 6}, {{"groups", 4}}),
            "group_norm cannot divide 6 channels into 4 groups");
  EXPECT_EQ(layer_error("instance_norm", {2, 7}, {}),
            "instance_norm needs an image, but its input is [2, 7]");
  EXPECT_EQ(layer_error("minibatch_deviation", {6, 3}, {{"group", 4}}),
            "minibatch_deviation cannot divide a batch of 6 into groups of 4");
  EXPECT_EQ(layer_error("trim", {2, 7, 5, 3}, {{"left", 6}}), "trim leaves nothing of [2, 7, 5, 3]");
  EXPECT_EQ(layer_error("layer_norm", {2}, {}), "layer_norm needs a vector for each example");
  EXPECT_EQ(layer_error("reshape", {2, 12}, {{"shape", Extents{5, 2}}}),
            "cannot reshape [12] (12 elements) to [5, 2] (10 elements)");
  EXPECT_EQ(layer_error("softmax", {2}, {}), "softmax needs a vector for each example");
  EXPECT_EQ(layer_error("logsumexp", {2}, {}), "logsumexp needs a vector for each example");
}

std::string function_error(const std::string& name, const FunctionSample& sample) {
  Module module;
  try {
    add_function(module, "f", *find_function(name), sample, Argument::sigmoid);
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ShapeErrors, OfFunctionsSayWhatTheyNeed) {
  EXPECT_EQ(function_error("cross_entropy", {.arguments = {{4, 5}, {3}}, .classes = 1}),
            "cross_entropy needs a label or probabilities for each example, or the number of a class, not "
            "i32[3]");
  EXPECT_EQ(function_error("cross_entropy", {.arguments = {{4, 5}, {4}, {5}}, .classes = 1}),
            "cross_entropy needs a weight for each example, not [5]");
  EXPECT_EQ(function_error("cross_entropy", {.arguments = {{4}, {4}}, .classes = 1}),
            "cross_entropy needs a vector of probabilities for each example, not [4]");
  EXPECT_EQ(function_error("bce", {{{4}, {3}}}),
            "bce needs two values of one shape, or a number on one side, not [4] and [3]");
  EXPECT_EQ(function_error("mse", {{{4}, {3}}}),
            "mse needs two values of one shape, or a number on one side, not [4] and [3]");
  EXPECT_EQ(function_error("batch_mean", {{{}}}),
            "batch_mean needs a value for each example, not one number");
  EXPECT_EQ(function_error("max", {{{4}, {3}}}),
            "max needs two values of one shape, or a number on one side, not [4] and [3]");
  EXPECT_EQ(function_error("l1", {{{4}, {3}}}),
            "l1 needs two values of one shape, or a number on one side, not [4] and [3]");
  EXPECT_EQ(function_error("hinge", {{{4}, {3}}}),
            "hinge needs two values of one shape, or a number on one side, not [4] and [3]");
  EXPECT_EQ(function_error("entropy", {{{}}}), "entropy needs a vector of probabilities, not one number");
  EXPECT_EQ(function_error("kl", {{{4, 2}, {2}}}),
            "kl needs two vectors of probabilities of one shape, not [4, 2] and [2]");
  EXPECT_EQ(function_error("kl", {{{}, {}}}),
            "kl needs two vectors of probabilities of one shape, not [] and []");
  EXPECT_EQ(function_error("clip", {{{4}, {}, {3}}}),
            "clip needs values of one shape, or single numbers, not [4], [] and [3]");
  EXPECT_EQ(function_error("where", {{{}, {2}, {3}}}),
            "where needs values of one shape, or single numbers, not [], [2] and [3]");
  EXPECT_EQ(function_error("argmax", {{{}}}), "argmax needs a vector, not one number");
  EXPECT_EQ(function_error("largest", {{{}}}), "largest needs a vector, not one number");
  EXPECT_EQ(function_error("one_hot", {{{4}, {}}}), "one_hot needs the number of classes, not f32[]");
  EXPECT_EQ(function_error("one_hot", {.arguments = {{4}}, .numbers = {0}}),
            "one_hot needs the number of classes, not 0");
  EXPECT_EQ(function_error("one_hot", {.arguments = {{4}}, .numbers = {1e8}}),
            "one_hot of [4] with 1e8 classes is too large");
  EXPECT_EQ(function_error("ramp", {.arguments = {{4}, {}}, .numbers = {3}}), "ramp needs numbers, not [4]");
  EXPECT_EQ(function_error("ramp", {.arguments = {{}, {}}, .numbers = {0}}),
            "ramp needs a number of steps greater than 0, not 0");
  EXPECT_EQ(function_error("min", {{{2, 3}, {3}}}),
            "min needs two values of one shape, or a number on one side, not [2, 3] and [3]");
}

std::string model_error(const std::string& words, const std::string& instead) {
  std::string text = text_of(SmallModel{});
  text.replace(text.find(words), words.size(), instead);
  try {
    module_of_text(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ShapeErrors, ClassesThatAClassifierDoesNotKnow) {
  const auto with_class = [](const std::string& number) {
    const auto error = model_error("label(x))", number + ")");
    return error.substr(0, error.find('\n'));
  };
  const std::string wrong = "model.toml:53:14: error: cross_entropy needs one of the classes 0 to 9, not ";
  EXPECT_EQ(with_class("10"), wrong + "10");
  EXPECT_EQ(with_class("2.5"), wrong + "2.5");
  EXPECT_EQ(with_class("9"), "no error");
}

TEST(ShapeErrors, PointAtTheLayer) {
  EXPECT_EQ(model_error("  { kind = \"flatten\" },\n", ""),
            "model.toml:36:20: error: dense needs vectors, but its input is [5, 1, 1, 20]: put a flatten "
            "before it\n"
            "  36 | layers = [{ kind = \"dense\", units = 10 }]\n"
            "     |                    ^^^^^^^\n");
}

}  // namespace
}  // namespace sganc
