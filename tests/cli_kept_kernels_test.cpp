// kernels.so in a run folder: the verbs that use a run compile nothing, wherever the run and the cache are.

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliKeptKernels : public ProgramTest {
 protected:
  CliKeptKernels() {
    train("run", {"-q", "--set", "data.limit=600"});
    environment["XDG_CACHE_HOME"] = folder / "empty";
  }

  Ending of_run(const std::string& verb, const Words& more, const std::string& run = "run") {
    Words words = {verb, run};
    words.insert(words.end(), more.begin(), more.end());
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 0) << ending.err;
    return ending;
  }

  Ending sample() { return of_run("sample", {"--count", "3", "--out", "x.npy"}); }

  /// Returns how many files the cache got since the last call.
  std::ptrdiff_t compiled() {
    const fs::path kernels = folder / "empty/sganc/kernels";
    const auto count = fs::exists(kernels) ? std::distance(fs::directory_iterator(kernels), {}) : 0;
    fs::remove_all(folder / "empty");
    return count;
  }
};

TEST_F(CliKeptKernels, VerbsCompileNothing) {
  of_run("sample", {"--count", "3", "--save-latent", "points.npy", "--out", "x.png"});
  of_run("sample", {"--latent", "points.npy", "--out", "y.png"});
  EXPECT_EQ(content("x.png"), content("y.png"));
  of_run("predict", {"x.png"});
  of_run("eval", {});
  of_run("suggest", {"--count", "2"});
  of_run("report", {"--split", "test"});
  EXPECT_EQ(compiled(), 0);
  fs::rename(folder / "run", folder / "moved");
  const auto ending = of_run("predict", {"x.png", "--checkpoint", "1"}, "moved");
  EXPECT_EQ(ending.err, "");
  EXPECT_EQ(compiled(), 0);
}

TEST_F(CliKeptKernels, OtherOptionsCompileAnew) {
  const auto ending = of_run("sample", {"--count", "3", "--out", "x.npy", "--schedule", "naive"});
  EXPECT_TRUE(ending.err.starts_with(
      "kernels are compiled: run/kernels.so is for other functions, or another schedule, "
      "number of threads, processor or version of sganc\ncompiling "))
      << ending.err;
  EXPECT_GT(compiled(), 0);
}

TEST_F(CliKeptKernels, DamagedOrMissingTheyMakeNoDifference) {
  sample();
  const auto images = content("x.npy");
  auto bytes = content("run/kernels.so");
  bytes[bytes.size() / 2] ^= 1;
  folder.file("run/kernels.so", bytes);
  EXPECT_TRUE(sample().err.starts_with(
      "kernels are compiled: run/kernels.so is damaged, or was not made by this user on "
      "this machine\ncompiling "));
  EXPECT_EQ(content("x.npy"), images);
  EXPECT_GT(compiled(), 0);
  fs::remove(folder / "run/kernels.so");
  EXPECT_TRUE(sample().err.starts_with("compiling "));
  EXPECT_EQ(content("x.npy"), images);
}

TEST_F(CliKeptKernels, NobodyElsesMachineCodeIsLoaded) {
  environment["XDG_STATE_HOME"] = folder / "other";
  EXPECT_TRUE(
      sample().err.starts_with("kernels are compiled: run/kernels.so is damaged, or was not made by "
                               "this user on this machine\ncompiling "));
  EXPECT_GT(compiled(), 0);
  const auto key = folder / "other/sganc/key";
  EXPECT_EQ(fs::file_size(key), 32U);
  EXPECT_EQ(fs::status(key).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(CliKeptKernels, AResumeKeepsThoseOfTheChangedModel) {
  const auto before = content("run/kernels.so");
  environment.erase("XDG_CACHE_HOME");
  write_variant("small.toml", "slope = 0.2", "slope = 0.3");
  train("run", {"-q", "--set", "data.limit=600", "--resume", "--accept-changes", "--set", "train.epochs=2"});
  EXPECT_NE(content("run/kernels.so"), before);
  environment["XDG_CACHE_HOME"] = folder / "empty";
  sample();
  EXPECT_EQ(compiled(), 0);
}

}  // namespace
}  // namespace sganc::testing
