// keras_compat: losses of clipped probabilities, against the formulas of Keras.

#include <cmath>

#include "compiler/reference/interpreter.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

/// The loss and its gradients by the biases of three logits. The weights are zero: these are the logits.
struct Learned {
  double loss;
  std::vector<double> gradient;
};

Learned learned(const std::string& minimize, bool compat, const std::vector<double>& logits) {
  const std::string text =
      "name = \"m\"\nkeras_compat = " + std::string(compat ? "true" : "false") +
      "\n[input]\nimage = [2, 2, 1]\n[net.l]\nof = \"image\"\nlayers = [{ kind = "
      "\"flatten\" }, { kind = \"dense\", units = 3 }]\n[net.classifier]\nof = \"l\"\nlayers = "
      "[{ kind = \"softmax\" }]\n[net.critic]\nof = \"l\"\nlayers = [{ kind = "
      "\"logsumexp\" }, { kind = \"sigmoid\" }]\n[optimizer]\no = { kind = \"sgd\", rate = 1 "
      "}\n[[update]]\nname = \"u\"\ndraw = { x = \"unlabeled 2\" }\nminimize = \"" +
      minimize + "\"\ntrain = [\"l\"]\noptimizer = \"o\"\n";
  const Module module = module_of_text(text);
  Tensors variables = initial_variables(module, 0);
  for (double& w : variables.at("l.dense_1.weight").data) w = 0;
  variables.at("l.dense_1.bias").data = logits;
  const Tensors inputs = {{"data.image", filled({DType::u8, {4, 2, 2, 1}}, 3)},
                          {"x.index", filled({DType::i32, {2}})}};
  const Tensors outputs = evaluate(module, *module.function("u"), inputs, variables);
  return {outputs.at("loss").data[0], variables.at("gradient.l.dense_1.bias").data};
}

/// Keras: -(t log p + (1 - t) log(1 - p)), p = clip(Z / (Z + 1), 1e-7, 1 - 1e-7), Z = sum exp(logit).
TEST(KerasCompat, BinaryCrossEntropyClips) {
  const auto expected = [](const std::vector<double>& logits, double target) {
    double z = 0;
    for (double l : logits) z += std::exp(l);
    const double p = std::min(std::max(z / (z + 1), 1e-7), 1 - 1e-7);
    return -(target * std::log(p) + (1 - target) * std::log(1 - p));
  };
  const std::vector<double> usual = {0.5, -1, 2}, sure = {20, 1, 3}, small = {-40, -30, -35};
  for (const auto& logits : {usual, sure, small}) {
    EXPECT_NEAR(learned("bce(critic(x), 0)", true, logits).loss, expected(logits, 0), 1e-9);
    EXPECT_NEAR(learned("bce(critic(x), 1)", true, logits).loss, expected(logits, 1), 1e-9);
    EXPECT_NEAR(learned("bce(critic(x), 0.9)", true, logits).loss, expected(logits, 0.9), 1e-9);
  }
  EXPECT_NEAR(learned("bce(critic(x), 0)", true, sure).loss, 7 * std::log(10), 1e-8);
  EXPECT_NEAR(learned("bce(critic(x), 0)", false, sure).loss, 20, 1e-6);
}

TEST(KerasCompat, NothingIsLearnedFromWhatIsClipped) {
  const std::vector<double> sure = {20, 1, 3};
  EXPECT_EQ(learned("bce(critic(x), 0)", true, sure).gradient, (std::vector<double>{0, 0, 0}));
  EXPECT_NEAR(learned("bce(critic(x), 0)", false, sure).gradient[0], 1, 1e-6);
  const std::vector<double> wrong = {30, 0, 0};
  EXPECT_EQ(learned("cross_entropy(classifier(x), 1)", true, wrong).gradient, (std::vector<double>{0, 0, 0}));
  EXPECT_NEAR(learned("cross_entropy(classifier(x), 1)", false, wrong).gradient[0], 1, 1e-6);
}

TEST(KerasCompat, CrossEntropyClips) {
  const std::vector<double> wrong = {30, 0, 0}, usual = {1, 2, 0.5};
  const double z = std::exp(1) + std::exp(2) + std::exp(0.5);
  EXPECT_NEAR(learned("cross_entropy(classifier(x), 1)", true, wrong).loss, -std::log(1e-7), 1e-12);
  EXPECT_NEAR(learned("cross_entropy(classifier(x), 1)", false, wrong).loss, 30, 1e-9);
  EXPECT_NEAR(learned("cross_entropy(classifier(x), 0)", true, wrong).loss, -std::log(1 - 1e-7), 1e-15);
  EXPECT_NEAR(learned("cross_entropy(classifier(x), 1)", true, usual).loss, std::log(z) - 2, 1e-12);
}

TEST(KerasCompat, IsCompiledAsTheReferenceSays) {
  std::string text = text_of(SmallModel{});
  text.insert(text.find("[data]"), "keras_compat = true\n");
  Twin twin(module_of_text(text), Schedule{});
  std::mt19937 random(3);
  for (const std::string update : {"c", "d_real", "d_fake", "g"}) {
    bind_batch(twin, update, 1, random);
    twin.step(update, 2e-4);
  }
}

}  // namespace
}  // namespace sganc
