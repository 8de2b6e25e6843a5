#pragma once
// Pieces of an HTML page. Text becomes HTML in one place, where it is escaped.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sganc {

/// HTML that is well-formed. It is made of texts, of elements, and of what this program writes itself.
class Html {
 public:
  Html() = default;

  /// A text, escaped.
  static Html text(std::string_view text);
  /// A name that a person gave, such as that of a class or a file: escaped, and with a direction of its own,
  /// so that a name in Arabic or Hebrew moves nothing around it.
  static Html name(std::string_view name);
  /// Lines of a program or a file.
  static Html lines(std::string_view text);
  /// Markup that this program wrote.
  static Html markup(std::string markup);

  Html& operator+=(const Html& other) {
    markup_ += other.markup_;
    return *this;
  }
  friend Html operator+(Html a, const Html& b) { return std::move(a += b); }

  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  std::string markup_;
};

/// The name and the value of an attribute. The value is escaped.
using Attribute = std::pair<std::string_view, std::string>;

/// <tag name="value">content</tag>
Html element(std::string_view tag, std::initializer_list<Attribute> attributes, const Html& content);
Html element(std::string_view tag, const Html& content);
/// A text as the content.
Html element(std::string_view tag, std::string_view text);
Html element(std::string_view tag, std::initializer_list<Attribute> attributes, std::string_view text);
/// An element that has no content: <img>, <input>.
Html empty_element(std::string_view tag, std::initializer_list<Attribute> attributes);

/// The bytes of a file as an address: data:image/png;base64,iVBORw0KGgo
std::string data_uri(std::string_view type, std::string_view bytes);

}  // namespace sganc
