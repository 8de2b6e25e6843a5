#include "runtime/system/markup.h"

#include "runtime/system/number_text.h"
#include "runtime/system/utf8.h"

namespace sganc {

std::string xml_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto length = character_at(text);
    const char c = text.front();
    if (length == 0)
      result += "\xef\xbf\xbd";
    else if (length > 1)
      result += text.substr(0, length);
    else if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)  // XML has no other control characters
      result += c;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string svg_number(double value) {
  return significant(value, 6);
}

}  // namespace sganc
