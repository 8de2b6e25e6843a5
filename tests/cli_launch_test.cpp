// The scripts that people call: they say how threads wait, and find the program wherever it is installed.

#include <unistd.h>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kBuild = fs::path(SGANC_PROGRAM).parent_path();

class CliLaunch : public ProgramTest {
 protected:
  /// Returns what a shell command prints in the test's folder. The test fails if the command fails.
  std::string output(const std::string& command) const {
    std::string variables = "env -u GOMP_SPINCOUNT -u OMP_WAIT_POLICY";
    for (const auto& [name, value] : environment)
      if (name != "GOMP_SPINCOUNT") variables += " " + name + "='" + value + "'";
    const int status = std::system(
        ("cd '" + folder.path().string() + "' && " + variables + " " + command + " >out.txt 2>&1").c_str());
    EXPECT_EQ(status, 0) << command << "\n" << content("out.txt");
    return content("out.txt");
  }
  std::string waiting(const std::string& command) const {
    for (const auto& line : lines_of(output(command + " doctor")))
      if (line.starts_with("waiting ")) return line.substr(13);
    return "";
  }
};

const std::string kBriefly = "threads look 5000 times for work before they sleep (GOMP_SPINCOUNT)";

TEST_F(CliLaunch, SaysHowThreadsWaitUnlessThatIsSaid) {
  const std::string launch = "'" + (kBuild / "launch").string() + "'";
  EXPECT_EQ(waiting(launch), kBriefly);
  EXPECT_EQ(waiting("GOMP_SPINCOUNT=77 " + launch),
            "threads look 77 times for work before they sleep (GOMP_SPINCOUNT)");
  EXPECT_EQ(waiting("OMP_WAIT_POLICY=passive " + launch), "as OMP_WAIT_POLICY=passive says");
  EXPECT_EQ(output(launch + " eval-expr \"1 + 1\" 2>&1 | tail -n 1"), "2\n");
}

TEST_F(CliLaunch, TheProgramItselfStartsOnce) {
  EXPECT_TRUE(waiting("'" SGANC_PROGRAM "'").starts_with("threads look for work as long as OpenMP likes; "));
}

TEST_F(CliLaunch, AnInstalledProgramCanBeMoved) {
  output("cmake --install '" + kBuild.string() + "' --prefix '" + (folder / "here").string() + "'");
  fs::create_directory(folder / "a b");
  fs::rename(folder / "here", folder / "a b/there");
  fs::create_symlink("a b/there/bin/sganc", folder / "linked");
  for (const auto* installed : {"'a b/there/bin/sganc'", "./linked"}) {
    EXPECT_EQ(waiting(installed), kBriefly);
    EXPECT_FALSE(
        output(std::string(installed) + " compile small.toml --schedule onednn --emit plan").empty());
  }
  const fs::path share = "a b/there/share";
  EXPECT_TRUE(fs::exists(folder / share / "sganc/models/sganc.schema.json"));
  for (const auto* page :
       {"man/man1/sganc.1.gz", "bash-completion/completions/sganc", "zsh/site-functions/_sganc",
        "fish/vendor_completions.d/sganc.fish", "doc/sganc/copyright"})
    EXPECT_GT(fs::file_size(folder / share / page), 500U) << page;
  EXPECT_NE(output("./linked --help")
                .find("\nBegin with: sganc train '" + (folder / share).string() +
                      "/sganc/models/mnist_stacked.toml'\n"),
            std::string::npos);
  EXPECT_NE(output("./linked train small.toml --out run --threads 1")
                .find("\nnext     sganc eval run --split train\n"),
            std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "a b/there/bin"), fs::directory_iterator()),
            2);  // sganc and sganc-run
}

/// The program's folder of schedules is not beside it.
TEST_F(CliLaunch, AProgramBuiltElsewhereFindsItsSchedules) {
  fs::create_directories(folder / "some/where");
  fs::copy_file(SGANC_PROGRAM, folder / "some/where/sganc");
  fs::create_symlink(SGANC_SOURCE_DIR, folder / "some/where/source");
  EXPECT_FALSE(output("some/where/sganc compile small.toml --schedule onednn --emit plan").empty());
  EXPECT_TRUE(fs::is_directory(kBuild / "source/schedules"));
}

}  // namespace
}  // namespace sganc::testing
