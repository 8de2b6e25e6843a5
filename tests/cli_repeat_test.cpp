// A run that is repeated with the same seed and number of threads gives the same bits, whatever random
// numbers it draws and whatever statistics it notes.

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

/// Trains small.toml with all that draws random numbers, notes statistics and keeps averages.
class CliRepeat : public ProgramTest, public ::testing::WithParamInterface<const char*> {
 protected:
  CliRepeat() {
    std::string text = content("small.toml");
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"  { kind = \"flatten\" },\n",
                                              "  { kind = \"batch_norm\" },\n  { kind = \"flatten\" },\n"
                                              "  { kind = \"gaussian_noise\", deviation = 0.2 },\n"},
          {"  { kind = \"reshape\", shape = [7, 7, 8] },\n",
           "  { kind = \"reshape\", shape = [7, 7, 8] },\n  { kind = \"batch_norm\" },\n"},
          {"\"cross_entropy(classifier(x), label(x))\"",
           "\"cross_entropy(classifier(augment(x)), label(x)) + "
           "mse(classifier(augment(x)), teacher.classifier(augment(x)))\""}})
      text.replace(text.find(from), from.size(), to);
    folder.file("drawing.toml", text + R"toml(average = true

[augment]
shift   = 2
rotate  = 20
flip    = "horizontal"
elastic = { strength = 1, smoothness = 7 }
noise   = 0.1
cutout  = 5
)toml");
  }

  void train(const std::string& out, const std::string& seed) {
    const auto ending = sganc({"train", "drawing.toml", "-q", "--out", out, "--threads", GetParam(), "--seed",
                               seed, "--set", "train.steps_per_epoch=5"});
    ASSERT_EQ(ending.code, 0) << ending.err;
  }

  /// The metrics without the time that they took.
  std::vector<nlohmann::ordered_json> metrics(const std::string& run) const {
    auto found = records(run + "/metrics.jsonl");
    for (auto& record : found) record.erase("seconds");
    return found;
  }

  /// Returns the tensors of a safetensors file: all bytes behind its header.
  std::string tensors(const std::string& file) const {
    const std::string bytes = content(file);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return bytes.substr(sizeof header + header);
  }
};

TEST_P(CliRepeat, GivesTheSameBits) {
  train("a", "3");
  train("b", "3");
  EXPECT_EQ(metrics("a").size(), 6u);
  EXPECT_EQ(metrics("a"), metrics("b"));
  for (const char* file : {"checkpoints/last.safetensors", "checkpoints/epoch_0001.safetensors",
                           "samples/epoch_0001.png", "labels.txt"})
    EXPECT_TRUE(content("a/" + std::string(file)) == content("b/" + std::string(file))) << file;
  EXPECT_TRUE(tensors("a/checkpoints/state.safetensors") == tensors("b/checkpoints/state.safetensors"));
  train("c", "4");
  EXPECT_NE(metrics("a"), metrics("c"));
  EXPECT_FALSE(tensors("a/checkpoints/state.safetensors") == tensors("c/checkpoints/state.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(Threads, CliRepeat, ::testing::Values("1", "2"));

}  // namespace
}  // namespace sganc::testing
