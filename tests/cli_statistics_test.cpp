// A run whose layers note statistics and whose weights are averaged and begin by a batch.

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliStatistics : public ProgramTest {};

/// Whether a run was stopped or not: the same weights, statistics and averages.
TEST_F(CliStatistics, GoOnAsIfTheyNeverStopped) {
  const Words changes = {"-q",
                         "--set",
                         "net.trunk.layers.conv_1.norm=spectral_norm",
                         "--set",
                         "net.trunk.layers.conv_2.norm=weight_norm",
                         "--set",
                         "net.generator.layers.dense_1.norm=weight_norm",
                         "--set",
                         "update.c.minimize=cross_entropy(classifier(x), label(x)) + mse(critic(x), "
                         "teacher.critic(x))",
                         "--set",
                         "evaluate.average=true"};
  const auto with = [&](const std::string& epochs, Words more) {
    more.insert(more.end(), changes.begin(), changes.end());
    more.insert(more.end(), {"--set", "train.epochs=" + epochs});
    return more;
  };
  train("run", with("1", {}));
  train("run", with("2", {"--resume"}));
  train("whole", with("2", {}));
  EXPECT_EQ(content("run/checkpoints/last.safetensors"), content("whole/checkpoints/last.safetensors"));
  EXPECT_EQ(content("run/checkpoints/state.safetensors").size(),
            content("whole/checkpoints/state.safetensors").size());
  const std::string weights = content("whole/checkpoints/last.safetensors");
  for (const char* name : {"trunk.conv_1.weight_u", "average.trunk.conv_2.weight_v", "trunk.conv_2.weight_g"})
    EXPECT_NE(weights.find('"' + std::string(name) + '"'), std::string::npos) << name;
}

}  // namespace
}  // namespace sganc::testing
