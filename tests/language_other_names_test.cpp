// Words of other programs: the help says what to write here.

#include "compiler/language/other_names.h"

#include <gtest/gtest.h>

#include "compiler/language/check_expression.h"
#include "compiler/language/expression.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

/// The help of an expression that calls an unknown function.
std::string help_of(const std::string& text) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"e", text});
  Diagnostics diagnostics;
  check_expression(parse_expression(text, {file, 1, 1, 1}),
                   {.functions = vocabulary().functions, .in_update = false}, diagnostics);
  return diagnostics.empty() ? "none" : diagnostics.items()[0].help;
}

TEST(OtherNames, OfFunctions) {
  EXPECT_EQ(help_of("detach(1)"), "it is called stop_gradient(a)");
  EXPECT_EQ(help_of("Binary_CrossEntropy(0.5, 1)"), "it is called bce(p, t)");
  EXPECT_EQ(
      help_of("gradient_penalty(1)"),
      "expressions take no gradients; norm = \"spectral_norm\" in a critic's layers, or clip_weights in "
      "its update, limit its slope");
  EXPECT_EQ(help_of("softmx([1, 2])"), "did you mean \"softmax\"?");
}

TEST(OtherNames, OfLayersAndOptimizers) {
  EXPECT_EQ(instead_of("Conv2DTranspose"), "it is called conv_transpose");
  EXPECT_EQ(instead_of("momentum"), "write { kind = \"sgd\", momentum = 0.9 }");
  EXPECT_EQ(instead_of("conv"), std::nullopt);
}

/// What "it is called ..." names is in the language, and no word of the language gets such a help.
TEST(OtherNames, NameWhatThereIs) {
  const Vocabulary words = vocabulary();
  std::vector<std::string> known;
  for (const auto& layer : words.layers) known.push_back(layer.name);
  for (const auto& function : words.functions) known.push_back(function.name);
  for (const auto& optimizer : words.optimizers) known.push_back(optimizer.name);
  for (const auto& name : known) EXPECT_FALSE(instead_of(name)) << name;
  for (const std::string word : {"mse_loss",
                                 "l1_loss",
                                 "kl_div",
                                 "hinge_loss",
                                 "clamp",
                                 "reduce_mean",
                                 "reduce_sum",
                                 "linear",
                                 "conv2d",
                                 "deconv",
                                 "BatchNormalization",
                                 "LayerNormalization",
                                 "GroupNormalization",
                                 "InstanceNormalization",
                                 "MaxPooling2D",
                                 "AveragePooling2D",
                                 "GlobalAveragePooling2D",
                                 "GlobalMaxPooling2D",
                                 "UpSampling2D",
                                 "silu",
                                 "concatenate",
                                 "Cropping2D"}) {
    const std::string help = instead_of(word).value_or("");
    const std::string before = "it is called ";
    ASSERT_TRUE(help.starts_with(before)) << word;
    const std::string name = help.substr(before.size(), help.find('(') - before.size());
    EXPECT_NE(std::ranges::find(known, name), known.end()) << word << ": " << help;
  }
}

}  // namespace
}  // namespace sganc
