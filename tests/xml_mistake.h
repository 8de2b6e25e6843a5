#pragma once
// Whether a text is well-formed XML.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace sganc::testing {

/// Returns what is wrong with a text as XML, or "". Knows elements, attributes and the five entities, but
/// does not know comments.
inline std::string xml_mistake(const std::string& text) {
  std::vector<std::string> open;
  const auto entities_in = [](const std::string& part) -> std::string {
    static const std::set<std::string> known = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (auto at = part.find('&'); at != std::string::npos; at = part.find('&', at + 1))
      if (!known.contains(part.substr(at, part.find(';', at) + 1 - at)))
        return "no entity: " + part.substr(at);
    return part.find_first_of("<>") == std::string::npos ? "" : "a bracket in " + part;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const auto tag = std::min(text.find('<', at), text.size());
    const std::string between = text.substr(at, tag - at);
    if (auto mistake = entities_in(between); !mistake.empty()) return mistake;
    if (open.empty() && between.find_first_not_of(" \n") != std::string::npos)
      return "text outside: " + between;
    if (tag == text.size()) break;
    auto i = text.find_first_of(" />", tag + 2);
    std::string name = text.substr(tag + 1, i - tag - 1);
    if (name.starts_with('/')) {
      if (open.empty() || name != "/" + open.back()) return "closes " + name;
      open.pop_back();
      at = i + 1;
      continue;
    }
    std::set<std::string> attributes;
    while (text[i] == ' ') {
      const auto equals = text.find("=\"", i);
      const auto end = text.find('"', equals + 2);
      if (end == std::string::npos) return "an open attribute in " + name;
      if (!attributes.insert(text.substr(i + 1, equals - i - 1)).second)
        return "an attribute twice in " + name;
      if (auto mistake = entities_in(text.substr(equals + 2, end - equals - 2)); !mistake.empty())
        return mistake;
      i = end + 1;
    }
    if (text[i] != '/') open.push_back(name);
    at = text.find('>', i) + 1;
    if (at != i + (text[i] == '/' ? 2 : 1)) return "no end of " + name;
  }
  return open.empty() ? "" : "open: " + open.back();
}

}  // namespace sganc::testing
