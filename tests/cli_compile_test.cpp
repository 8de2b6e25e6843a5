// The compiler as a person watches it: forms, passes, graph files.

#include <algorithm>
#include <sstream>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliCompile : public ProgramTest {
 protected:
  std::string emitted(const std::string& form, Words more = {}) {
    more.insert(more.begin(), {"compile", "small.toml", "--emit", form, "-q"});
    const auto ending = sganc(more);
    EXPECT_EQ(ending.code, 0) << ending.err;
    EXPECT_EQ(ending.err, "");
    return ending.out;
  }
  /// Returns the first word of every line.
  static Words first_words(const std::string& text) {
    Words words;
    for (const auto& line : lines_of(text)) words.push_back(line.substr(0, line.find(' ')));
    return words;
  }
  static std::ptrdiff_t count(const std::string& text, const std::string& word) {
    std::ptrdiff_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
  }
};

TEST_F(CliCompile, GoesOnFromAGraph) {
  const std::string program = emitted("program");
  emitted("gradient", {"--out", "step.graph"});
  const auto ending = sganc({"compile", "step.graph", "-q"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.out, program);
}

TEST_F(CliCompile, PrintsOneFunctionAlone) {
  EXPECT_EQ(count(emitted("graph", {"--update", "g"}), "function "), 1);
  EXPECT_EQ(count(emitted("gradient", {"--update", "g"}), "function "), 2);  // with its optimizer
  const std::string fused = emitted("fused", {"--update", "g"});
  EXPECT_EQ(count(fused, "\n  place "), 0);
  EXPECT_GT(count(fused, "\n  group "), 10);
  EXPECT_GT(count(emitted("plan", {"--update", "g"}), "\n  place "), 10);
  EXPECT_EQ(count(emitted("plan", {"--update", "g", "--stop-after", "choose-implementations"}), "\n  group "),
            0);
}

TEST_F(CliCompile, WritesWhatEachPassChanged) {
  const auto ending = sganc({"compile", "small.toml", "--emit", "plan", "--update", "c", "--time-passes",
                             "--dump-passes", "passes", "--out", "plan.txt", "-q"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.out, "");
  EXPECT_EQ(first_words(ending.err),
            (Words{"part", "load", "build", "gradient", "simplify", "share-subexpressions", "simplify-again",
                   "drop-unused", "choose-implementations", "fuse-epilogues", "form-messages", "form-groups",
                   "narrow-stores", "place-buffers", "everything", "all"}));
  EXPECT_TRUE(exists("passes/000-c-begin.txt"));
  EXPECT_TRUE(exists("passes/001-c-simplify.txt"));
  const std::string page = content("passes/index.html");
  EXPECT_EQ(count(page, "<h2>"), 2);
  EXPECT_GT(count(page, "class=gone"), 5);
  EXPECT_EQ(count(page, "<details>"), count(page, "</details>"));
}

TEST_F(CliCompile, ShowsWhatARankComputes) {
  EXPECT_EQ(count(emitted("gradient", {"--ranks", "3", "--rank", "1"}), "module small {rank 1 of 3}\n"), 1);
  const std::string program = emitted("program", {"--ranks", "3", "--rank", "1", "--update", "c"});
  EXPECT_EQ(count(program, "program small {rank 1 of 3}\n"), 1);
  EXPECT_EQ(count(program, " = all_reduce("), 2);
  emitted("gradient", {"--ranks", "3", "--rank", "1", "--update", "c", "--out", "step.graph"});
  const auto again = sganc({"compile", "step.graph", "-q"});
  EXPECT_EQ(again.out, program);
  const auto explained = [&](Words more) {
    more.insert(more.begin(), {"compile", "small.toml", "--explain", "--ranks", "3", "-q"});
    return sganc(more).out;
  };
  EXPECT_EQ(explained({"--update", "c", "--kernel", "c.message"}), R"(function c
  step              by                     with          layout         MB   GFLOP
  c.message         all-reduce over ranks  17 numbers    as it lies  0.000  0.0000
      cross_entropy; backward of logits.dense_1, trunk.conv_2, trunk.conv_1
      all sums that no later message waits for
  c.message.part_2  all-reduce over ranks  4618 numbers  as it lies  0.018  0.0000
      cross_entropy; backward of logits.dense_1, trunk.conv_2, trunk.conv_1
      all sums that no later message waits for
  all 18 steps: 0.000 GFLOP, 0.28 MB moved; arena 0.02 MB; 2 messages of 0.019 MB
)");
  EXPECT_EQ(
      explained({"--update", "c", "--kernel", "c.message_2", "--set", "net.trunk.layers.2.filters=300"}),
      R"(function c
  step             by                              with           layout         MB   GFLOP
  c.message_2      begin of all-reduce over ranks  21900 numbers  as it lies  0.088  0.0000
      backward of trunk.conv_2
      sums that no later message waits for, part 2 of 3; travels during 3 steps of 0.0021 GFLOP
  c.message_2.end  end of all-reduce over ranks    21900 numbers  as it lies  0.000  0.0000
      backward of trunk.conv_2
      awaited before c.apply.rate
  all 23 steps: 0.008 GFLOP, 8.14 MB moved; arena 0.19 MB; 4 messages of 0.676 MB
)");
  EXPECT_NE(explained({}).find("\nall updates, once each: 8 messages of 0.075 MB between the ranks\n"),
            std::string::npos);
}

TEST_F(CliCompile, RefusesRanksThatCannotBe) {
  const auto refused = [&](Words words) {
    words.insert(words.begin(), {"compile"});
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 2);
    return ending.err;
  };
  EXPECT_EQ(refused({"small.toml", "--ranks", "0"}), "error: --ranks must lie between 1 and 65536\n");
  EXPECT_EQ(refused({"small.toml", "--ranks", "2", "--rank", "2"}),
            "error: --rank must lie between 0 and 1 with --ranks 2\n");
  EXPECT_EQ(refused({"small.toml", "--rank", "-1"}),
            "error: --rank must lie between 0 and 0 with --ranks 1\n");
  const std::string few = refused({"small.toml", "--ranks", "5"});
  EXPECT_NE(few.find("error: 5 ranks cannot share the 4 examples that update \"c\" draws as \"x\"\n"),
            std::string::npos)
      << few;
  emitted("gradient", {"--ranks", "2", "--out", "step.graph"});
  EXPECT_EQ(refused({"step.graph", "--ranks", "2"}),
            "error: step.graph is the graph of rank 0 of 2 already\nhelp: leave out --ranks\n");
}

TEST_F(CliCompile, SaysWhereTheTimeGoes) {
  environment["XDG_CACHE_HOME"] = folder / "cache";  // an empty cache
  const auto rows = [&] {
    const auto ending = sganc({"compile", "small.toml", "--time-passes", "-q"});
    EXPECT_EQ(ending.code, 0) << ending.err;
    std::map<std::string, Words> rows;  // by first word
    for (const auto& line : lines_of(ending.err)) {
      std::istringstream words(line);
      for (std::string word; words >> word;) rows[line.substr(0, line.find(' '))].push_back(word);
    }
    return rows;
  };
  auto cold = rows(), warm = rows();
  ASSERT_EQ(cold["kernels"].size(), 23u);
  const std::string kernels = cold["kernels"][2], uses = cold["kernels"][4], shared = cold["kernels"][6];
  EXPECT_GT(std::stoi(kernels), 10);
  EXPECT_EQ(std::stoi(uses), std::stoi(kernels) + std::stoi(shared));
  EXPECT_EQ(cold["kernels"][8], kernels);  // all are compiled
  EXPECT_EQ(cold["simplify"], (Words{"simplify", cold["simplify"].at(1), "10", "functions"}));
  EXPECT_EQ(warm["kernels"], (Words{"kernels", "0.00", kernels, "for", uses, "uses,", shared, "shared;", "0",
                                    "compiled,", kernels, "in", "the", "cache"}));
  EXPECT_EQ(warm["linking"], (Words{"linking", "0.00", "the", "library", "is", "in", "the", "cache"}));
}

TEST_F(CliCompile, ExplainsEveryStep) {
  const auto explained = [&](Words more) {
    more.insert(more.begin(), {"compile", "small.toml", "--explain", "-q"});
    const auto ending = sganc(more);
    EXPECT_EQ(ending.code, 0) << ending.err;
    return ending.out;
  };
  EXPECT_EQ(explained({"--update", "d_real", "--kernel", "trunk.conv_1.forward"}), R"(function d_real
  step                  by                   with              layout                     MB   GFLOP
  trunk.conv_1.forward  halide few channels  bias, leaky_relu  nhwc f32, weights oihw  0.038  0.0001
      trunk.conv_1, trunk.leaky_relu_1
      3x3, 1 input channel: at most 4 channels on a side
      in parallel: output n 4
  all 16 steps: 0.001 GFLOP, 0.49 MB moved; arena 0.09 MB
)");
  EXPECT_EQ(explained({"--update", "c", "--kernel", "c.apply_2"}), R"(function c
  step     by            with           layout       MB   GFLOP
  c.apply  halide fused  12 operations  flat f32  0.129  0.0000
      supervised.trunk.conv_1.weight, supervised.trunk.conv_1.bias, supervised.trunk.conv_2.weight,
        supervised.trunk.conv_2.bias, supervised.logits.dense_1.weight, supervised.logits.dense_1.bias
      a result; pointwise, one element order: flat; 6 neighbours in memory: one call
      in parallel: output.update task
  all 16 steps: 0.001 GFLOP, 0.49 MB moved; arena 0.09 MB
)");
  EXPECT_EQ(explained({"--update", "c", "--kernel", "supervised.step.store"}), R"(function c
  step                   by    with  layout         MB   GFLOP
  supervised.step.store  copy  -     as it lies  0.000  0.0000
      the variable is still read where the value is computed
  all 16 steps: 0.001 GFLOP, 0.49 MB moved; arena 0.09 MB
)");
  const std::string all = explained({"--out", "steps.txt"});
  EXPECT_EQ(all, "");
  const std::string text = content("steps.txt");
  EXPECT_EQ(count(text, "function "), 6);
  EXPECT_EQ(count(text, " MB moved; arena "), 6);
  EXPECT_GT(count(text, "; oneDNN's "), 10);
}

TEST_F(CliCompile, ExplainsForScripts) {
  const auto ending = sganc({"compile", "small.toml", "--explain", "--format", "json", "--schedule", "onednn",
                             "--update", "g", "-q"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  const auto json = nlohmann::json::parse(ending.out);
  EXPECT_EQ(json["model"], "small");
  EXPECT_EQ(json["schedule"], "onednn");
  ASSERT_EQ(json["functions"].size(), 1u);
  const auto& g = json["functions"][0];
  EXPECT_EQ(g["function"], "g");
  EXPECT_EQ(g["count"], g["steps"].size());
  double flop = 0;
  std::int64_t bytes = 0;
  for (const auto& step : g["steps"]) {
    flop += step["flop"].get<double>();
    bytes += step["bytes"].get<std::int64_t>();
    EXPECT_EQ(step["onednn"] != "", step["implementation"].get<std::string>().starts_with("onednn")) << step;
  }
  EXPECT_EQ(g["flop"], flop);
  EXPECT_EQ(g["bytes"], bytes);
  const auto step = std::ranges::find_if(
      g["steps"], [](const auto& s) { return s["step"] == "generator.conv_transpose_2.forward"; });
  ASSERT_NE(step, g["steps"].end());
  EXPECT_EQ((*step)["implementation"], "onednn convolution");
  EXPECT_EQ((*step)["why"], "schedule onednn leaves few_channels out");
  EXPECT_EQ((*step)["forward"], (Words{"generator.conv_transpose_2", "generator.tanh_1"}));
  EXPECT_EQ((*step)["backward"], Words{});
  EXPECT_EQ((*step)["with"], (Words{"bias", "tanh"}));
  EXPECT_EQ((*step)["layout"], "nhwc f32, weights oihw");
}

TEST_F(CliCompile, LeavesPassesOut) {
  const std::string all = emitted("fused", {"--update", "c"});
  const std::string fewer = emitted("fused", {"--update", "c", "--disable-pass", "share-subexpressions",
                                              "--disable-pass", "fuse-epilogues", "--verify"});
  EXPECT_GT(count(fewer, "\n  group "), count(all, "\n  group "));
  EXPECT_EQ(count(fewer, " leaky_relu 0.2 ->"), 0);
  EXPECT_GT(count(all, " leaky_relu 0.2 ->"), 0);
}

TEST_F(CliCompile, SaysWhatIsWrong) {
  const auto message = [&](Words words) {
    words.insert(words.begin(), {"compile", "small.toml"});
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 2);
    EXPECT_EQ(ending.out, "");
    return ending.err;
  };
  EXPECT_EQ(message({"--emit", "kernel"}), R"(error: there is no form "kernel"
help: did you mean "kernels"?
)");
  EXPECT_EQ(message({"--emit", "asm"}), R"(error: this form needs one kernel
help: add --kernel NAME; --emit kernels lists them
)");
  EXPECT_EQ(message({"--emit", "asm", "--kernel", "g.aply"}), R"(error: there is no kernel "g.aply"
help: did you mean "g.apply"?
)");
  EXPECT_EQ(message({"--emit", "graph", "--update", "e"}), R"(error: there is no function "e"
help: expected one of "c", "d_real", "d_fake", "g", "classify", "sample"
)");
  EXPECT_EQ(message({"--disable-pass", "simplfy"}), R"(error: --disable-pass: there is no pass "simplfy"
help: did you mean "simplify"?
)");
  EXPECT_EQ(message({"--disable-pass", "form-groups"}),
            R"(error: the pass "form-groups" cannot be left out: what follows needs it
)");
  EXPECT_EQ(message({"--stop-after", "simplify"}),
            R"(error: --stop-after is for --emit fused and --emit plan, not for program
)");
  EXPECT_EQ(message({"--emit", "graph", "--format", "json"}),
            "error: --format json is for --explain, not for --emit graph\n");
  EXPECT_EQ(message({"--format", "json"}), "error: --format json is for --explain, not for --emit program\n");
  EXPECT_EQ(message({"--explain", "--emit", "fused"}), "error: --explain goes without --emit\n");
  EXPECT_EQ(message({"--explain", "--stop-after", "simplify"}),
            "error: --stop-after is for --emit fused and --emit plan, not for --explain\n");
  EXPECT_EQ(message({"--explain", "--kernel", "c.aply"}), R"(error: there is no kernel or other step "c.aply"
help: did you mean "c.apply"?
)");
  EXPECT_EQ(message({"--explain", "--kernel", "x"}), R"(error: there is no kernel or other step "x"
help: --explain without --kernel lists them
)");
  emitted("gradient", {"--out", "step.graph"});
  const auto ending = sganc({"compile", "step.graph", "--emit", "model"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(ending.err, R"(error: a graph file begins with the form "gradient"
help: name a model file
)");
}

}  // namespace
}  // namespace sganc::testing
