// Which implementation computes a product, and why: its kind, channels, groups, dilations, the schedule.

#include "tests/pass_text.h"

namespace sganc {
namespace {

const std::string kVariables =
    "variable v : f32[8, 8, 3, 3] {weight, zeros}\n"
    "variable w : f32[1, 8, 7, 7] {weight, zeros}\n"
    "variable u : f32[3, 36] {weight, zeros}\n";

const std::string kBody =
    "  %0 = input {name = \"x\"} : f32[2, 6, 6, 8]\n"
    "  %1 = variable {name = \"v\"} : f32[8, 8, 3, 3]\n"
    "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1]} : f32[2, 6, 6, 8]  # net.conv_1\n"
    "  %3 = variable {name = \"w\"} : f32[1, 8, 7, 7]\n"
    "  %4 = conv(%2, %3) {strides = [1, 1], pads = [3, 3, 3, 3]} : f32[2, 6, 6, 1]  # net.conv_2\n"
    "  %5 = view(%4) {shape = [2, 36]} : f32[2, 36]\n"
    "  %6 = variable {name = \"u\"} : f32[3, 36]\n"
    "  %7 = matmul(%5, %6) {transpose_a = false, transpose_b = true} : f32[2, 3]  # net.dense_1\n"
    "  result y = %7\n";

/// Returns a line "name: why" for each product.
std::string reasons(const std::string& variables, const std::string& body, const Schedule& schedule = {}) {
  const Module module = module_of_lines(variables, body);
  std::string text;
  for (const auto& [anchor, product] : compiled_to("choose-implementations", module, schedule).plan.products)
    text += product.name + ": " + product.why + "\n";
  return text;
}

/// Returns a schedule that gives convolutions with few channels to oneDNN.
Schedule onednn(std::int64_t few_channels = 4) {
  Schedule schedule{.name = "mine", .few_channels = few_channels};
  schedule.implementations = {"winograd", "onednn"};
  return schedule;
}

TEST(ChooseImplementations, PlansNothingBefore) {
  EXPECT_EQ(plan_of("drop-unused", kBody, kVariables), "");
}

TEST(ChooseImplementations, GivesFewChannelsToHalide) {
  EXPECT_EQ(plan_of("choose-implementations", kBody, kVariables),
            "  product net.conv_1.forward = onednn() anchor %2 -> %2\n"
            "  product net.conv_2.forward = few_channels() anchor %4 -> %4\n"
            "  product net.dense_1.forward = onednn() anchor %7 -> %7\n");
  EXPECT_EQ(reasons(kVariables, kBody),
            "net.conv_1.forward: both sides have more than 4 channels\n"
            "net.conv_2.forward: 7x7, 1 output channel: at most 4 channels on a side\n"
            "net.dense_1.forward: a matrix product\n");
}

TEST(ChooseImplementations, FollowsTheSchedule) {
  EXPECT_EQ(plan_of("choose-implementations", kBody, kVariables, onednn()),
            "  product net.conv_1.forward = onednn() anchor %2 -> %2\n"
            "  product net.conv_2.forward = onednn() anchor %4 -> %4\n"
            "  product net.dense_1.forward = onednn() anchor %7 -> %7\n");
  EXPECT_EQ(reasons(kVariables, kBody, onednn()),
            "net.conv_1.forward: both sides have more than 4 channels\n"
            "net.conv_2.forward: schedule mine leaves few_channels out\n"
            "net.dense_1.forward: a matrix product\n");
  Schedule eight;
  eight.few_channels = 8;
  EXPECT_EQ(reasons(kVariables, kBody, eight),
            "net.conv_1.forward: 3x3, 8 input channels: at most 8 channels on a side\n"
            "net.conv_2.forward: 7x7, 8 input channels: at most 8 channels on a side\n"
            "net.dense_1.forward: a matrix product\n");
}

TEST(ChooseImplementations, GivesGroupsAndDilationsToOneDnn) {
  const std::string variables =
      "variable v : f32[4, 2, 3, 3] {weight, zeros}\nvariable w : f32[4, 4, 3, 3] {weight, zeros}\n";
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[2, 6, 6, 4]\n"
      "  %1 = variable {name = \"v\"} : f32[4, 2, 3, 3]\n"
      "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1], groups = 2} : f32[2, 6, 6, 4]  # "
      "a.conv_1\n"
      "  %3 = variable {name = \"w\"} : f32[4, 4, 3, 3]\n"
      "  %4 = conv(%2, %3) {strides = [1, 1], pads = [2, 2, 2, 2], dilations = [2, 2]} : f32[2, 6, 6, 4]  # "
      "a.conv_2\n"
      "  result y = %4\n";
  EXPECT_EQ(plan_of("choose-implementations", body, variables),
            "  product a.conv_1.forward = onednn() anchor %2 -> %2\n"
            "  product a.conv_2.forward = onednn() anchor %4 -> %4\n");
  EXPECT_EQ(reasons(variables, body),
            "a.conv_1.forward: groups = 2\n"
            "a.conv_2.forward: dilation = [2, 2]\n");
}

const std::string kManyVariables = "variable v : f32[32, 64, 3, 3] {weight, zeros}\n";
const std::string kMany =
    "  %0 = input {name = \"x\"} : f32[16, 12, 12, 64]\n"
    "  %1 = variable {name = \"v\"} : f32[32, 64, 3, 3]\n"
    "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1]} : f32[16, 12, 12, 32]  # a.conv_1\n"
    "  %3 = conv(%0, %1) {strides = [2, 2], pads = [0, 0, 1, 1]} : f32[16, 6, 6, 32]  # a.conv_2\n"
    "  result y = %2\n"
    "  result z = %3\n";

TEST(ChooseImplementations, GivesWhatHasFarFewerProductsToWinograd) {
  EXPECT_EQ(plan_of("choose-implementations", kMany, kManyVariables),
            "  product a.conv_1.forward = winograd() anchor %2 tiles of 4, blocks of 8 -> %2\n"
            "  product a.conv_2.forward = onednn() anchor %3 -> %3\n");
  EXPECT_EQ(reasons(kManyVariables, kMany),
            "a.conv_1.forward: 4.00 times fewer products, by tiles of 4x4\n"
            "a.conv_2.forward: both sides have more than 4 channels\n");
}

TEST(ChooseImplementations, GivesFewTilesToOneDnn) {
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[8, 12, 12, 64]\n"
      "  %1 = variable {name = \"v\"} : f32[32, 64, 3, 3]\n"
      "  %2 = conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1]} : f32[8, 12, 12, 32]  # a.conv_1\n"
      "  result y = %2\n";
  EXPECT_EQ(plan_of("choose-implementations", body, kManyVariables),
            "  product a.conv_1.forward = onednn() anchor %2 -> %2\n");
}

TEST(ChooseImplementations, GivesNothingToWinogradWhereAnotherIsWanted) {
  const std::string all_of_onednn =
      "  product a.conv_1.forward = onednn() anchor %2 -> %2\n"
      "  product a.conv_2.forward = onednn() anchor %3 -> %3\n";
  Schedule schedule{.name = "mine"};
  schedule.implementations = {"onednn"};
  EXPECT_EQ(plan_of("choose-implementations", kMany, kManyVariables, schedule), all_of_onednn);
  schedule.implementations.reset();
  schedule.products.push_back({.match = {"*"}, .by = {{"onednn"}}});
  EXPECT_EQ(plan_of("choose-implementations", kMany, kManyVariables, schedule), all_of_onednn);
  schedule.products = {{.match = {"*"}, .precision = {{"bf16"}}}};
  EXPECT_EQ(plan_of("choose-implementations", kMany, kManyVariables, schedule),
            "  product a.conv_1.forward = winograd() anchor %2 tiles of 4, blocks of 8 -> %2\n"
            "  product a.conv_2.forward = onednn() anchor %3 in bf16 -> %3\n")
      << "without fast instructions for bf16, fewer multiplications in f32 are better";
}

TEST(ChooseImplementations, GivesToWinogradWhatAScheduleSays) {
  Schedule schedule{.name = "mine"};
  schedule.products.push_back({.match = {"*"}, .by = {{"winograd"}}});
  EXPECT_EQ(reasons(kManyVariables, kMany, schedule),
            "a.conv_1.forward: a [[product]] of schedule mine says by = winograd\n"
            "a.conv_2.forward: a [[product]] of schedule mine says by = winograd\n");
}

}  // namespace
}  // namespace sganc
