// What a rank makes of an update: which values it has whole, which rows it has of others, and what is summed
// over the ranks. All rules of primitives run in shard_primitives_test.cpp.

#include "compiler/shard/shard.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/compiled_model.h"

namespace sganc {
namespace {

/// Returns the body of an update, as one of several ranks computes it, without the nodes that nothing reads.
std::string shared(const std::string& body, int rank, int ranks, const std::string& variables = "") {
  const std::string head = "function u {update of u}\n";
  const Module module = parse_module("module m\n" + variables + head + body, "text");
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  const Module part = shard(module, rank, ranks);
  EXPECT_EQ(verify(part), std::vector<std::string>{});
  const std::string text = to_string(part.functions[0]);
  return text.substr(head.size());
}

const std::string kWeights = "variable w : f32[3, 2] {weight of net, zeros}\n";

TEST(Shard, SumsGradientsAndLossesOverRanks) {
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[5, 3]\n"
      "  %1 = variable {name = \"w\"} : f32[3, 2]\n"
      "  %2 = matmul(%0, %1) {transpose_a = false, transpose_b = false} : f32[5, 2]\n"
      "  %3 = reduce_sum(%2) {axes = [0, 1]} : f32[]\n"
      "  %4 = constant {value = 0.1} : f32[]\n"
      "  %5 = multiply(%3, %4) : f32[]\n"
      "  %6 = broadcast(%4) {shape = [5, 2], axes = []} : f32[5, 2]\n"
      "  %7 = matmul(%0, %6) {transpose_a = true, transpose_b = false} : f32[3, 2]\n"
      "  result loss = %5\n"
      "  result w = %7\n";
  EXPECT_EQ(shared(body, 1, 2, kWeights),
            "  %0 = input {name = \"x\", low = [2, 0], shape = [5, 3]} : f32[3, 3]\n"
            "  %1 = variable {name = \"w\"} : f32[3, 2]\n"
            "  %2 = matmul(%0, %1) {transpose_a = false, transpose_b = false} : f32[3, 2]\n"
            "  %3 = reduce_sum(%2) {axes = [0, 1]} : f32[]\n"
            "  %4 = constant {value = 0.1} : f32[]\n"
            "  %5 = multiply(%3, %4) : f32[]\n"
            "  %6 = all_reduce(%5) : f32[]\n"
            "  %7 = broadcast(%4) {shape = [5, 2], axes = []} : f32[5, 2]\n"
            "  %8 = broadcast(%4) {shape = [3, 2], axes = []} : f32[3, 2]\n"
            "  %9 = matmul(%0, %8) {transpose_a = true, transpose_b = false} : f32[3, 2]\n"
            "  %10 = all_reduce(%9) : f32[3, 2]\n"
            "  result loss = %6\n"
            "  result w = %10\n");
}

/// The rows of three ranks are 1, 2 and 2 of 5. Each counts in the whole batch.
TEST(Shard, CountsRandomNumbersAndIndicesOfTheWholeBatch) {
  const std::string body =
      "  %0 = input {name = \"random.key\"} : i32[4]\n"
      "  %1 = random(%0) {stream = 3} : f32[5, 4]\n"
      "  %2 = iota {axes = [0]} : f32[5, 4]\n"
      "  %3 = iota {axes = [1]} : f32[5, 4]\n"
      "  %4 = add(%1, %2) : f32[5, 4]\n"
      "  %5 = add(%4, %3) : f32[5, 4]\n"
      "  %6 = input {name = \"x\"} : f32[5, 4]\n"
      "  %7 = add(%5, %6) : f32[5, 4]\n"
      "  %8 = reduce_sum(%7) {axes = [0]} : f32[4]\n"
      "  result y = %8\n";
  EXPECT_EQ(shared(body, 2, 3),
            "  %0 = input {name = \"random.key\"} : i32[4]\n"
            "  %1 = random(%0) {stream = 3, low = [3, 0], shape = [5, 4]} : f32[2, 4]\n"
            "  %2 = iota {axes = [0]} : f32[5, 4]\n"
            "  %3 = iota {axes = [1]} : f32[5, 4]\n"
            "  %4 = iota {axes = [0], low = [3, 0]} : f32[2, 4]\n"
            "  %5 = add(%1, %4) : f32[2, 4]\n"
            "  %6 = iota {axes = [1]} : f32[2, 4]\n"
            "  %7 = add(%5, %6) : f32[2, 4]\n"
            "  %8 = input {name = \"x\", low = [3, 0], shape = [5, 4]} : f32[2, 4]\n"
            "  %9 = add(%7, %8) : f32[2, 4]\n"
            "  %10 = reduce_sum(%9) {axes = [0]} : f32[4]\n"
            "  %11 = all_reduce(%10) : f32[4]\n"
            "  result y = %11\n");
}

/// Every example is compared with every other. Indices pass through f32.
TEST(Shard, GathersWhatANodeNeedsOfOtherRanks) {
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[4, 3]\n"
      "  %1 = matmul(%0, %0) {transpose_a = false, transpose_b = true} : f32[4, 4]\n"
      "  %2 = reduce_max(%1) {axes = [0, 1]} : f32[]\n"
      "  %3 = input {name = \"x.index\"} : i32[4]\n"
      "  %4 = slice(%3) {low = [0], shape = [1]} : i32[1]\n"
      "  result y = %2\n"
      "  result first = %4\n";
  EXPECT_EQ(shared(body, 0, 2),
            "  %0 = input {name = \"x\", low = [0, 0], shape = [4, 3]} : f32[2, 3]\n"
            "  %1 = pad(%0) {low = [0, 0], high = [2, 0]} : f32[4, 3]\n"
            "  %2 = all_reduce(%1) : f32[4, 3]\n"
            "  %3 = matmul(%0, %2) {transpose_a = false, transpose_b = true} : f32[2, 4]\n"
            "  %4 = pad(%3) {low = [0, 0], high = [2, 0]} : f32[4, 4]\n"
            "  %5 = all_reduce(%4) : f32[4, 4]\n"
            "  %6 = reduce_max(%5) {axes = [0, 1]} : f32[]\n"
            "  %7 = input {name = \"x.index\", low = [0], shape = [4]} : i32[2]\n"
            "  %8 = convert(%7) {dtype = f32} : f32[2]\n"
            "  %9 = pad(%8) {low = [0], high = [2]} : f32[4]\n"
            "  %10 = all_reduce(%9) : f32[4]\n"
            "  %11 = convert(%10) {dtype = i32} : i32[4]\n"
            "  %12 = slice(%11) {low = [0], shape = [1]} : i32[1]\n"
            "  result y = %6\n"
            "  result first = %12\n");
}

/// The mean of a batch is summed before it is repeated. What reads the sum elsewhere reads it whole, too.
TEST(Shard, SumsAMeanOnceForAllThatReadIt) {
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[4, 3]\n"
      "  %1 = reduce_sum(%0) {axes = [0]} : f32[3]\n"
      "  %2 = negate(%1) : f32[3]\n"
      "  %3 = broadcast(%1) {shape = [4, 3], axes = [1]} : f32[4, 3]\n"
      "  %4 = subtract(%0, %3) : f32[4, 3]\n"
      "  %5 = reduce_max(%4) {axes = [1]} : f32[4]\n"
      "  %6 = reduce_sum(%5) {axes = [0]} : f32[]\n"
      "  result minus = %2\n"
      "  result y = %6\n";
  EXPECT_EQ(shared(body, 1, 2),
            "  %0 = input {name = \"x\", low = [2, 0], shape = [4, 3]} : f32[2, 3]\n"
            "  %1 = reduce_sum(%0) {axes = [0]} : f32[3]\n"
            "  %2 = all_reduce(%1) : f32[3]\n"
            "  %3 = negate(%2) : f32[3]\n"
            "  %4 = broadcast(%2) {shape = [4, 3], axes = [1]} : f32[4, 3]\n"
            "  %5 = broadcast(%2) {shape = [2, 3], axes = [1]} : f32[2, 3]\n"
            "  %6 = subtract(%0, %5) : f32[2, 3]\n"
            "  %7 = reduce_max(%6) {axes = [1]} : f32[2]\n"
            "  %8 = reduce_sum(%7) {axes = [0]} : f32[]\n"
            "  %9 = all_reduce(%8) : f32[]\n"
            "  result minus = %3\n"
            "  result y = %9\n");
}

TEST(Shard, DrawsRandomNumbersInsteadOfSendingThem) {
  const std::string body =
      "  %0 = input {name = \"random.key\"} : i32[4]\n"
      "  %1 = random(%0) {stream = 3} : f32[4, 3]\n"
      "  %2 = exp(%1) : f32[4, 3]\n"
      "  %3 = reduce_max(%2) {axes = [0]} : f32[3]\n"
      "  result y = %3\n";
  EXPECT_EQ(shared(body, 1, 2),
            "  %0 = input {name = \"random.key\"} : i32[4]\n"
            "  %1 = random(%0) {stream = 3, low = [2, 0], shape = [4, 3]} : f32[2, 3]\n"
            "  %2 = exp(%1) : f32[2, 3]\n"
            "  %3 = random(%0) {stream = 3} : f32[4, 3]\n"
            "  %4 = exp(%3) : f32[4, 3]\n"
            "  %5 = reduce_max(%4) {axes = [0]} : f32[3]\n"
            "  result y = %5\n");
}

TEST(Shard, LeavesOtherFunctionsAndBatchesOfFewerRowsWhole) {
  Module module = module_of_text(text_of(SmallModel{}));
  const Module part = shard(module, 2, 3);
  ASSERT_EQ(part.functions.size(), module.functions.size());
  for (std::size_t i = 0; i < part.functions.size(); ++i) {
    const bool is_update = module.functions[i].role == FunctionRole::update;
    EXPECT_EQ(to_string(part.functions[i]) == to_string(module.functions[i]), !is_update)
        << module.functions[i].name;
  }
  EXPECT_EQ(to_string(shard(module, 0, 1)), to_string(module));
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[2, 3]\n"
      "  %1 = reduce_sum(%0) {axes = [0]} : f32[3]\n"
      "  result y = %1\n";
  EXPECT_EQ(shared(body, 1, 3), body);
}

TEST(Shard, WritesTheRankInTheGraph) {
  const Module part = shard(module_of_text(text_of(SmallModel{})), 1, 4);
  const std::string text = to_string(part);
  EXPECT_EQ(text.substr(0, text.find('\n')), "module small {rank 1 of 4}");
  EXPECT_EQ(to_string(parse_module(text, "text")), text);
  EXPECT_THROW(shard(part, 0, 2), std::logic_error);
  try {
    parse_module("module m {rank 4 of 4}\n", "m.graph");
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_EQ(error.diagnostic.message, "there is no rank 4 of 4");
    EXPECT_EQ(error.diagnostic.where.column, 21);
  }
}

TEST(Shard, RefusesBatchesOfFewerExamplesThanRanks) {
  Diagnostics diagnostics;
  const auto model = parse_model(text_of(SmallModel{}), "model.toml", {}, vocabulary(), diagnostics);
  require_shares(*model, 4, diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  require_shares(*model, 5, diagnostics);
  std::vector<std::string> messages;
  for (const auto& d : diagnostics.items()) messages.push_back(d.message + " / " + d.help);
  EXPECT_EQ(messages, (std::vector<std::string>{
                          "5 ranks cannot share the 4 examples that update \"d_real\" draws as \"x\" / "
                          "draw at least 5, or start at most 4 ranks",
                          "5 ranks cannot share the 4 examples that update \"d_fake\" draws as \"z\" / "
                          "draw at least 5, or start at most 4 ranks"}));
}

}  // namespace
}  // namespace sganc
