// What goes into a product: bias and activation behind it, the bias's gradient beside it; and what does not.

#include "tests/pass_text.h"

namespace sganc {
namespace {

const std::string kVariables =
    "variable w : f32[8, 8, 3, 3] {weight, zeros}\n"
    "variable b : f32[8] {weight, zeros}\n";

const std::string kBiased =
    "  %0 = input {name = \"x\"} : f32[2, 6, 6, 8]\n"
    "  %1 = variable {name = \"w\"} : f32[8, 8, 3, 3]\n"
    "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1]} : f32[2, 6, 6, 8]  # net.conv_1\n"
    "  %3 = variable {name = \"b\"} : f32[8]\n"
    "  %4 = broadcast(%3) {shape = [2, 6, 6, 8], axes = [3]} : f32[2, 6, 6, 8]\n"
    "  %5 = add(%2, %4) : f32[2, 6, 6, 8]  # net.conv_1\n";

const std::string kActivated = kBiased +
                               "  %6 = constant {value = 0.2} : f32[2, 6, 6, 8]\n"
                               "  %7 = multiply(%5, %6) : f32[2, 6, 6, 8]\n"
                               "  %8 = maximum(%5, %7) : f32[2, 6, 6, 8]\n";

TEST(FuseEpilogues, TakesBiasAndActivationIntoTheProduct) {
  const std::string body = kActivated + "  result y = %8\n";
  EXPECT_EQ(plan_of("choose-implementations", body, kVariables),
            "  product net.conv_1.forward = onednn() anchor %2 -> %2\n");
  EXPECT_EQ(plan_of("fuse-epilogues", body, kVariables),
            "  product net.conv_1.forward = onednn() anchor %2 bias %3 leaky_relu 0.2 -> %8\n");
}

TEST(FuseEpilogues, LeavesAnActivationWhoseInputIsRead) {
  EXPECT_EQ(plan_of("fuse-epilogues", kActivated + "  result y = %8\n  result z = %5\n", kVariables),
            "  product net.conv_1.forward = onednn() anchor %2 bias %3 -> %5\n");
}

TEST(FuseEpilogues, LeavesABiasWhoseSumIsNotAlone) {
  EXPECT_EQ(plan_of("fuse-epilogues", kBiased + "  result y = %5\n  result z = %2\n", kVariables),
            "  product net.conv_1.forward = onednn() anchor %2 -> %2\n");
}

/// With few channels, the chain behind the convolution joins its kernel up to the one value that is stored.
TEST(FuseEpilogues, TakesAChainIntoTheKernelWithFewChannels) {
  const std::string variables =
      "variable w : f32[1, 8, 3, 3] {weight, zeros}\nvariable b : f32[1] {weight, zeros}\n";
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[2, 6, 6, 8]\n"
      "  %1 = variable {name = \"w\"} : f32[1, 8, 3, 3]\n"
      "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1]} : f32[2, 6, 6, 1]  # net.conv_1\n"
      "  %3 = variable {name = \"b\"} : f32[1]\n"
      "  %4 = broadcast(%3) {shape = [2, 6, 6, 1], axes = [3]} : f32[2, 6, 6, 1]\n"
      "  %5 = add(%2, %4) : f32[2, 6, 6, 1]\n"
      "  %6 = exp(%5) : f32[2, 6, 6, 1]\n"
      "  %7 = tanh(%6) : f32[2, 6, 6, 1]\n"
      "  result y = %7\n";
  EXPECT_EQ(plan_of("choose-implementations", body, variables),
            "  product net.conv_1.forward = few_channels() anchor %2 -> %2\n");
  EXPECT_EQ(plan_of("fuse-epilogues", body, variables),
            "  product net.conv_1.forward = few_channels() anchor %2 -> %7\n");
}

TEST(FuseEpilogues, TakesTheBiasGradientAlongWithThatOfTheWeights) {
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[2, 6, 6, 8]\n"
      "  %1 = input {name = \"dy\"} : f32[2, 6, 6, 8]\n"
      "  %2 = conv_backward_weights(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1], shape = [8, 8, 3, 3]} : "
      "f32[8, 8, 3, 3]  # net.conv_1 (backward)\n"
      "  %3 = reduce_sum(%1) {axes = [0, 1, 2]} : f32[8]  # net.conv_1 (backward)\n"
      "  result dw = %2\n"
      "  result db = %3\n";
  EXPECT_EQ(plan_of("choose-implementations", body, ""),
            "  product net.conv_1.backward_weights = onednn() anchor %2 -> %2\n");
  EXPECT_EQ(plan_of("fuse-epilogues", body, ""),
            "  product net.conv_1.backward_weights = onednn() anchor %2 bias gradient %3 -> %2, %3\n");
}

TEST(FuseEpilogues, WinogradTakesWhatFollowsButNoBiasGradient) {
  const std::string variables = "variable v : f32[32, 32, 3, 3] {weight, zeros}\n";
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[16, 12, 12, 32]\n"
      "  %1 = variable {name = \"v\"} : f32[32, 32, 3, 3]\n"
      "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1]} : f32[16, 12, 12, 32]  # net.conv_1\n"
      "  %3 = exp(%2) : f32[16, 12, 12, 32]\n"
      "  %4 = conv_backward_weights(%0, %3) {strides = [1, 1], pads = [1, 1, 1, 1], shape = [32, 32, 3, 3]} "
      ": f32[32, 32, 3, 3]  # net.conv_1 (backward)\n"
      "  %5 = reduce_sum(%3) {axes = [0, 1, 2]} : f32[32]  # net.conv_1 (backward)\n"
      "  result y = %3\n"
      "  result dw = %4\n"
      "  result db = %5\n";
  EXPECT_EQ(plan_of("fuse-epilogues", body, variables),
            "  product net.conv_1.forward = winograd() anchor %2 tiles of 4, blocks of 8 -> %3\n"
            "  product net.conv_1.backward_weights = winograd() anchor %4 tiles of 4, blocks of 8, 2 groups "
            "-> %4\n");
}

}  // namespace
}  // namespace sganc
