// A run whose layers note statistics, and whose weights are averaged and initialized by a batch.

#include "runtime/train/checkpoint.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliStatistics : public ProgramTest {};

/// Returns the bytes of each tensor by name. The metadata is left out: it tells how long the training took.
std::map<std::string, std::string> tensors_of(const std::filesystem::path& file) {
  std::map<std::string, std::string> tensors;
  const auto checkpoint = Checkpoint::read(file);
  for (const auto& tensor : checkpoint.tensors())
    tensors[tensor.name] = {reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()};
  return tensors;
}

/// A run that was stopped ends with the same weights, statistics and averages as one that was not.
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
  const auto state = tensors_of(folder / "run/checkpoints/state.safetensors");
  EXPECT_TRUE(state.contains("average.trunk.conv_2.weight_v"));
  EXPECT_TRUE(state == tensors_of(folder / "whole/checkpoints/state.safetensors"));
  const std::string weights = content("whole/checkpoints/last.safetensors");
  for (const char* name : {"trunk.conv_1.weight_u", "average.trunk.conv_2.weight_v", "trunk.conv_2.weight_g"})
    EXPECT_NE(weights.find('"' + std::string(name) + '"'), std::string::npos) << name;
}

}  // namespace
}  // namespace sganc::testing
