// bench/growth in a folder of its own, beside a stand-in for the program that prints a made-up result.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "compiler/driver/bench/report.h"
#include "tests/data_folder.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

/// Returns what `bench --schedules default,onednn --format json` prints of a step of 2 GFLOP at half of the
/// speed of a matrix product.
std::string result() {
  BenchResult r{.model = "tiny", .processor = "P", .threads = 2, .repetitions = 3, .images = 200};
  r.variants = {{.schedule = "default", .flops = 2e9, .peak_bytes = 90000000},
                {.schedule = "onednn", .flops = 2e9, .peak_bytes = 80000000}};
  for (auto& v : r.variants) {
    v.update_ms = {{"g", {4, 4, 4}}};
    v.costs = {{.update = "g", .name = "flop", .ms = 4, .flops = 7, .layer = "ratio"}};
  }
  r.timings = {{.variant = 0, .flops = 2e9, .ms = {4, 4.125, 4}, .cpu_ms = {4, 4, 4}},
               {.variant = 1, .flops = 2e9, .ms = {5, 5.5, 6}, .cpu_ms = {5, 5, 5}}};
  r.product_gflops = {1000};
  return to_json(r);
}

class BenchGrowth : public ::testing::Test {
 protected:
  /// Writes the stand-in, which runs `program` when it is asked to measure. Its arguments are in $*.
  void stand_in(const std::string& program) {
    folder.file("result.json", result());
    const auto file =
        folder.file("sganc", "#!/bin/sh\n[ \"$1\" = bench ] || exit 0\necho \"$*\" >>\"${0%/*}/words\"\n" +
                                 program + "\ncat \"${0%/*}/result.json\"\n");
    folder.file("models/mnist_stacked.toml", "");
    const auto script = folder.file("bench/growth", content_of(SGANC_SOURCE_DIR "/bench/growth"));
    for (const auto& path : {file, script}) fs::permissions(path, fs::perms::owner_all);
  }

  /// Returns the exit code. The outputs are in the files `out` and `err`.
  int growth(const std::string& words) {
    const std::string in = "'" + folder.path().string() + "/";
    const int status =
        std::system((in + "bench/growth' " + words + " >" + in + "out' 2>" + in + "err'").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  TestFolder folder;
};

TEST_F(BenchGrowth, PrintsThreeTables) {
  stand_in("");
  EXPECT_EQ(growth("--quick"), 0);
  const std::string columns =
      " | ms a step | GFLOP | GFLOP/s | of the matrix product | peak memory MB | ms by onednn |\n"
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  const auto row = [](int value) {
    return "| " + std::to_string(value) + " | 4.00 | 2.00 | 500.0 | 50% | 90 | 5.50 |\n";
  };
  EXPECT_EQ(content_of(folder / "out"), "| batch" + columns + row(1) + row(50) + row(200) + "\n| filters" +
                                            columns + row(32) + row(128) + "\n| side of the image" + columns +
                                            row(16) + row(28) + "\n");
  const auto words = folder.without_path(content_of(folder / "words"));
  const std::string each =
      "bench FOLDER/models/mnist_stacked.toml --schedules default,onednn --repetitions 3 --warmup 1 --format "
      "json "
      "--quiet";
  EXPECT_EQ(words.substr(0, words.find('\n')),
            each +
                " --set update.c.draw.x=labeled 1 --set update.d_real.draw.x=unlabeled 1"
                " --set update.d_fake.draw.z=latent 1 --set update.g.draw.z=latent 2");
  EXPECT_NE(words.find(each + " --set input.image=[16, 16, 1] --set net.generator.layers.dense_1.units=2048"
                              " --set net.generator.layers.reshape_1.shape=[4, 4, 128]\n"),
            std::string::npos)
      << words;
}

TEST_F(BenchGrowth, SaysWhatFailed) {
  stand_in(
      "case \"$*\" in\n"
      "*'latent 400') printf '%s\\n' '--set:1:1: error: too many' 'help: fewer' >&2; exit 2 ;;\n"
      "*'latent 100') kill -9 $$ ;;\n"
      "esac");
  EXPECT_EQ(growth("--quick"), 1);
  const auto out = content_of(folder / "out");
  EXPECT_NE(out.find("| 1 | 4.00 | 2.00 | 500.0 | 50% | 90 | 5.50 |\n"
                     "| 50 | - | - | - | - | - | - |\n"
                     "| 200 | - | - | - | - | - | - |\n\n"
                     "batch 50: error: sganc ended with exit code 137\n"
                     "batch 200: error: too many\n\n"
                     "| filters |"),
            std::string::npos)
      << out;
}

TEST_F(BenchGrowth, RefusesWords) {
  stand_in("");
  const auto mistake = [&](const std::string& words, const std::string& message) {
    EXPECT_EQ(growth(words), 2);
    EXPECT_EQ(content_of(folder / "out"), "");
    EXPECT_EQ(content_of(folder / "err"), "bench/growth: error: " + message + "\n");
  };
  mistake("--fast", "there is no option --fast; see bench/growth --help");
  mistake("none.toml", "cannot read \"none.toml\"");
  mistake("/dev/null /dev/null", "one MODEL is enough: \"/dev/null\" or \"/dev/null\"");
  EXPECT_EQ(growth("--help"), 0);
  EXPECT_TRUE(content_of(folder / "out").starts_with("How the cost of a training step grows "))
      << content_of(folder / "out");
  EXPECT_FALSE(fs::exists(folder / "words")) << "nothing was measured";
}

}  // namespace
}  // namespace sganc::testing
