// sganc check: what training will cost, on random data.

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
memory    [0-9]+ MB, of it 0 MB of weights and optimizer states and [0-9]+ MB of activations; the data set comes on top
)");
  EXPECT_TRUE(std::regex_match(ending.out, lines)) << ending.out;
}

TEST_F(CliCheck, AsJson) {
  const auto ending = check({"--format", "json", "--set", "train.epochs=7"});
  const auto json = nlohmann::json::parse(ending.out);
  EXPECT_EQ(json["model"], "small");
  EXPECT_EQ(json["epochs"], 7);
  EXPECT_GT(json["step_seconds"], 0);
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

TEST_F(CliCheck, MistakesOfTheModel) {
  const auto ending = check({"-q", "--set", "net.logits.layers.dense_1.units=0"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_NE(ending.err.find("units must be at least 1, not 0"), std::string::npos) << ending.err;
}

}  // namespace
}  // namespace sganc::testing
