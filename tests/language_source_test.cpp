// Diagnostics as they are printed, and the nearest of several words.

#include "compiler/language/source.h"

#include "tests/language_testing.h"

namespace sganc {
namespace {

TEST(LanguageSource, PrintsPlaceLineAndCaret) {
  const auto file =
      std::make_shared<const SourceFile>(SourceFile{"a.toml", "one\n\ttwo \xC3\xA9 three\x1b[2J\n"});
  Diagnostics d;
  d.error({file, 2, 8, 5}, "wrong", "do it right");
  d.error({file, 2, 8, 500}, "a span past the end of its line");
  d.error({file, 1, 9, 1}, "a place past the end of its line");
  d.error({file, 3, 1, 1}, "the empty last line");
  d.error({file, 0, 0, 1}, "no place");
  d.error({}, "no file");
  d.error({}, "a name\nof two lines\x7f", "\"\x1b\"");
  EXPECT_EQ(printed(d),
            "a.toml:2:8: error: wrong\n"
            "  2 | \ttwo \xC3\xA9 three?[2J\n"
            "    | \t      ^^^^^\n"
            "help: do it right\n"
            "a.toml:2:8: error: a span past the end of its line\n"
            "  2 | \ttwo \xC3\xA9 three?[2J\n"
            "    | \t      ^^^^^^^^^\n"
            "a.toml:1:9: error: a place past the end of its line\n"
            "  1 | one\n"
            "    |         ^\n"
            "a.toml:3:1: error: the empty last line\n"
            "  3 |\n"
            "    | ^\n"
            "a.toml: error: no place\n"
            "error: no file\n"
            "error: a name?of two lines?\n"
            "help: \"?\"\n");
}

TEST(LanguageSource, Colors) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"a", "bc"});
  Diagnostics d;
  d.error({file, 1, 2, 1}, "wrong", "right");
  std::ostringstream out;
  d.print(out, true);
  EXPECT_EQ(out.str(),
            "\x1b[1ma:1:2: \x1b[0m\x1b[1;31merror:\x1b[0m wrong\n"
            "\x1b[1;34m  1 |\x1b[0m bc\n"
            "\x1b[1;34m    |\x1b[0m  \x1b[1;31m^\x1b[0m\n"
            "\x1b[1;32mhelp:\x1b[0m right\n");
}

TEST(LanguageSource, SortsByPlaceWithinAFile) {
  const auto one = std::make_shared<const SourceFile>(SourceFile{"one", ""});
  const auto two = std::make_shared<const SourceFile>(SourceFile{"two", ""});
  Diagnostics d;
  d.error({two, 9, 1, 1}, "d");
  d.error({one, 2, 5, 1}, "g");
  d.error({two, 2, 7, 1}, "b");
  d.error({one, 2, 4, 1}, "f");
  d.error({two, 2, 7, 1}, "c");
  d.error({one, 0, 0, 1}, "e");
  d.error({two, 0, 0, 1}, "a");
  d.sort();
  std::string order;
  for (const auto& item : d.items()) order += item.message;
  EXPECT_EQ(order, "abcdefg");
}

TEST(LanguageSource, FindsTheNearestWord) {
  const std::vector<std::string> words{"dense", "conv", "conv_transpose", "tanh", "x"};
  EXPECT_EQ(nearest("desne", words), "dense");  // neighbours swapped
  EXPECT_EQ(nearest("Conv", words), "conv");    // letter case
  EXPECT_EQ(nearest("convtranspose", words), "conv_transpose");
  EXPECT_EQ(nearest("tan", words), "tanh");
  EXPECT_EQ(nearest("y", words), "");  // nothing in common
  EXPECT_EQ(nearest("transformer", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(suggestion("desne", words), "did you mean \"dense\"?");
  EXPECT_EQ(suggestion("blur", {"add", "mul"}), "expected one of \"add\", \"mul\"");
  EXPECT_EQ(suggestion("blur", {"add"}), "expected \"add\"");
  EXPECT_EQ(suggestion("blur", {}), "");
  EXPECT_EQ(suggestion("desne", words, "say which"), "did you mean \"dense\"?");
  EXPECT_EQ(suggestion("blur", {"add", "mul"}, "say which"), "say which");
  EXPECT_EQ(suggestion("blur", {}, "say which"), "say which");
}

}  // namespace
}  // namespace sganc
