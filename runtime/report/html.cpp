#include "runtime/report/html.h"

#include <openssl/evp.h>

#include <algorithm>

#include "runtime/system/markup.h"

namespace sganc {
namespace {

std::string opening(std::string_view tag, std::initializer_list<Attribute> attributes) {
  std::string markup = "<" + std::string(tag);
  for (const auto& [name, value] : attributes)
    markup += " " + std::string(name) + "=\"" + xml_text(value) + "\"";
  return markup;
}

}  // namespace

Html Html::text(std::string_view text) {
  return markup(xml_text(text));
}

Html Html::name(std::string_view name) {
  return markup("<bdi>" + xml_text(name) + "</bdi>");
}

Html Html::lines(std::string_view text) {
  Html html;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    html += markup(xml_text(text.substr(0, end)) + "\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return html;
}

Html Html::markup(std::string markup) {
  Html html;
  html.markup_ = std::move(markup);
  return html;
}

Html element(std::string_view tag, std::initializer_list<Attribute> attributes, const Html& content) {
  return Html::markup(opening(tag, attributes) + ">" + content.markup() + "</" + std::string(tag) + ">");
}

Html element(std::string_view tag, const Html& content) {
  return element(tag, {}, content);
}

Html element(std::string_view tag, std::string_view text) {
  return element(tag, {}, Html::text(text));
}

Html element(std::string_view tag, std::initializer_list<Attribute> attributes, std::string_view text) {
  return element(tag, attributes, Html::text(text));
}

Html empty_element(std::string_view tag, std::initializer_list<Attribute> attributes) {
  return Html::markup(opening(tag, attributes) + "/>");
}

std::string data_uri(std::string_view type, std::string_view bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4 + 1, '\0');  // with the zero that OpenSSL appends
  const auto length =
      ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return "data:" + std::string(type) + ";base64," + encoded;
}

}  // namespace sganc
