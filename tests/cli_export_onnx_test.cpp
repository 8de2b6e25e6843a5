// `sganc export --to onnx` and `--to torch`, of a run that was trained for a few steps.

#include "compiler/export/onnx/proto.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliExportOnnx : public ProgramTest {
 protected:
  CliExportOnnx() { train("run", {"-q"}); }

  Ending exported(const Words& more) {
    Words words = {"export", "run"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }
};

TEST_F(CliExportOnnx, AFileSaysWhatItHolds) {
  const auto ending = exported({"--to", "onnx", "--out", "net.onnx"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.out, "net.onnx\n");
  onnx::ModelProto file;
  ASSERT_TRUE(file.ParseFromString(content("net.onnx")));
  std::map<std::string, std::string> metadata;
  for (const auto& property : file.metadata_props()) metadata[property.key()] = property.value();
  EXPECT_EQ(metadata["model"], "small");
  EXPECT_EQ(metadata["image"], "[28,28,1]");
  EXPECT_EQ(metadata["range"], "[-1.0,1.0]");
  EXPECT_EQ(metadata["fit"], "crop");
  EXPECT_EQ(metadata["background"], "[255,255,255]");
  EXPECT_TRUE(metadata["classes"].starts_with("[\"T-shirt/top\",\"Trouser\",")) << metadata["classes"];
  EXPECT_TRUE(metadata.contains("step") && metadata.contains("epoch"));
  EXPECT_FALSE(metadata.contains("latent"));

  EXPECT_EQ(exported({"--to", "onnx", "--net", "generator", "--out", "net.onnx"}).code, 0);
  ASSERT_TRUE(file.ParseFromString(content("net.onnx")));
  ASSERT_EQ(file.graph().input_size(), 1);
  EXPECT_EQ(file.graph().input(0).name(), "latent");
  const auto latent = std::ranges::find(file.metadata_props(), "latent", &onnx::StringStringEntryProto::key);
  ASSERT_NE(latent, file.metadata_props().end());
  EXPECT_EQ(latent->value(), R"({"size":8,"distribution":"normal"})");
}

TEST_F(CliExportOnnx, AModuleAndItsWeights) {
  const auto ending = exported({"--to", "torch", "--out", "net"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.out, "net/small.py\n");
  EXPECT_TRUE(exists("net/small.safetensors"));
  const auto text = content("net/small.py");
  EXPECT_NE(text.find("CLASSES = [\"T-shirt/top\", "), std::string::npos) << text;
  EXPECT_NE(text.find("self.conv_transpose_1 = nn.ConvTranspose2d(8, 8, 4, stride=2, padding=1)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("return {\"probability\": classifier, \"logits\": logits, \"real\": critic.flatten()}"),
            std::string::npos)
      << text;
}

TEST_F(CliExportOnnx, Mistakes) {
  expect_error(exported({"--to", "onnx", "--out", "net.onnx", "--input", "flaot"}), 2,
               "error: --input is bytes or float, not \"flaot\"\nhelp: did you mean \"float\"?\n");
  expect_error(exported({"--to", "torch", "--out", "net", "--input", "float"}), 2,
               "error: --input is for --to onnx, not torch\n");
  expect_error(exported({"--to", "torch", "--out", "net", "--net", "trunk.conv_1"}), 2,
               "error: --to torch writes whole nets, and trunk.conv_1 is a layer of one\n");
  expect_error(exported({"--to", "onnx", "--out", "net.onnx", "--net", "trunc"}), 2,
               "error: the model has no net and no layer \"trunc\" that is a function of an image alone\n"
               "help: did you mean \"trunk\"?\n");
  expect_error(exported({"--to", "onnx", "--out", "missing/net.onnx"}), 2,
               "error: missing/net.onnx: cannot be written: No such file or directory\n");
  EXPECT_FALSE(exists("net.onnx") || exists("net"));
}

}  // namespace
}  // namespace sganc::testing
