// Nets of several inputs and of classes: what is built of them, and that it trains as the reference does.

#include "runtime/train/sample.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/conditional_model.h"

namespace sganc {
namespace {

TEST(Conditional, TrainsAsTheReferenceDoes) {
  Twin twin(module_of_text(kConditionalModel), {});
  const Tensors before = twin.truth;
  std::mt19937 random(12);
  for (int step = 0; step < 3; ++step)
    for (const char* update : {"c", "d", "g"}) {
      SCOPED_TRACE("step " + std::to_string(step));
      bind_batch(twin, update, step, random);
      twin.step(update, 1e-4);
    }
  for (const auto& v : twin.module.variables)
    EXPECT_NE(twin.truth.at(v.name).data, before.at(v.name).data) << v.name;
  for (const char* evaluation : {"classify", "sample"}) {
    bind_batch(twin, evaluation, 3, random);
    twin.step(evaluation, 1e-4);
  }
}

TEST(Conditional, AnEmbeddingIsStoredByClass) {
  const Module module = module_of_text(kConditionalModel);
  const auto* weight = module.variable("plane.embedding_1.weight");
  EXPECT_EQ(weight->type.shape, (Shape{10, 5}));
  EXPECT_EQ(weight->initializer, (Initializer{Initializer::Kind::normal, 1}));
}

std::int64_t count(const Module& module, const std::string& update, Op op) {
  std::int64_t forward = 0;
  for (const auto& n : module.function(update)->nodes) forward += n.op == op && !n.origin.gradient;
  return forward;
}

/// Nets of the same arguments are built once, even if label(x) is among them.
TEST(Conditional, NetsOfTheSameArgumentsAreOne) {
  const std::string once = "bce(critic(x, label(x)), 1)";
  const std::string twice =
      "bce(critic(x, label(x)), 1) + mean(critic.conv_1(x, label(x))) + mean(critic.dropout_1(x, label(x)))";
  const std::string whole = once + " + bce(critic(generator(z, y), y), 0)";
  const Module one = module_of_text(conditional_with(whole, once)),
               two = module_of_text(conditional_with(whole, twice));
  EXPECT_EQ(count(one, "d", Op::conv), 1);
  EXPECT_EQ(count(one, "d", Op::random), 4);  // two of z, one of y, one of the dropout
  EXPECT_EQ(count(two, "d", Op::conv), 1);
  EXPECT_EQ(count(two, "d", Op::random), 4);
  EXPECT_EQ(count(two, "d", Op::matmul), count(one, "d", Op::matmul));
}

/// The value of sum(critic(image, class)) for soft classes, and its gradients by both inputs.
struct CriticGradients {
  explicit CriticGradients(const std::string& text) {
    Diagnostics diagnostics;
    const auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
    module = build_nets(model.value(), diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << text_of(diagnostics);
    Function& f = module.functions.front();
    Builder b(f);
    const Value loss = b.sum_all(f.result("critic.sigmoid_1")->value);
    std::vector<Value> targets;
    for (std::size_t i = 0; i < f.nodes.size(); ++i)
      for (const auto* name : {"image", "class"})
        if (f.nodes[i].op == Op::input && f.nodes[i].attributes.name == name)
          targets.push_back({static_cast<int>(i)});
    const auto gradients = gradient(b, loss, targets);
    f.results = {{"loss", loss}};
    for (std::size_t i = 0; i < targets.size(); ++i)
      f.results.push_back({"by " + f.node(targets[i]).attributes.name, gradients[i]});
    variables = initial_variables(module, 3);
    std::mt19937 random(5);
    inputs = {{"image", random_tensor({1, 4, 4, 1}, random)},
              {"class", random_tensor({1, 10}, random)},
              {"latent", random_tensor({1, 3}, random)},
              {"random.key", {{DType::i32, {4}}, {1, 2, 3, 4}}}};
  }
  Tensors run() { return evaluate(module, module.functions.front(), inputs, variables); }

  Module module;
  Tensors inputs, variables;
};

TEST(Conditional, GradientsFlowThroughBothInputs) {
  CriticGradients critic(kConditionalModel);
  const Tensors exact = critic.run();
  for (const std::string input : {"image", "class"}) {
    const auto& by = exact.at("by " + input);
    Tensor& x = critic.inputs.at(input);
    ASSERT_EQ(by.type, x.type);
    double most = 0;
    for (std::size_t i = 0; i < x.data.size(); ++i) {
      const double middle = x.data[i], h = 1e-5;
      x.data[i] = middle + h;
      const double above = critic.run().at("loss").data[0];
      x.data[i] = middle - h;
      const double below = critic.run().at("loss").data[0];
      x.data[i] = middle;
      EXPECT_NEAR(by.data[i], (above - below) / (2 * h), 1e-7) << input << " " << i;
      most = std::max(most, std::abs(by.data[i]));
    }
    EXPECT_GT(most, 1e-3) << input;
  }
}

/// Returns the classes that the update "g" draws in a step.
std::vector<int> classes_drawn(const Module& module, int step) {
  const Function& g = *module.function("g");
  Tensors inputs{{"random.key", {{DType::i32, {4}}, {7, 0, static_cast<double>(step), 0}}}};
  const auto values = evaluate_nodes(g, inputs, initial_variables(module, 3));
  for (std::size_t i = 0; i < g.nodes.size(); ++i)
    if (g.nodes[i].op == Op::convert && g.nodes[i].type.dtype == DType::i32 && g.nodes[i].origin.part == "y")
      return {values[i].data.begin(), values[i].data.end()};
  return {};
}

TEST(Conditional, EveryClassIsDrawnAsOftenAsAnyOther) {
  std::string text =
      conditional_with("z = \"latent 6\", y = \"class 6\"", "z = \"latent 5000\", y = \"class 5000\"");
  const auto at = text.find("minimize = \"\"\"");
  text.replace(at, text.find("\"\"\"", at + 15) + 3 - at, "minimize = \"mean(generator.dense_1(z, y))\"");
  const Module module = module_of_text(text);
  const auto drawn = classes_drawn(module, 1);
  ASSERT_EQ(drawn.size(), 5000U);
  for (int c = 0; c < 10; ++c) EXPECT_NEAR(static_cast<double>(std::ranges::count(drawn, c)), 500, 90) << c;
  EXPECT_NE(classes_drawn(module, 2), drawn);
  EXPECT_EQ(classes_drawn(module, 1), drawn);
}

/// Each image shows its class, one of seven. Their order goes on from one call of `sample` to the next.
TEST(Conditional, SamplesGoThroughTheClasses) {
  Program program = compile(module_of_text(R"toml(name = "shows"
[input]
latent = { size = 3 }
class = { classes = 7 }
[net.generator]
of = ["latent", "class"]
layers = [
  { kind = "embedding", size = 4, from = "class" },
  { kind = "dense", units = 4, from = "latent" },
  { kind = "add", from = ["embedding_1", "dense_1"] },
  { kind = "reshape", shape = [2, 2, 1] },
]
)toml"));
  Executor executor(std::move(program), 1, /*seed=*/3);
  const auto shown = executor.variable(executor.variable_index("generator.embedding_1.weight"));
  for (std::size_t i = 0; i < shown.size(); ++i) shown[i] = static_cast<float>(i / 4);
  std::ranges::fill(executor.variable(executor.variable_index("generator.dense_1.weight")), 0.0F);
  const auto images = sample_images(executor, /*seed=*/5, 250);
  ASSERT_EQ(images.values.size(), 1000U);
  for (std::size_t i = 0; i < images.values.size(); ++i)
    ASSERT_EQ(images.values[i], static_cast<float>(i / 4 % 7)) << i;
  const auto fives = sample_images(executor, 5, 103, {.class_of = [](std::int64_t) { return 5; }});
  ASSERT_EQ(fives.values.size(), 412U);
  EXPECT_TRUE(std::ranges::all_of(fives.values, [](float v) { return v == 5; }));
}

/// Returns what is wrong with shapes and with the nets of evaluation, to the letter.
std::string mistakes(const std::string& text) {
  Diagnostics diagnostics;
  const auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  if (model) build_module(*model, diagnostics);
  return text_of(diagnostics);
}

TEST(Conditional, ErrorsOfEvaluation) {
  EXPECT_EQ(mistakes(kConditionalModel + "[evaluate]\nclassifier = \"critic\"\n"),
            R"(model.toml:63:14: error: a classifier is a function of an image alone, not of image and class
  63 | classifier = "critic"
     |              ^^^^^^^^
help: classifier = "" under [evaluate] measures none
)");
  EXPECT_EQ(mistakes(kConditionalModel + "[evaluate]\nclassifier = \"plane\"\n"),
            R"(model.toml:63:14: error: a classifier is a function of an image alone, not of class
  63 | classifier = "plane"
     |              ^^^^^^^
help: classifier = "" under [evaluate] measures none
)");
  EXPECT_EQ(mistakes(kConditionalModel + "[evaluate]\ngenerator = \"critic\"\n"),
            R"(model.toml:63:13: error: a generator is a function of latent inputs and labels, not of image
  63 | generator = "critic"
     |             ^^^^^^^^
help: generator = "" under [evaluate] draws none
)");
  EXPECT_EQ(mistakes(kConditionalModel + "[evaluate]\nclassifier = \"\"\ngenerator = \"\"\n"), "");
}

TEST(Conditional, ErrorsOfArguments) {
  const std::string real = "critic(x, label(x)), 1)";
  EXPECT_EQ(mistakes(conditional_with(real, "critic(x, [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]), 1)")),
            R"_(model.toml:51:17: error: the net "plane" takes class [10], but is given [3]
  51 | minimize = "bce(critic(x, [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]), 1) + bce(critic(generator(z, y), y), 0)"
     |                 ^^^^^^
)_");
  EXPECT_EQ(mistakes(conditional_with("generator(z, y), y), 0)", "y, generator(z, y)), 0)")),
            R"_(model.toml:51:47: error: the net "critic" takes image [4, 4, 1], but is given []
  51 | minimize = "bce(critic(x, label(x)), 1) + bce(critic(y, generator(z, y)), 0)"
     |                                               ^^^^^^
)_");
  EXPECT_EQ(mistakes(conditional_with("y = \"class 4\"", "y = \"class 3\"")),
            R"_(model.toml:51:54: error: the net "generator" is given 4 of latent and 3 of class
  51 | minimize = "bce(critic(x, label(x)), 1) + bce(critic(generator(z, y), y), 0)"
     |                                                      ^^^^^^^^^
)_");
  EXPECT_EQ(mistakes(conditional_with("of = \"class\"\nlayers = [\n", "of = \"image\"\nlayers = [\n")),
            R"(model.toml:20:12: error: embedding needs a vector of classes for each example, not [5, 4, 4, 1]
  20 |   { kind = "embedding", size = 5 },
     |            ^^^^^^^^^^^
)");
}

}  // namespace
}  // namespace sganc
