// Runs with everything that updates and optimizers offer: rates that change, clipped gradients, updates
// that are rare or repeated, ramps. Tests what is recorded of each step, and that a resumed run equals one
// that never stopped.

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliUpdates : public ProgramTest {
 protected:
  /// Words for a run of that many epochs of three steps.
  static Words epochs(int count, const Words& more = {}) {
    Words words = {"-q", "--set", "train.epochs=" + std::to_string(count)};
    for (const std::string change : {
             "optimizer.supervised.rate={ from = 2e-3, to = 1e-4, shape = \"cosine\", end = 8, warmup = 3 }",
             "optimizer.unsupervised={ kind = \"sgd\", rate = 0.01, momentum = 0.9, nesterov = true }",
             "optimizer.generator={ kind = \"rmsprop\", rate = { from = 1e-3, end = 20 } }",
             "update.c.every=2",
             "update.c.replace=false",
             "update.d_real.repeat=3",
             "update.d_real.clip_norm=0.1",
             "update.d_fake.minimize=ramp(0, 1, 6) * bce(critic(generator(z)), 0) + 0.1 * "
             "mean(largest(classifier(generator(z))) > 0.11)",
             "update.g.from_step=4",
             "update.g.clip_value=1e-4",
         })
      words.insert(words.end(), {"--set", change});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// Returns the run's records of steps, without their times.
  std::vector<nlohmann::ordered_json> steps_of(const std::string& run) const {
    auto steps = records(run + "/metrics.jsonl");
    std::erase_if(steps, [](const auto& record) { return record["kind"] != "step"; });
    for (auto& step : steps) step.erase("seconds");
    return steps;
  }
};

TEST_F(CliUpdates, TellOfWhatRan) {
  train("run", epochs(2));
  std::string text;
  const auto steps = steps_of("run");
  ASSERT_EQ(steps.size(), 6);
  for (const auto& record : steps) {
    for (const auto& [key, value] : record.items())
      if (value.is_object()) text += key + " ";
    text += "\n";
  }
  EXPECT_EQ(text,
            "d_real d_fake \n"
            "c d_real d_fake \n"
            "d_real d_fake \n"
            "c d_real d_fake g \n"
            "d_real d_fake g \n"
            "c d_real d_fake g \n");
  EXPECT_LE(steps[0]["d_fake"]["loss"], 0.1);  // where the ramp is 0
  EXPECT_GE(steps[5]["d_fake"]["loss"], 1);    // where it is 5 / 6, of about ln 11
}

TEST_F(CliUpdates, GoOnAsIfTheyNeverStopped) {
  for (const int stop : {1, 2, 3}) {
    train("run", epochs(stop, {"--force"}));
    train("run", epochs(4, {"--resume"}));
    train("whole", epochs(4, {"--force"}));
    EXPECT_EQ(content("run/checkpoints/last.safetensors"), content("whole/checkpoints/last.safetensors"));
    EXPECT_EQ(steps_of("run"), steps_of("whole"));
  }
}

}  // namespace
}  // namespace sganc::testing
