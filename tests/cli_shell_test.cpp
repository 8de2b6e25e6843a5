// The manual page and the completions, which the program writes itself: they name every verb and option, and
// the shells understand them.

#include <algorithm>

#include "compiler/driver/places.h"
#include "compiler/driver/shell/shells.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliShell : public ProgramTest {
 protected:
  std::string completions(const std::string& shell) {
    const auto ending = sganc({"schema", "--completions", shell});
    EXPECT_EQ(ending.code, 0);
    EXPECT_EQ(ending.err, "");
    return ending.out;
  }

  /// Returns what bash offers, sorted, if the words are typed and then Tab.
  Words offered_by_bash(const Words& words) {
    if (!exists("sganc.bash")) folder.file("sganc.bash", completions("bash"));
    std::string script = "compopt() { :; }; source sganc.bash; COMP_WORDS=(";
    for (const auto& word : words) script += "'" + word + "' ";
    script += "); COMP_CWORD=" + std::to_string(words.size() - 1) +
              "; _sganc; if ((${#COMPREPLY[@]})); then printf '%s\\n' \"${COMPREPLY[@]}\"; fi";
    const auto ending = start_other({"bash", "-c", script}).wait();
    EXPECT_EQ(ending.err, "");
    auto offered = lines_of(ending.out);
    std::ranges::sort(offered);
    return offered;
  }

  /// Whether the shell accepts the script; true if this shell is not installed.
  bool is_accepted(const std::string& shell) {
    folder.file("script." + shell, completions(shell));
    const auto ending =
        start_other(
            {"sh", "-c", "if command -v " + shell + "; then " + shell + " -n script." + shell + "; fi"})
            .wait();
    EXPECT_EQ(ending.err, "");
    return ending.code == 0;
  }
};

/// The text without troff's escapes.
std::string plain(std::string text) {
  for (const std::string escape : {"\\fB", "\\fI", "\\fR", "\\&"})
    for (auto at = text.find(escape); at != text.npos; at = text.find(escape)) text.erase(at, escape.size());
  for (auto at = text.find("\\-"); at != text.npos; at = text.find("\\-")) text.replace(at, 2, "-");
  return text;
}

TEST_F(CliShell, TheManualNamesEveryVerbAndOption) {
  const auto ending = sganc({"schema", "--man"});
  EXPECT_EQ(ending.code, 0);
  EXPECT_NE(ending.out.find(" \"sganc " SGANC_VERSION "\" \"User Commands\"\n.SH NAME\n"), std::string::npos)
      << ending.out.substr(0, 200);
  EXPECT_NE(ending.out.find(".SS \"sganc data\"\n"
                            "list the known data sets, or find, fetch and check one\n"
                            ".PP\n"
                            "\\fBsganc data\\fR [NAME|FOLDER [\\-\\-labels FILE "),
            std::string::npos);
  EXPECT_NE(ending.out.find(".TP\n\\fB\\-\\-seeds\\fR \\fILIST\\fR\n"
                            "seeds of the training: values of train.seed (by default 0)\n"),
            std::string::npos);
  EXPECT_NE(ending.out.find(".TP\n\\fB2\\fR\nA bad model, schedule, option or value."), std::string::npos);
  const std::string text = plain(ending.out);
  for (const auto& verb : command_line(schedule_names())) {
    const auto begin = text.find(".SS \"sganc " + verb.verb->name + "\"");
    ASSERT_NE(begin, text.npos) << verb.verb->name;
    const auto section = text.substr(begin, text.find("\n.S", begin + 1) - begin);
    for (const auto& option : verb.options)
      EXPECT_TRUE(section.find("\n" + option.name) != text.npos ||
                  text.substr(0, text.find(".SH VERBS")).find("\n" + option.name) != text.npos ||
                  text.find(", " + option.name) != text.npos)
          << verb.verb->name << " " << option.name;
  }
}

