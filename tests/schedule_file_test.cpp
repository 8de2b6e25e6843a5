// Schedule files: what they say, and every mistake in them word for word.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/implementations/implementation.h"
#include "compiler/schedule/schedule.h"

namespace sganc {
namespace {

/// Returns what is printed for the mistakes of this text.
std::string errors_of(const std::string& text) {
  Diagnostics diagnostics;
  const auto schedule = parse_schedule(text, "s.toml", implementation_names(), diagnostics);
  EXPECT_EQ(schedule.has_value(), diagnostics.empty());
  std::string lines;
  for (const auto& d : diagnostics.items()) {
    lines += std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + "+" +
             std::to_string(d.where.length) + ": " + d.message;
    if (!d.help.empty()) lines += " | " + d.help;
    lines += "\n";
  }
  return lines;
}

Schedule parsed(const std::string& text) {
  Diagnostics diagnostics;
  auto schedule = parse_schedule(text, "s.toml", implementation_names(), diagnostics);
  EXPECT_TRUE(schedule.has_value());
  return schedule.value_or(Schedule{});
}

TEST(ScheduleFile, HoldsChoicesAndDirectives) {
  const Schedule s = parsed(
      "name = \"mine\"\n"
      "[convolution]\nimplementations = [\"winograd\"]\nfew_channels = 3\n"
      "[[kernel]]\nmatch = \"conv_few.*\"\n"
      "output = [\"split x xo xi 14\",\n  \"parallel n\"]\n\"partial.update\" = [\"unroll x\"]\n");
  EXPECT_EQ(s.name, "mine");
  EXPECT_EQ(s.implementations, std::vector<std::string>{"winograd"});
  EXPECT_EQ(s.few_channels, 3);
  ASSERT_EQ(s.kernels.size(), 1U);
  ASSERT_EQ(s.kernels[0].stages.size(), 2U);
  EXPECT_EQ(s.kernels[0].stages[0].stage, "output");
  EXPECT_EQ(s.kernels[0].stages[1].stage, "partial.update");
  const auto& directive = s.kernels[0].stages[0].directives.at(1);
  EXPECT_EQ(directive.value, "parallel n");
  EXPECT_EQ(directive.where.line, 8);
  EXPECT_EQ(directive.where.column, 4);
  EXPECT_EQ(directive.where.length, 10);
}

TEST(ScheduleFile, IsTheDefaultWhereEmpty) {
  const Schedule s = parsed("");
  EXPECT_EQ(s.name, "default");
  EXPECT_FALSE(s.implementations);
  EXPECT_EQ(s.few_channels, 4);
  EXPECT_EQ(s.override_for("c", "anything"), nullptr);
}

TEST(ScheduleFile, TheLastMatchWins) {
  const Schedule s = parsed(
      "[[kernel]]\nmatch = \"*\"\n[[kernel]]\nmatch = \"conv_*.forward\"\n[[kernel]]\nmatch = \"adam\"\n");
  EXPECT_EQ(s.override_for("c", "conv_few.forward"), &s.kernels[1]);
  EXPECT_EQ(s.override_for("c", "conv_.forward"), &s.kernels[1]);
  EXPECT_EQ(s.override_for("c", "conv_few.forward_2"), &s.kernels[0]);
  EXPECT_EQ(s.override_for("c", "adam"), &s.kernels[2]);
  EXPECT_EQ(s.override_for("c", "adamant"), &s.kernels[0]);
}

/// The number of stars does not matter: each looks back no further than to the end of the one before it.
TEST(ScheduleFile, StarsStandForAnything) {
  const auto matches = [](const std::string& pattern, const std::string& name) {
    return parsed("[[kernel]]\nmatch = \"" + pattern + "\"\n").override_for("c", name) != nullptr;
  };
  EXPECT_TRUE(matches("*a*b", "xaabab"));
  EXPECT_TRUE(matches("a**", "a"));
  EXPECT_FALSE(matches("*a*b", "xaba"));
  EXPECT_FALSE(matches("a", ""));
  std::string stars;
  for (int i = 0; i < 40; ++i) stars += "*a";
  EXPECT_TRUE(matches(stars, std::string(200, 'a')));
  EXPECT_FALSE(matches(stars + "b", std::string(200, 'a')));
}

TEST(ScheduleFile, UnknownKeys) {
  EXPECT_EQ(errors_of("nmae = \"a\"\n"), "1:1+4: unknown key \"nmae\" | did you mean \"name\"?\n");
  EXPECT_EQ(errors_of("[convolutions]\n"),
            "1:2+12: unknown key \"convolutions\" | did you mean \"convolution\"?\n");
  EXPECT_EQ(errors_of("[convolution]\nfew_chanels = 4\n"),
            "2:1+11: unknown key \"few_chanels\" | did you mean \"few_channels\"?\n");
}

TEST(ScheduleFile, UnknownImplementation) {
  EXPECT_EQ(errors_of("[convolution]\nimplementations = [\"few_chanels\"]\n"),
            "2:21+11: unknown implementation \"few_chanels\" | did you mean \"few_channels\"?\n");
  EXPECT_EQ(errors_of("[convolution]\nimplementations = [\"onednn\", \"cuda\"]\n"),
            "2:31+4: unknown implementation \"cuda\" | expected one of \"few_channels\", \"winograd\", "
            "\"amx_few\", \"amx\", \"direct\", \"onednn\"\n");
}

TEST(ScheduleFile, WrongTypes) {
  EXPECT_EQ(errors_of("name = 3\n"), "1:8+1: \"name\" must be a string, not an integer\n");
  EXPECT_EQ(errors_of("name = \"\"\n"), "1:8+2: \"name\" must not be empty\n");
  EXPECT_EQ(errors_of("convolution = 1\n"), "1:15+1: \"convolution\" must be a table, not an integer\n");
  EXPECT_EQ(errors_of("[convolution]\nfew_channels = \"4\"\n"),
            "2:16+3: \"few_channels\" must be an integer, not a string\n");
  EXPECT_EQ(errors_of("[convolution]\nfew_channels = 0\n"),
            "2:16+1: \"few_channels\" must be from 1 to 16\n");
  EXPECT_EQ(errors_of("[kernel]\nmatch = \"*\"\n"),
            "1:1+8: \"kernel\" must be a list of tables | write [[kernel]]\n");
  EXPECT_EQ(errors_of("kernel = [1]\n"), "1:11+1: \"kernel\" must be a list of tables, not an integer\n");
}

TEST(ScheduleFile, MistakesInKernels) {
  EXPECT_EQ(
      errors_of("[[kernel]]\noutput = []\n"),
      "1:1+10: this kernel has no \"match\" | name the kernels it is for, as in match = \"conv_few.*\"\n");
  EXPECT_EQ(errors_of("[[kernel]]\nmatch = [\"a\"]\n"), "2:9+5: \"match\" must be a string, not a list\n");
  EXPECT_EQ(errors_of("[[kernel]]\nmatch = \"*\"\noutput = \"parallel n\"\n"),
            "3:10+12: \"output\" must be a list of directives, not a string\n");
  EXPECT_EQ(errors_of("[[kernel]]\nmatch = \"*\"\noutput = [\"parallel n\", 4]\n"),
            "3:25+1: \"output\" must be a list of strings, not an integer\n");
}

TEST(ScheduleFile, CollectsSeveralMistakes) {
  EXPECT_EQ(errors_of("name = 1\n[convolution]\nfew = 2\n"),
            "1:8+1: \"name\" must be a string, not an integer\n"
            "3:1+3: unknown key \"few\" | expected one of \"implementations\", "
            "\"few_channels\"\n");
}

TEST(ScheduleFile, SyntaxErrorsHaveAPlace) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_schedule("name = \"a\"\n[convolution\n", "s.toml", implementation_names(), diagnostics)
                   .has_value());
  ASSERT_EQ(diagnostics.items().size(), 1U);
  EXPECT_EQ(diagnostics.items()[0].where.line, 2);
  EXPECT_EQ(diagnostics.items()[0].where.file->path, "s.toml");
}

