// sganc check: what training will cost, on random data.

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliCheck : public ProgramTest {
 protected:
  Ending check(Words words) {
    words.insert(words.begin(), {"check", "small.toml", "--threads", "1"});
    return sganc(words);
  }
};

TEST_F(CliCheck, SaysWhatTrainingWillCost) {
  const auto ending = check({});
  EXPECT_EQ(ending.code, 0) << ending.err;
  const std::regex lines(
      R"(model     small: [0-9,]+ parameters, 4 updates
step      [0-9.]+ ms, 0\.0 GFLOP
epoch     3 steps: 0 s
training  1 epoch: 0 s
evaluate  10000 images: [0-9.]+ s
memory    [0-9]+ MB at most: 0 MB of weights and optimizer states, 0 MB of their file while it is read, [0-9]+ MB of activations, 55 MB of images, [0-9]+ MB of the program and its scratch
)");
  EXPECT_TRUE(std::regex_match(ending.out, lines)) << ending.out;
}

TEST_F(CliCheck, AsJson) {
  const auto ending = check({"--format", "json", "--set", "train.epochs=7"});
  const auto json = nlohmann::json::parse(ending.out);
  EXPECT_EQ(json["model"], "small");
  EXPECT_EQ(json["epochs"], 7);
  EXPECT_GT(json["step_seconds"], 0);
  EXPECT_NEAR(json["training_seconds"], 21 * json["step_seconds"].get<double>(),
              1e-9);  // 7 epochs of 3 steps
  EXPECT_GT(json["flop"], 0);
  EXPECT_GT(json["activation_bytes"], 0);
}

TEST_F(CliCheck, NamesWhatIsNotFinite) {
  const auto ending = check({"-q", "--set", "update.c.minimize=\"log(0 * mean(logits(x)) - 1)\""});
  EXPECT_EQ(ending.code, 1);
  EXPECT_EQ(ending.out, "");
  EXPECT_EQ(ending.err.substr(0, ending.err.find(": first in ")),
            "error: \"c\" is not finite on random data");
}

/// small.toml as a conditional GAN.
class CliConditional : public ProgramTest {
 protected:
  CliConditional() {
    write_variant("part.toml", "latent = { size = 8 }", "latent = { size = 8 }\nclass = { classes = 10 }");
    std::string text = content("part.toml");
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{
              "of = \"latent\"\nlayers = [\n",
              "of = [\"latent\", \"class\"]\nlayers = [{ kind = \"concat\" },\n"},
          {"z = \"latent 4\" }", "z = \"latent 4\", y = \"class 4\" }"},
          {"z = \"latent 8\" }", "z = \"latent 8\", y = \"class 8\" }"},
          {"bce(critic(generator(z)), 0)", "bce(critic(generator(z, y)), 0)"},
          {"bce(critic(generator(z)), 1)", "cross_entropy(classifier(generator(z, y)), y)"}})
      text.replace(text.find(from), from.size(), to);
    std::ofstream(folder / "conditional.toml") << text;
  }
};

TEST_F(CliConditional, TrainsAndSamples) {
  const auto checked = sganc({"check", "conditional.toml", "-q", "--threads", "1"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  const auto trained = sganc({"train", "conditional.toml", "--out", "run", "--threads", "1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(exists("run/samples/epoch_0001.png"));
  EXPECT_NE(content("run/resolved.toml").find("\nclass = { classes = 10 }\n"), std::string::npos);
  const auto sampled = sganc({"sample", "run", "--count", "130", "--out", "grid.png", "--threads", "1"});
  EXPECT_EQ(sampled.out, "grid.png\n") << sampled.err;
}

TEST_F(CliConditional, HasTheClassesOfTheData) {
  std::string text = content("conditional.toml");
  text.replace(text.find("classes = 10"), 12, "classes = 8");
  std::ofstream(folder / "eight.toml") << text;
  const auto ending = sganc({"train", "eight.toml", "-q", "--out", "run", "--threads", "1"});
  expect_error(ending, 2, R"(eight.toml:9:1: error: the input "class" has 8 classes, fashion-mnist has 10
  9 | class = { classes = 8 }
    | ^^^^^
)");
}

TEST_F(CliCheck, MistakesOfTheModel) {
  const auto ending = check({"-q", "--set", "net.logits.layers.dense_1.units=0"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_NE(ending.err.find("units must be at least 1, not 0"), std::string::npos) << ending.err;
}

}  // namespace
}  // namespace sganc::testing
