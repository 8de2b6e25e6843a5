// The words behind `sganc`: help, versions, and every way to mistype them.

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

const std::vector<std::string> kVerbs = {"init",   "check",   "train",   "eval",      "predict", "sample",
                                         "report", "inspect", "compile", "eval-expr", "bench",   "tune",
                                         "schema", "data",    "doctor",  "study",     "suggest", "export"};

using CliWords = ProgramTest;

TEST_F(CliWords, HelpNamesEveryVerb) {
  for (const auto* word : {"--help", "-h", "help"}) {
    const auto ending = sganc({word});
    EXPECT_EQ(ending.code, 0);
    EXPECT_EQ(ending.err, "");
    EXPECT_TRUE(ending.out.starts_with(
        "sganc compiles semi-supervised GANs declared in TOML and trains them on the CPU\n\n"
        "usage: sganc VERB ...\n\n"))
        << ending.out;
    for (const auto& verb : kVerbs)
      EXPECT_NE(ending.out.find("\n  " + verb + " "), std::string::npos) << verb;
  }
}

TEST_F(CliWords, EveryVerbHasAPage) {
  for (const auto& verb : kVerbs) {
    const auto ending = sganc({verb, "--help"});
    EXPECT_EQ(ending.code, 0);
    EXPECT_EQ(ending.err, "");
    EXPECT_NE(ending.out.find("\nusage: sganc " + verb + " "), std::string::npos) << ending.out;
    const std::string format = verb == "predict" ? "--format csv|json|text" : "--format text|json";
    for (const auto& flag :
         {format, std::string("--color auto|always|never"), std::string("--quiet"), std::string("--help")})
      EXPECT_NE(ending.out.find(flag), std::string::npos) << verb << " " << flag;
  }
}

