// The compiler as a person watches it: stages, passes, graph files.

#include <algorithm>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliCompile : public ProgramTest {
 protected:
  std::string emitted(const std::string& stage, Words more = {}) {
    more.insert(more.begin(), {"compile", "small.toml", "--emit", stage, "-q"});
    const auto ending = sganc(more);
    EXPECT_EQ(ending.code, 0) << ending.err;
    EXPECT_EQ(ending.err, "");
    return ending.out;
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
  EXPECT_EQ(count(ending.err, "\n"), 10) << ending.err;
  EXPECT_EQ(ending.err.substr(0, ending.err.find('\n')), "pass                         ms");
  EXPECT_TRUE(exists("passes/000-c-begin.txt"));
  EXPECT_TRUE(exists("passes/001-c-simplify.txt"));
  const std::string page = content("passes/index.html");
  EXPECT_EQ(count(page, "<h2>"), 2);
  EXPECT_GT(count(page, "class=gone"), 5);
  EXPECT_EQ(count(page, "<details>"), count(page, "</details>"));
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
  EXPECT_EQ(message({"--emit", "kernel"}), R"(error: there is no stage "kernel"
help: did you mean "kernels"?
)");
  EXPECT_EQ(message({"--emit", "asm"}), R"(error: this stage is of one kernel
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
  emitted("gradient", {"--out", "step.graph"});
  const auto ending = sganc({"compile", "step.graph", "--emit", "model"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(ending.err, R"(error: a graph file goes on behind the stage "gradient"
help: name a model file
)");
}

}  // namespace
}  // namespace sganc::testing
