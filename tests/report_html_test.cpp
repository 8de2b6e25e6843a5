// Text in HTML: escaped, whatever it holds.

#include "runtime/report/html.h"
#include "runtime/system/markup.h"

namespace sganc {
namespace {

TEST(ReportHtml, EscapesText) {
  EXPECT_EQ(xml_text("<script>\"a\" & b</script>"), "&lt;script&gt;&quot;a&quot; &amp; b&lt;/script&gt;");
  EXPECT_EQ(xml_text("Ōsaka 東京 🐈"), "Ōsaka 東京 🐈");
  EXPECT_EQ(xml_text("a\x01\n\x7f z"), "a z");
  EXPECT_EQ(xml_text("a\xff z\xc3"), "a\xef\xbf\xbd z\xef\xbf\xbd");
}

TEST(ReportHtml, EscapesContentsAndAttributes) {
  EXPECT_EQ(element("td", "<b>").markup(), "<td>&lt;b&gt;</td>");
  EXPECT_EQ(element("a", {{"href", "\"><script>"}, {"id", "x"}}, Html::text("a") + Html::name("<")).markup(),
            "<a href=\"&quot;&gt;&lt;script&gt;\" id=\"x\">a<bdi>&lt;</bdi></a>");
  EXPECT_EQ(empty_element("img", {{"alt", "<"}}).markup(), "<img alt=\"&lt;\"/>");
  EXPECT_EQ(Html::lines("a <\nb\n").markup(), "a &lt;\nb\n");
}

TEST(ReportHtml, WritesBytesAsAnAddress) {
  EXPECT_EQ(data_uri("image/png", ""), "data:image/png;base64,");
  EXPECT_EQ(data_uri("a/b", "M"), "data:a/b;base64,TQ==");
  EXPECT_EQ(data_uri("a/b", "Man"), "data:a/b;base64,TWFu");
  EXPECT_EQ(data_uri("a/b", std::string("\0\xff\x10\x83", 4)), "data:a/b;base64,AP8Qgw==");
}

}  // namespace
}  // namespace sganc
