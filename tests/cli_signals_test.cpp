// Signals and closed pipes in every part of a training's life: while data are loaded, kernels compiled and
// steps run. Also two trainings that want one folder.

#include <signal.h>

#include <chrono>
#include <thread>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

class CliSignals : public ProgramTest {
 protected:
  /// Puts a program of that name first in PATH.
  void put_in_path(const std::string& name, const std::string& script) {
    const auto file = folder.file("bin/" + name, "#!/bin/sh\n" + script);
    fs::permissions(file, fs::perms::owner_all);
    environment["PATH"] = (folder / "bin").string() + ":/usr/bin:/bin";
  }

  /// Makes downloads never end.
  void put_endless_curl() {
    put_in_path("curl", "echo $$ > \"" + (folder / "curl.pid").string() + "\"\nexec sleep 600\n");
  }

  bool curl_runs() const { return ::kill(std::stoi(content("curl.pid")), 0) == 0; }

  /// Sends the signal and returns how the program ends. It must end soon, also on a busy machine.
  static Ending ending_after(int signal, RunningProgram& program) {
    const auto begin = Clock::now();
    program.send(signal);
    const auto ending = program.wait();
    EXPECT_LT(Clock::now() - begin, 10s);
    return ending;
  }

  const Words endless = {"--set", "train.epochs=1000000"};
};

TEST_F(CliSignals, EndADownload) {
  put_endless_curl();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    fs::remove(folder / "curl.pid");
    auto program = start(training("run", {"--set", "data.source=mnist"}));
    program.wait_for_lines(folder / "curl.pid", 1);
    const auto ending = ending_after(signal, program);
    EXPECT_EQ(ending.code, 128 + signal);
    EXPECT_TRUE(ending.err.ends_with(" before the first step: nothing was written\n")) << ending.err;
    EXPECT_FALSE(exists("run"));
    EXPECT_FALSE(curl_runs());
    EXPECT_TRUE(fs::is_empty(folder / "data"));
  }
}

TEST_F(CliSignals, EndTheReadingOfPictures) {
  const auto picture = content_of(fs::path(SGANC_SOURCE_DIR) / "models/mnist_stacked.png");
  for (int i = 0; i < 2000; ++i)
    folder.file("photos/" + std::string(i % 2 ? "a/" : "b/") + std::to_string(i) + ".png", picture);
  auto program = start(training("run", {"--set", "data.source={ folder = \"photos\" }"}));
  std::this_thread::sleep_for(700ms);
  const auto ending = ending_after(SIGTERM, program);
  EXPECT_EQ(ending.code, 143) << ending.err;
  EXPECT_TRUE(ending.err.ends_with("stopped by SIGTERM before the first step: nothing was written\n"))
      << ending.err;
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliSignals, EndACompilation) {
  environment["XDG_CACHE_HOME"] = folder / "cache";
  auto program = start(training("run"));
  program.wait_for_error("compiling");
  const auto ending = ending_after(SIGHUP, program);
  EXPECT_EQ(ending.code, 129) << ending.err;
  EXPECT_TRUE(ending.err.ends_with("stopped by SIGHUP before the first step: nothing was written\n"))
      << ending.err;
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliSignals, AnErrorDoesNotWaitForADownload) {
  put_endless_curl();
  folder.file("bad.toml", "name = \"bad\"\n[[kernel]]\nmatch = \"*\"\noutput = [\"vectorize nothing 8\"]\n");
  const auto begin = Clock::now();
  const auto ending = sganc(training("run", {"--set", "data.source=mnist", "--schedule", "bad.toml"}));
  EXPECT_EQ(ending.code, 2) << ending.err;
  EXPECT_LT(Clock::now() - begin, 20s);
  EXPECT_TRUE(!exists("curl.pid") || !curl_runs());
  EXPECT_FALSE(exists("run"));
}

TEST_F(CliSignals, NohupKeepsARunGoing) {
  Words words = {"nohup", SGANC_PROGRAM};
  for (const auto& word : training("run", endless)) words.push_back(word);
  auto program = start_other(words);
  program.wait_for_lines(folder / "run/metrics.jsonl", 3);
  program.send(SIGHUP);
  const auto lines = static_cast<std::ptrdiff_t>(lines_of(content("run/metrics.jsonl")).size());
  program.wait_for_lines(folder / "run/metrics.jsonl", lines + 20);
  EXPECT_EQ(ending_after(SIGTERM, program).code, 143);
}

TEST_F(CliSignals, AClosedPipeEndsNothing) {
  std::string command = SGANC_PROGRAM;
  for (const auto& word : training("run", {"--set", "train.epochs=3"})) command += " " + word;
  const auto ending =
      start_other({"sh", "-c", "{ " + command + "; echo $? > code; } 2>&1 | head -n 1"}).wait();
  EXPECT_EQ(lines_of(ending.out).size(), 1U);
  EXPECT_EQ(content("code"), "0\n");
  EXPECT_EQ(records("run/metrics.jsonl").size(), 9U + 1);
  EXPECT_NE(content("run/log.txt").find("\ntest accuracy "), std::string::npos);
}

TEST_F(CliSignals, OtherVerbsEndWithTheirReader) {
  const auto ending =
      start_other({"sh", "-c", "{ " + std::string(SGANC_PROGRAM) + " schema; echo $? > code; } | head -c 1"})
          .wait();
  EXPECT_EQ(ending.out, "{");
  EXPECT_EQ(ending.err, "");
  EXPECT_TRUE(content("code") == "141\n" || content("code") == "0\n") << content("code");
}

TEST_F(CliSignals, AFolderBelongsToOneTraining) {
  auto program = start(training("run", endless));
  program.wait_for_lines(folder / "run/metrics.jsonl", 8);
  const auto model = content("run/model.toml"), log = content("run/log.txt");
  for (const Words& flags : {Words{}, Words{"--force"}, Words{"--resume"}}) {
    const auto second =
        ProgramTest::start_other([&] {
          Words words = {"sh", "-c", "exec \"$0\" \"$@\" 2> second.err > second.out", SGANC_PROGRAM};
          for (const auto& word : training("run", endless)) words.push_back(word);
          words.insert(words.end(), flags.begin(), flags.end());
          return words;
        }())
            .wait();
    EXPECT_EQ(second.code, 2);
    const auto said = content("second.err");
    EXPECT_TRUE(said.starts_with("error: the run folder \"run\" is in use by process " +
                                 std::to_string(program.pid()) + ", since 20"))
        << said;
  }
  EXPECT_EQ(content("run/model.toml"), model);
  EXPECT_TRUE(content("run/log.txt").starts_with(log));
  EXPECT_TRUE(program.is_running());
  program.send(SIGKILL);
  program.wait();
  EXPECT_TRUE(exists("run/.lock"));
  train("run", {"--force", "-q"});  // the lock has ended with its process
  EXPECT_FALSE(exists("run/.lock"));
}

}  // namespace
}  // namespace sganc::testing