TEST_F(CliShell, CompletionsNameEveryVerbAndOption) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const auto script = completions(shell);
    for (const auto& verb : command_line(schedule_names())) {
      EXPECT_NE(script.find(verb.verb->name), std::string::npos) << verb.verb->name;
      for (const auto& option : verb.options) {
        const auto name = shell == "fish" ? "-l " + option.name.substr(2) : option.name;
        EXPECT_NE(script.find(name), std::string::npos) << shell << " " << option.name;
      }
    }
    EXPECT_TRUE(is_accepted(shell)) << shell;
  }
}

TEST_F(CliShell, CompletionsOfAnOption) {
  EXPECT_NE(completions("bash").find("\"init --recipe\") _sganc_words classifier gan; return ;;\n"),
            std::string::npos);
  EXPECT_NE(completions("zsh").find("    '--out=[the run folder; by default runs/NAME]:DIR:_sganc_kind_"),
            std::string::npos);
  EXPECT_NE(
      completions("fish").find("complete -c sganc -n '__sganc_verb init' -l recipe -x -a 'classifier gan' -d "
                               "'a classifier, or a semi-supervised GAN, which also draws images'\n"),
      std::string::npos);
}

TEST_F(CliShell, BashOffersVerbsOptionsAndTheirValues) {
  EXPECT_EQ(offered_by_bash({"sganc", "s"}), (Words{"sample", "schema", "study", "suggest"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "--res"}), (Words{"--resume"}));
  EXPECT_EQ(offered_by_bash({"sganc", "data", "--d"}), (Words{"--data"}));
  EXPECT_EQ(offered_by_bash({"sganc", "predict", "--format", ""}), (Words{"csv", "json", "text"}));
  EXPECT_EQ(offered_by_bash({"sganc", "predict", "--format", "="}), (Words{"csv", "json", "text"}));
  EXPECT_EQ(offered_by_bash({"sganc", "predict", "--format", "=", "c"}), (Words{"csv"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "--color", "a"}), (Words{"always", "auto"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "--schedule", "one"}), (Words{"onednn"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "--set", "train.epo"}), (Words{"train.epochs="}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "--set", "train.epochs", "=", "1"}), Words{});
  EXPECT_EQ(offered_by_bash({"sganc", "eval", "--split", "v"}), (Words{"validation"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "--seed", ""}), Words{});
  EXPECT_EQ(offered_by_bash({"sganc", "flie", ""}), Words{});
}

TEST_F(CliShell, BashOffersModelsRunsAndPictures) {
  folder.file("runs/one/checkpoints/last.safetensors", "");
  folder.file("runs/two words/checkpoints/last.safetensors", "");
  folder.file("photos/a.png", "");
  EXPECT_EQ(offered_by_bash({"sganc", "train", "s"}), (Words{"small.toml"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "p"}), (Words{"photos"}));
  EXPECT_EQ(offered_by_bash({"sganc", "train", "small.toml", "s"}), Words{});
  EXPECT_EQ(offered_by_bash({"sganc", "eval", ""}), (Words{"runs/one", "runs/two words"}));
  EXPECT_EQ(offered_by_bash({"sganc", "eval", "runs/two"}), (Words{"runs/two words"}));
  EXPECT_EQ(offered_by_bash({"sganc", "eval", "runs/one/checkpoints/"}),
            (Words{"runs/one/checkpoints/last.safetensors"}));
  EXPECT_EQ(offered_by_bash({"sganc", "predict", "--out", "r.csv", "r"}),
            (Words{"runs/one", "runs/two words"}));
  EXPECT_EQ(offered_by_bash({"sganc", "predict", "--out", "=", "r.csv", "runs/one", "photos/"}),
            (Words{"photos/a.png"}));
  EXPECT_EQ(offered_by_bash({"sganc", "data", "fa"}), (Words{"fashion-mnist"}));
}

TEST_F(CliShell, AsksForWhatThereIs) {
  expect_error(sganc({"schema", "--completions", "fis"}), 2,
               "error: there are no completions for the shell \"fis\"\nhelp: did you mean \"fish\"?\n");
  expect_error(sganc({"schema", "--man", "--markdown"}), 2,
               "error: only one of --markdown, --man and --completions can be given\n");
}

}  // namespace
}  // namespace sganc::testing
