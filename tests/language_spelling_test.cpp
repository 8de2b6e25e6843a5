// Words around values, as messages write them.

#include "compiler/language/spelling.h"
#include "runtime/system/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "compiler/language/document.h"

namespace sganc {
namespace {

/// Returns what a TOML file says under `a`.
std::string read_back(const std::string& text) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"a.toml", text});
  return parse_document(file->text, file).find("a")->value.text;
}

TEST(LanguageSpelling, EveryTextReadsBackFromToml) {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  all += "\u00e9\u20ac\U0001F600";
  EXPECT_EQ(read_back("# " + toml_comment(all) + "\na = " + toml_string(all) + "\n"), all);
  EXPECT_EQ(toml_comment("a\n\"\\\t"), "a\\u000A\"\\\\u0009");
}

TEST(LanguageSpelling, WhatIsNotUtf8IsReplaced) {
  // a lone byte, one too many, one too few, a slash spelled too long, a surrogate, beyond the last character
  for (const std::string wrong :
       {"\xE9", "\x80", "\xE2\x82", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_FALSE(is_utf8("a" + wrong + "b"));
    const auto text = read_back("# " + toml_comment(wrong) + "\na = " + toml_string("a" + wrong + "b"));
    EXPECT_TRUE(text.starts_with("a\uFFFD") && text.ends_with("b")) << text;
    EXPECT_TRUE(is_utf8(text));
  }
  EXPECT_TRUE(is_utf8("\u00e9\u20ac\U0001F600"));
}

TEST(LanguageSpelling, CountsThings) {
  EXPECT_EQ(counted(0, "thread"), "0 threads");
  EXPECT_EQ(counted(std::size_t{1}, "input channel"), "1 input channel");
  EXPECT_EQ(counted(std::int64_t{12}, "input channel"), "12 input channels");
  EXPECT_EQ(counted(1, "class"), "1 class");
  EXPECT_EQ(counted(2, "class"), "2 classes");
}

}  // namespace
}  // namespace sganc
