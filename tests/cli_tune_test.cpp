// tune as a person runs it: a schedule and its records, going on, being stopped, mistakes.

#include <signal.h>

#include <set>

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliTune : public ProgramTest {
 protected:
  Words tuning(const std::string& budget, const Words& more = {}) const {
    Words words = {"tune", "small.toml", "--threads", "1", "--budget", budget};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// Expects that no candidate is measured twice, except for the best, which are measured again to be sure.
  void expect_each_once(const std::string& file) const {
    std::set<std::string> seen;
    for (const auto& r : records(file)) {
      if (r["measured"]["ms"].size() > 7) continue;  // the best, once more
      const auto key = r["workload"].get<std::string>() + r["parameters"].get<std::string>();
      if (!seen.insert(key).second) ADD_FAILURE() << r << "\nof\n" << content(file);
    }
  }
};

TEST_F(CliTune, WritesAScheduleThatLoads) {
  const auto ending = sganc(tuning("3s", {"-q", "--format", "json"}));
  ASSERT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(ending.err, "");
  const auto report = nlohmann::ordered_json::parse(ending.out);
  EXPECT_EQ(report["model"], "small");
  EXPECT_EQ(report["schedule"], "default");
  EXPECT_EQ(report["threads"], 1);
  EXPECT_EQ(report["records"], "runs/tune/small.jsonl");
  EXPECT_EQ(report["file"], "runs/tune/small-tuned.toml");
  EXPECT_GT(report["kernels"].size(), 10U);
  EXPECT_GT(report["measured"], 0);
  EXPECT_EQ(report["measured"], records("runs/tune/small.jsonl").size());
  expect_each_once("runs/tune/small.jsonl");
  const auto compiled =
      sganc({"compile", "small.toml", "--schedule", "runs/tune/small-tuned.toml", "--emit", "program", "-q"});
  EXPECT_EQ(compiled.code, 0) << compiled.err;
}

TEST_F(CliTune, GoesOnFromItsRecords) {
  const Words files = {"--records",      "r.jsonl",  "--out",
                       "mine/best.toml", "--kernel", "c/trunk.conv_1.forward"};
  const auto first = sganc(tuning("2s", files));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_TRUE(first.out.starts_with("kernel ")) << first.out;
  EXPECT_TRUE(first.out.ends_with(" kept in r.jsonl\nschedule mine/best.toml\n")) << first.out;
  EXPECT_NE(first.out.find("/trunk.conv_1.forward "), std::string::npos) << first.out;
  EXPECT_TRUE(exists("mine/best.toml"));
  const auto before = records("r.jsonl").size();
  folder.file("r.jsonl", content("r.jsonl") + "{\"workload\":\"1");
  const auto second = sganc(tuning("1s", files));
  ASSERT_EQ(second.code, 0) << second.err;
  auto lines = lines_of(content("r.jsonl"));
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(before));
  std::string whole;
  for (const auto& line : lines) whole += line + "\n";
  folder.file("r.jsonl", whole);
  expect_each_once("r.jsonl");
}

TEST_F(CliTune, StopsAtCtrlC) {
  auto program = start(tuning("1h"));
  program.wait_for_lines(folder / ".err", 1);
  while (program.is_running() && !exists("runs/tune/small.jsonl")) ::usleep(2000);
  program.wait_for_lines(folder / "runs/tune/small.jsonl", 2);
  program.send(SIGINT);
  const auto ending = program.wait();
  EXPECT_EQ(ending.code, 130);
  EXPECT_EQ(ending.out, "");
  EXPECT_TRUE(ending.err.ends_with("\nstopped; the same command goes on from runs/tune/small.jsonl\n"))
      << ending.err;
  EXPECT_GE(records("runs/tune/small.jsonl").size(), 2U);  // each record is whole
  EXPECT_FALSE(exists("runs/tune/small-tuned.toml"));
}

TEST_F(CliTune, Mistakes) {
  for (const std::string budget : {"10", "m", "0s", "1.5m", "10 m", "-5s", "5d", "9999999s"})
    expect_error(sganc({"tune", "small.toml", "--budget=" + budget}), 2,
                 "error: --budget cannot be \"" + budget + "\"\nhelp: write it as in 90s, 10m, 1h\n");
  expect_error(sganc({"tune", "small.toml", "-q", "--kernel", "trunk.conv_1.forwrd"}), 2,
               "error: the model \"small\" has nothing to tune that is called \"trunk.conv_1.forwrd\"\n"
               "help: did you mean \"trunk.conv_1.forward\"?\n");
  EXPECT_FALSE(exists("runs"));
  expect_error(sganc({"tune"}), 2,
               "error: sganc tune needs a MODEL\nhelp: write sganc tune MODEL [--budget 10m] [--kernel NAME] "
               "[--records FILE.jsonl] [--out FILE.toml]\n");
}

}  // namespace
}  // namespace sganc::testing
