// Writes modules as text; parse.cpp reads them back.

#include <array>
#include <charconv>
#include <cmath>

#include "compiler/graph/attributes.h"
#include "compiler/graph/lexer.h"
#include "compiler/graph/module.h"

namespace sganc {
namespace {

std::string quoted(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      result += {'\\', c};
    else if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    else
      result += c;
  }
  return result + "\"";
}

/// The name, in quotes if it is not a word.
std::string written_name(const std::string& name) {
  return is_word(name) ? name : quoted(name);
}

/// `  # part`, `  # part (backward)` for a node that differentiation made, or "".
std::string comment(const Origin& origin) {
  if (origin.part.empty()) return {};
  const std::string part = origin.part + (origin.gradient ? " (backward)" : "");
  const bool plain = quoted(part).size() == part.size() + 2 && part.front() != ' ' && part.back() != ' ';
  return "  # " + (plain ? part : quoted(part));
}

std::string text_of(const std::string& value) {
  return quoted(value);
}
std::string text_of(bool value) {
  return value ? "true" : "false";
}
std::string text_of(std::int64_t value) {
  return std::to_string(value);
}
std::string text_of(DType value) {
  return to_string(value);
}
std::string text_of(const Shape& value) {
  return to_string(value);
}
std::string text_of(const std::vector<int>& value) {
  return to_string(Shape(value.begin(), value.end()));
}

/// The shortest decimal form that reads back as the same number.
std::string text_of(double value) {
  if (std::isnan(value)) return "nan";
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

std::string text_of(Value value) {
  return "%" + std::to_string(value.id);
}

std::string text_of(const Node& node) {
  std::string text(info(node.op).name);
  for (std::size_t i = 0; i < node.operands.size(); ++i) text += (i ? ", " : "(") + text_of(node.operands[i]);
  if (!node.operands.empty()) text += ")";

  std::string attributes;
  for (const auto& attribute : attributes_of(node.op)) {
    const auto at_default = [&](auto member) { return node.attributes.*member == Attributes{}.*member; };
    if (attribute.may_be_absent && std::visit(at_default, attribute.member)) continue;
    attributes += (attributes.empty() ? "" : ", ") + std::string(attribute.name) + " = ";
    attributes += std::visit([&](auto member) { return text_of(node.attributes.*member); }, attribute.member);
  }
  if (!attributes.empty()) text += " {" + attributes + "}";
  return text + " : " + to_string(node.type) + comment(node.origin);
}

std::string text_of(const Initializer& initializer) {
  switch (initializer.kind) {
    case Initializer::Kind::zeros:
      return "zeros";
    case Initializer::Kind::constant:
      return "constant " + text_of(initializer.scale);
    case Initializer::Kind::uniform:
      return "uniform " + text_of(initializer.scale);
    default:
      return "normal " + text_of(initializer.scale);
  }
}

/// ` of NAME`
std::string of(const std::string& name) {
  return name.empty() ? "" : " of " + written_name(name);
}

std::string text_of(const Variable& v) {
  const bool of_net = v.role == Role::weight || v.role == Role::statistic;
  return "variable " + written_name(v.name) + " : " + to_string(v.type) + " {" +
         std::string(to_string(v.role)) + (v.series.empty() ? "" : " " + written_name(v.series)) +
         of(of_net ? v.net : v.of) + ", " + text_of(v.initializer) + "}" + comment(v.origin);
}

}  // namespace

std::string to_string(const Function& function) {
  std::string text = "function " + written_name(function.name);
  if (function.role != FunctionRole::other)
    text += " {" + std::string(to_string(function.role)) + of(function.update) + "}";
  text += "\n";
  for (std::size_t i = 0; i < function.nodes.size(); ++i)
    text += "  %" + std::to_string(i) + " = " + text_of(function.nodes[i]) + "\n";
  for (const auto& result : function.results)
    text += "  result " + written_name(result.name) + " = " + text_of(result.value) + "\n";
  return text;
}

std::string to_string(const Module& module) {
  std::string text = "module " + written_name(module.name);
  if (module.ranks > 1)
    text += " {rank " + std::to_string(module.rank) + " of " + std::to_string(module.ranks) + "}";
  text += "\n";
  for (const auto& variable : module.variables) text += text_of(variable) + "\n";
  for (const auto& function : module.functions) text += to_string(function);
  return text;
}

}  // namespace sganc
