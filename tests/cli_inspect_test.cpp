// The verbs that train nothing: compile, data, doctor.

#include <regex>

#include "compiler/graph/module.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliInspect : public ProgramTest {
 protected:
  Ending emit(const std::string& form) {
    auto ending = sganc({"compile", "small.toml", "--emit", form, "--threads", "1"});
    EXPECT_EQ(ending.code, 0) << ending.err;
    return ending;
  }
};

TEST_F(CliInspect, GraphsParseBack) {
  const auto graph = emit("graph").out, gradient = emit("gradient").out;
  for (const auto& text : {graph, gradient}) {
    EXPECT_TRUE(text.starts_with("module small\nvariable ")) << text.substr(0, 100);
    EXPECT_EQ(to_string(parse_module(text, "text")), text);
    for (const auto* function : {"c", "d_real", "d_fake", "g", "classify", "sample"})
      EXPECT_NE(text.find("\nfunction " + std::string(function) + " {"), std::string::npos) << function;
  }
  EXPECT_EQ(graph.find("variable generator.adam"), std::string::npos);
  EXPECT_GT(gradient.size(), graph.size());
}

TEST_F(CliInspect, TheModelWithEveryDefault) {
  const auto model = emit("model").out;
  EXPECT_NE(model.find("\ncheckpoint_minutes = 5.0\n"), std::string::npos) << model;
  folder.file("full.toml", model);
  EXPECT_EQ(sganc({"compile", "full.toml", "--emit", "model"}).out, model);
}

TEST_F(CliInspect, TheProgramIsCompiledOnce) {
  environment["XDG_CACHE_HOME"] = folder / "cache";
  const auto cold = emit("program"), warm = emit("program");
  EXPECT_TRUE(cold.out.starts_with("program small\narena ")) << cold.out.substr(0, 100);
  EXPECT_TRUE(cold.err.starts_with("compiling ")) << cold.err;
  EXPECT_EQ(warm.err, "");
  EXPECT_EQ(warm.out, cold.out);
  EXPECT_EQ(sganc({"compile", "small.toml", "--threads", "1"}).out, cold.out);
  for (const auto& entry : std::filesystem::directory_iterator(folder / "cache/sganc/kernels"))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
}

TEST_F(CliInspect, CompileWritesAFile) {
  const auto ending = sganc({"compile", "small.toml", "--emit", "graph", "--out", "graph.txt"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.out + ending.err, "");
  EXPECT_EQ(content("graph.txt"), emit("graph").out);
  expect_error(sganc({"compile", "small.toml", "--emit", "graph", "--out", "none/graph.txt"}), 2,
               "error: none/graph.txt: cannot be written: No such file or directory\n");
}

TEST_F(CliInspect, UnknownStage) {
  expect_error(sganc({"compile", "small.toml", "--emit", "grph"}), 2,
               "error: there is no form \"grph\"\nhelp: did you mean \"graph\"?\n");
  expect_error(
      sganc({"compile", "small.toml", "--emit", "x"}), 2,
      "error: there is no form \"x\"\n"
      "help: expected one of \"model\", \"dot\", \"graph\", \"gradient\", \"fused\", \"plan\", \"kernels\", "
      "\"schedule\", \"stmt\", \"stmt-html\", \"asm\", \"object\", \"program\"\n");
}

TEST_F(CliInspect, DataListsWhatIsKnown) {
  const auto ending = sganc({"data", "--data", "sets"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.err, "");
  EXPECT_EQ(ending.out,
            "data folder: sets\n"
            "  mnist          not here yet: sganc data mnist\n"
            "  fashion-mnist  found\n"
            "  cifar10        not here yet: sganc data cifar10 says how to get it\n"
            "your own images, under [data] of a model:\n"
            "  source = { folder = \"photos\" }                   photos/CLASS/*.jpg, photos/unlabeled/*;\n"
            "                                                   sganc data photos looks at them\n"
            "  source = { images = \"x.npy\", labels = \"y.npy\" }  arrays, or images = \"mnist.npz\"\n");
  EXPECT_TRUE(sganc({"data"}).out.starts_with("data folder: " + environment["SGANC_DATA"] + "\n"));
}

TEST_F(CliInspect, DataDescribesASet) {
  const auto ending = sganc({"data", "fashion-mnist"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.err, "");
  EXPECT_EQ(ending.out,
            "fashion-mnist: 60000 training and 10000 test images of 28x28x1, 10 classes, every digest as "
            "expected\n"
            "training images of each class: 6000 6000 6000 6000 6000 6000 6000 6000 6000 6000\n");
}

TEST_F(CliInspect, UnknownData) {
  expect_error(sganc({"data", "fashion"}), 2,
               "error: there is no data set \"fashion\"\n"
               "help: expected one of \"mnist\", \"fashion-mnist\", \"cifar10\"\n");
}

TEST_F(CliInspect, DoctorLooksAtTheMachine) {
  const auto ending = sganc({"doctor"});
  EXPECT_TRUE(std::regex_search(
      ending.out,
      std::regex("\nbf16         (fast by AMX's tiles: --schedule bf16|fast by pairs \\(avx512_bf16\\): "
                 "--schedule bf16|not faster than f32 here)\nkernels")))
      << ending.out;
  EXPECT_EQ(ending.code, 0) << ending.out;
  EXPECT_EQ(ending.err, "");
  for (const auto* row : {"processor    ", "\nonednn       ", "\nhalide       ", "\nkernels      ",
                          "\n  fashion-mnist: found\n", "\nlinker       found\n", "\nmatrix product "})
    EXPECT_NE(ending.out.find(row), std::string::npos) << row << ending.out;

  const auto waiting = [&] {
    const std::string out = sganc({"doctor"}).out;
    const auto begin = out.find("\nwaiting      ") + 1;
    return out.substr(begin, out.find('\n', begin) - begin);
  };
  EXPECT_EQ(waiting(), "waiting      threads look 5000 times for work before they sleep (GOMP_SPINCOUNT)");
  environment.erase("GOMP_SPINCOUNT");
  EXPECT_EQ(waiting(),
            "waiting      threads look for work as long as OpenMP likes; the script sganc sets "
            "GOMP_SPINCOUNT=5000, which takes less from other programs");
  environment["OMP_WAIT_POLICY"] = "passive";
  EXPECT_EQ(waiting(), "waiting      as OMP_WAIT_POLICY=passive says");

  environment["PATH"] = folder.path();
  const auto bare = sganc({"doctor"});
  EXPECT_EQ(bare.code, 1);
  EXPECT_NE(bare.out.find("\nlinker       MISSING: install binutils, kernels cannot be linked without ld\n"),
            std::string::npos)
      << bare.out;
}

}  // namespace
}  // namespace sganc::testing
