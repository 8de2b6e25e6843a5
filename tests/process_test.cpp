// Programs of the system, and work in a fork of this process.

#include "runtime/system/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::TestFolder;
using namespace std::chrono_literals;

TEST(RunProgram, TellsHowAProgramEnded) {
  const TestFolder folder;
  const auto reason = [&](std::vector<std::string> arguments, std::chrono::milliseconds limit = 60s) {
    const auto program = arguments[0];
    const auto result = run_program(arguments, folder.path(), limit);
    return result.succeeded() ? "succeeded" : describe_failure(result, program);
  };
  EXPECT_EQ(reason({"true"}), "succeeded");
  EXPECT_EQ(reason({"false"}), "false failed with exit code 1");
  EXPECT_EQ(reason({"no-such-program-here"}), "no-such-program-here is not installed");
  EXPECT_EQ(reason({"sh", "-c", "echo first >&2; echo out; echo 'last words' >&2; exit 3"}), "last words");
  EXPECT_EQ(reason({"sh", "-c", "kill -9 $$"}), "sh was ended by signal 9");
  EXPECT_EQ(reason({"sleep", "600"}, 50ms), "sleep took too long");
  EXPECT_EQ(reason({"sh", "-c", "exec 2>&-; sleep 600"}, 50ms), "sh took too long");
}

TEST(RunProgram, IsEndedByWhoWaitsForIt) {
  const TestFolder folder;
  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  const std::jthread impatient([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  for (const auto* command : {"sleep 600", "exec 2>&-; exec sleep 600"})
    EXPECT_FALSE(run_program({"sh", "-c", command}, folder.path(), 600s, stop.get_token()).succeeded());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(RunProgram, PassesArgumentsAsTheyAreAndRunsInTheFolder) {
  const TestFolder folder;
  EXPECT_TRUE(run_program({"touch", "a b; $(c)"}, folder.path(), 60s).succeeded());
  EXPECT_TRUE(std::filesystem::exists(folder / "a b; $(c)"));
}

TEST(RunInFork, GivesItsResultOrWhyThereIsNone) {
  EXPECT_EQ(run_in_fork([] { return std::string("done"); }, 60s).text, "done");
  EXPECT_EQ(run_in_fork([] { return std::string(); }, 60s).failure, "");
  EXPECT_EQ(run_in_fork([]() -> std::string { throw std::runtime_error("no"); }, 60s).failure, "no");
  EXPECT_EQ(run_in_fork([]() -> std::string { throw 3; }, 60s).failure, "unknown failure");
  EXPECT_EQ(run_in_fork([]() -> std::string { ::_exit(3); }, 60s).failure, "ended with exit code 3");
  EXPECT_EQ(run_in_fork([]() -> std::string { std::abort(); }, 60s).failure, "ended by Aborted");
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(run_in_fork([&] { return large; }, 60s).text, large);
}

TEST(RunInFork, EndsWithItsTime) {
  const auto result = run_in_fork(
      []() -> std::string {
        for (;;) ::pause();
      },
      50ms);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.failure, "took more than the time limit");
}

}  // namespace
}  // namespace sganc