TEST(ScheduleFile, MissingFile) {
  Diagnostics diagnostics;
  EXPECT_FALSE(load_schedule("/no/such/schedule.toml", implementation_names(), diagnostics).has_value());
  std::ostringstream text;
  diagnostics.print(text);
  EXPECT_EQ(text.str(),
            "/no/such/schedule.toml: error: cannot read the schedule: No such file or directory\n");
}

/// Returns the path of a shipped file. Tests run from anywhere, so it is found from this source file.
std::filesystem::path delivered(const std::string& name) {
  return std::filesystem::path(__FILE__).parent_path().parent_path() / "schedules" / name;
}

TEST(ScheduleFile, DeliveredFilesLoad) {
  Diagnostics diagnostics;
  const auto standard = load_schedule(delivered("default.toml"), implementation_names(), diagnostics);
  const auto naive = load_schedule(delivered("naive.toml"), implementation_names(), diagnostics);
  const auto onednn = load_schedule(delivered("onednn.toml"), implementation_names(), diagnostics);
  ASSERT_TRUE(standard && naive && onednn);
  const Schedule built_in;
  EXPECT_EQ(standard->name, built_in.name);
  EXPECT_EQ(standard->implementations, implementation_names());
  EXPECT_EQ(standard->few_channels, built_in.few_channels);
  EXPECT_TRUE(standard->kernels.empty());
  ASSERT_NE(naive->override_for("c", "any.kernel"), nullptr);
  EXPECT_TRUE(naive->override_for("c", "any.kernel")->stages.empty());
  EXPECT_EQ(onednn->implementations, std::vector<std::string>{"onednn"});
}

}  // namespace
}  // namespace sganc