TEST_F(CliWords, Version) {
  const auto ending = sganc({"--version"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(ending.err, "");
  EXPECT_EQ(ending.out, "sganc " SGANC_VERSION "\n");
}

TEST_F(CliWords, NoVerbShowsTheHelpAsAMistake) {
  const auto ending = sganc({});
  EXPECT_EQ(ending.code, 2);
  EXPECT_EQ(ending.out, "");
  EXPECT_EQ(ending.err, sganc({"--help"}).out);
}

TEST_F(CliWords, UnknownVerb) {
  expect_error(sganc({"trian"}), 2, "error: sganc has no verb \"trian\"\nhelp: did you mean \"train\"?\n");
  expect_error(
      sganc({"fly"}), 2,
      "error: sganc has no verb \"fly\"\n"
      "help: expected one of \"init\", \"check\", \"train\", \"eval\", \"study\", \"suggest\", \"predict\", "
      "\"sample\", \"report\", \"inspect\", "
      "\"compile\", "
      "\"eval-expr\", \"bench\", \"tune\", \"export\", \"schema\", "
      "\"data\", \"doctor\"\n");
}

TEST_F(CliWords, UnknownOption) {
  expect_error(sganc({"train", "small.toml", "--resum"}), 2,
               "error: sganc train has no option --resum\nhelp: did you mean \"--resume\"?\n");
  expect_error(
      sganc({"data", "-x"}), 2,
      "error: sganc data has no option -x\n"
      "help: expected one of \"--labels\", \"--file-column\", \"--class-column\", \"--data\", \"--format\", "
      "\"--color\", \"--quiet\", \"--verbose\", "
      "\"--help\"\n");
}

TEST_F(CliWords, TooFewOrTooManyWords) {
  expect_error(sganc({"train"}), 2,
               "error: sganc train needs a MODEL\n"
               "help: write sganc train MODEL [--out DIR] [--resume [--accept-changes]] [--set KEY=VALUE] "
               "[options]\n");
  expect_error(sganc({"eval"}), 2,
               "error: sganc eval needs a RUN\n"
               "help: write sganc eval RUN [--split SPLIT] [--checkpoint best|last|N] "
               "[--data DIR] [--set data.source.folder=PATH] [--any-data] [--images PATH]\n");
  expect_error(sganc({"doctor", "nurse"}), 2,
               "error: sganc doctor does not know what to do with \"nurse\"\nhelp: write sganc doctor "
               "[--data DIR] | --clean\n");
}

TEST_F(CliWords, ValuesThatOptionsDoNotTake) {
  const std::string see = "help: see sganc train --help\n";
  const std::map<Words, std::string> mistakes = {
      {{"--format", "xml"}, "error: --format cannot be \"xml\"\nhelp: expected one of \"text\", \"json\"\n"},
      {{"--format", "jsn"}, "error: --format cannot be \"jsn\"\nhelp: did you mean \"json\"?\n"},
      {{"--color", "sometimes"},
       "error: --color cannot be \"sometimes\"\nhelp: expected one of \"auto\", \"always\", \"never\"\n"},
      {{"--threads", "0"}, "error: --threads must lie between 1 and 1024\n"},
      {{"--threads", "1025"}, "error: --threads must lie between 1 and 1024\n"},
      {{"--threads", "two"}, "error: the argument ('two') for option '--threads' is invalid\n" + see},
      {{"--seed", "-1"}, "error: --seed must be at least 0\n"},
      {{"--seed", "1.5"}, "error: the argument ('1.5') for option '--seed' is invalid\n" + see},
      {{"--out"}, "error: the required argument for option '--out' is missing\n" + see},
      {{"--out="}, "error: --out cannot be \"\"\n" + see},
      {{"--out", "a", "--out", "b"}, "error: option '--out' cannot be specified more than once\n" + see},
      {{"--schedule", "defalt"}, "error: there is no schedule \"defalt\"\nhelp: did you mean \"default\"?\n"},
      {{"--resume", "--force"},
       "error: --resume goes on with a run; it cannot be given with --force or --init\n"},
      {{"--set", "train.epochs"},
       "--set:1:1: error: an override is written KEY=VALUE\n  1 | train.epochs\n    | ^^^^^^^^^^^^\n"},
      {{"--set", "train.epoch=3"},
       "--set:1:7: error: [train] has no key \"epoch\"\n  1 | train.epoch=3\n    |       ^^^^^\n"
       "help: did you mean \"epochs\"?\n"}};
  for (const auto& [given, message] : mistakes) {
    Words words = {"train", "small.toml"};
    words.insert(words.end(), given.begin(), given.end());
    SCOPED_TRACE(given[0]);
    expect_error(sganc(words), 2, message);
  }
  EXPECT_FALSE(exists("runs"));
}

TEST_F(CliWords, ColoursWhereTheyAreWanted) {
  const Words bad = {"data", "mnst"};
  const std::string plain = "error: there is no data set \"mnst\"\nhelp: did you mean \"mnist\"?\n";
  const std::string coloured =
      "\033[1;31merror:\033[0m there is no data set \"mnst\"\n\033[1;32mhelp:\033[0m did you "
      "mean "
      "\"mnist\"?\n";
  const auto with = [&](const std::string& color) { return Words{"data", "mnst", "--color", color}; };
  EXPECT_EQ(sganc(bad).err, plain);
  EXPECT_EQ(sganc(with("always")).err, coloured);
  EXPECT_EQ(sganc_on_terminal(bad).err, coloured);
  EXPECT_EQ(sganc_on_terminal(with("never")).err, plain);

  environment["NO_COLOR"] = "1";
  EXPECT_EQ(sganc_on_terminal(bad).err, plain);
  EXPECT_EQ(sganc_on_terminal(with("always")).err, coloured);
  environment["NO_COLOR"] = "";
  EXPECT_EQ(sganc_on_terminal(bad).err, coloured);
}

TEST_F(CliWords, ColoursOfAPlaceInAFile) {
  write_variant("mistaken.toml", "\"reshape\"", "\"reshap\"");
  expect_error(sganc({"compile", "mistaken.toml", "--color", "always"}), 2,
               "\033[1mmistaken.toml:15:12: \033[0m\033[1;31merror:\033[0m unknown layer \"reshap\"\n"
               "\033[1;34m  15 |\033[0m   { kind = \"reshap\", shape = [7, 7, 8] },\n"
               "\033[1;34m     |\033[0m            \033[1;31m^^^^^^^^\033[0m\n"
               "\033[1;32mhelp:\033[0m did you mean \"reshape\"?\n");
}

TEST_F(CliWords, ResultsThatCannotBePrintedAreAFailure) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  std::filesystem::create_symlink("/dev/full", folder / ".out");
  const auto ending = sganc({"data"});
  EXPECT_EQ(ending.code, 1);
  EXPECT_EQ(ending.err, "error: standard output cannot be written\n");
}

}  // namespace
}  // namespace sganc::testing
