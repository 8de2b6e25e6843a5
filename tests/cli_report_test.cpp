// sganc report, and what a training writes to be looked at.

#include "tests/cli_program.h"
#include "tests/event_reader.h"
#include "tests/xml_mistake.h"

namespace sganc::testing {
namespace {

class CliReport : public ProgramTest {
 protected:
  std::string page(const std::string& file) const {
    const auto text = content(file);
    EXPECT_EQ(xml_mistake(text.substr(text.find('\n') + 1)), "") << file;
    return text;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(CliReport, IsWrittenAtTheEndOfATraining) {
  const auto ending = train("run", {"--set", "train.epochs=2"});
  EXPECT_TRUE(has(ending.err, "\nreport   run/report.html\nnext     ")) << ending.err;
  const auto text = page("run/report.html");
  for (const auto* part :
       {"<h1><bdi>run</bdi></h1>", "of the 10,000 images of the split test are right", "class=\"confusion\"",
        "The least certain images", "id=\"epoch-2\" checked", "data:image/svg+xml;base64,", "train.epochs",
        "./sganc train small.toml --out run", "./sganc train run/resolved.toml"})
    EXPECT_TRUE(has(text, part)) << part;
  EXPECT_FALSE(has(text, "://"));
}

TEST_F(CliReport, WithoutTestImagesSaysHowToMeasureThem) {
  train("run", {"--no-test", "-q"});
  const auto text = page("run/report.html");
  EXPECT_FALSE(has(text, "class=\"confusion\""));
  EXPECT_TRUE(has(text, "./sganc report run --split test"));
  // Nothing is measured that a person keeps for later.
  EXPECT_EQ(sganc({"report", "run"}).out, "run/report.html\n");
  EXPECT_EQ(page("run/report.html"), text);
  EXPECT_EQ(sganc({"report", "run", "--split", "test", "--out", "x.html", "--threads", "1"}).out, "x.html\n");
  EXPECT_TRUE(has(page("x.html"), "class=\"confusion\""));
}

TEST_F(CliReport, ComparesRuns) {
  train("a", {"-q"});
  train("b", {"-q", "--seed", "3", "--set", "train.epochs=2"});
  EXPECT_EQ(sganc({"report", "a", "b"}).out, "report.html\n");
  const auto text = page("report.html");
  EXPECT_TRUE(has(text, "<title>2 runs compared</title>"));
  EXPECT_TRUE(has(text, "<th scope=\"row\"><bdi>train.seed</bdi></th>"));
  EXPECT_FALSE(has(text, "The recall of each class"));
  EXPECT_EQ(sganc({"report", "a", "b", "--split", "test", "--threads", "1"}).code, 0);
  EXPECT_TRUE(has(page("report.html"), "The recall of each class on the split test."));
}

TEST_F(CliReport, OfDataThatAreGoneSaysSo) {
  train("run", {"-q"});
  folder.file("run/data.json", content("run/data.json"));
  std::filesystem::rename(folder / "run/checkpoints/last.safetensors", folder / "moved");
  const auto ending = sganc({"report", "run"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.err,
            "warning: the report of run has no measured images: the run \"run\" has no checkpoint yet\n");
  EXPECT_TRUE(has(page("run/report.html"),
                  "The images could not be measured: the run &quot;run&quot; has no "
                  "checkpoint yet."));
}

TEST_F(CliReport, RefusesWrongWords) {
  expect_error(sganc({"report", "none"}), 2, "error: the run folder \"none\" does not exist\n");
  train("run", {"-q"});
  expect_error(sganc({"report", "run", "--split", "tests"}), 2,
               "error: there is no split \"tests\"\nhelp: did you mean \"test\"?\n");
  expect_error(sganc({"report", "run", "--out", "none/x.html"}), 2,
               "error: none/x.html: cannot be written: No such file or directory\n");
}

TEST_F(CliReport, FailuresDoNotEndATraining) {
  train("run", {"-q"});
  std::filesystem::remove(folder / "run/report.html");
  std::filesystem::create_directories(folder / "run/report.html/x");
  const auto ending = sganc(training("run", {"--resume", "--set", "train.epochs=2"}));
  EXPECT_EQ(ending.code, 0);
  EXPECT_TRUE(has(ending.err, "\nwarning: the report was not written: run/report.html: ")) << ending.err;
}

TEST_F(CliReport, EventsAreWrittenUnlessTheyAreSwitchedOff) {
  train("run", {"-q"});
  std::vector<std::string> tags;
  for (const auto& [step, tag, number, bytes] : values_of(content("run/events.out.tfevents.sganc")))
    if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
  EXPECT_EQ(tags[0], "model");
  for (const auto* tag : {"c/loss", "samples", "evaluation/accuracy/test"})
    EXPECT_EQ(std::ranges::count(tags, tag), 1) << tag;
  train("off", {"-q", "--set", "report.tensorboard=false"});
  EXPECT_FALSE(exists("off/events.out.tfevents.sganc"));
  EXPECT_TRUE(has(content("off/resolved.toml"), "\n[report]\ntensorboard = false\n"));
}

}  // namespace
}  // namespace sganc::testing
