// What a layer of a net gives, in an expression: trunk.conv_2(x).

#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

/// Returns the small model with an update d_real that minimizes `expression`.
Module minimizing(const std::string& expression) {
  std::string text = text_of(SmallModel{});
  const std::string before = "bce(critic(x), 1)";
  text.replace(text.find(before), before.size(), expression);
  return module_of_text(text);
}

std::int64_t count(const Module& module, Op op) {
  std::int64_t forward = 0;
  for (const auto& n : module.function("d_real")->nodes) forward += n.op == op && !n.origin.gradient;
  return forward;
}

/// Returns the weights that d_real moves.
std::string moved(const Module& module) {
  std::string names;
  for (const auto& r : module.function("d_real.apply")->results)
    if (module.variable(r.name)->role == Role::weight) names += r.name + " ";
  return names;
}

TEST(LayerTaps, ShareTheNetsLayers) {
  for (const std::string expression :
       {"bce(critic(x), 1) + mean(trunk.conv_2(x)) + mean(trunk.dropout_1(x))",
        "mean(trunk.conv_2(x)) + mean(trunk.dropout_1(x)) + bce(critic(x), 1)"}) {
    const Module module = minimizing(expression);
    EXPECT_EQ(count(module, Op::conv), 3) << expression;
    EXPECT_EQ(count(module, Op::random), 1) << expression;
    EXPECT_EQ(count(module, Op::matmul), 1) << expression;
  }
}

TEST(LayerTaps, BuildNoLayerBehindTheirs) {
  std::string text = text_of(SmallModel{});
  const std::string update = "minimize  = \"bce(critic(x), 1)\"\ntrain     = [\"trunk\", \"logits\"]";
  text.replace(text.find(update), update.size(),
               "minimize = \"mean(trunk.leaky_relu_2(x))\"\ntrain = [\"trunk\"]");
  const Module module = module_of_text(text);
  EXPECT_EQ(count(module, Op::conv), 2);
  EXPECT_EQ(count(module, Op::matmul), 0);
  EXPECT_EQ(moved(module), "trunk.conv_1.weight trunk.conv_1.bias trunk.conv_2.weight trunk.conv_2.bias ");
}

TEST(LayerTaps, OfLogitsAreSeenByLosses) {
  const auto text_of_update = [](const std::string& expression) {
    return to_string(*minimizing(expression).function("d_real"));
  };
  EXPECT_EQ(text_of_update("bce(critic.sigmoid_1(x), 1)"), text_of_update("bce(critic(x), 1)"));
}

TEST(LayerTaps, TrainAsTheReferenceDoes) {
  Twin twin(minimizing("mse(batch_mean(trunk.leaky_relu_2(x)), 0.1) + bce(critic(x), 1)"), {});
  std::mt19937 random(12);
  for (int step = 0; step < 2; ++step) {
    bind_batch(twin, "d_real", step, random);
    twin.step("d_real", 1e-4);
  }
}

}  // namespace
}  // namespace sganc
