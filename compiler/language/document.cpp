#include "compiler/language/document.h"

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace sganc {
namespace {

/// A dotted key nests a table for each of its dots. toml++ destroys nested tables recursively, so that too
/// many of them overflow the stack.
constexpr std::int64_t kMostDots = 10000;
constexpr int kMostNested = 100;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
    lines.push_back(text.substr(0, end + 1));
  lines.push_back(text);
  return lines;
}

/// The bytes of `line` from column `column` on.
std::string_view from_column(std::string_view line, std::uint32_t column) {
  std::size_t at = 0;
  for (std::uint32_t c = 1; c < column && at < line.size(); ++c) {
    ++at;
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) ++at;
  }
  return line.substr(at);
}

/// Replaces the backslash of each line continuation (a backslash, blanks, a line break) with a blank.
std::string blank_continuations(std::string text) {
  for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos; ++at) {
    const auto next = text.find_first_not_of(" \t\r", at + 1);
    if (next != std::string::npos && text[next] == '\n') text[at] = ' ';
  }
  return text;
}

/// Turns the tree of toml++ into DocumentNodes.
class Converter {
 public:
  Converter(std::string_view text, std::shared_ptr<const SourceFile> file)
      : lines_(lines_of(text)), file_(std::move(file)) {}

  Location place(const toml::source_region& region) const {
    const auto [line, column] = region.begin;
    if (line == 0 || line > lines_.size()) return {file_, 0, 0, 1};
    const int rest = columns(from_column(without_break(line), column));
    const int length = region.end.line == line ? static_cast<int>(region.end.column - column) : rest;
    const int last = columns(without_break(line)) + 1;  // an error at the end of the file may point past it
    return {file_, static_cast<int>(line), std::min(static_cast<int>(column), last), std::max(1, length)};
  }

  DocumentNode convert(const toml::node& from) {
    DocumentNode node;
    node.where = place(from.source());
    if (++depth_ > kMostNested)
      throw UserError{{node.where,
                       "tables and lists are nested in more than " + std::to_string(kMostNested) + " others",
                       {}}};
    from.visit([&](const auto& value) { fill(node, value); });
    --depth_;
    return node;
  }

 private:
  std::string_view without_break(std::size_t line) const {
    const auto whole = lines_[line - 1];
    return whole.substr(0, whole.find_last_not_of("\r\n") + 1);
  }

  void fill(DocumentNode& node, const toml::value<bool>& v) const {
    node.type = DocumentNode::Type::boolean, node.boolean = v.get();
  }
  void fill(DocumentNode& node, const toml::value<double>& v) const {
    node.type = DocumentNode::Type::number, node.number = v.get();
  }
  void fill(DocumentNode& node, const toml::value<std::int64_t>& v) const {
    node.type = DocumentNode::Type::integer, node.integer = v.get();
  }
  void fill(DocumentNode& node, const toml::value<toml::date>&) const {
    node.type = DocumentNode::Type::date;
  }
  void fill(DocumentNode& node, const toml::value<toml::time>&) const {
    node.type = DocumentNode::Type::date;
  }
  void fill(DocumentNode& node, const toml::value<toml::date_time>&) const {
    node.type = DocumentNode::Type::date;
  }

  void fill(DocumentNode& node, const toml::array& array) {
    node.type = DocumentNode::Type::list;
    for (const auto& element : array) node.elements.push_back(convert(element));
  }

  /// toml++ orders a table by key; its places restore the order of the file.
  void fill(DocumentNode& node, const toml::table& table) {
    node.type = DocumentNode::Type::table;
    for (const auto& [key, value] : table)
      node.entries.push_back({std::string(key.str()), place(key.source()), convert(value)});
    std::stable_sort(node.entries.begin(), node.entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
  }

  void fill(DocumentNode& node, const toml::value<std::string>& value) const {
    node.type = DocumentNode::Type::text;
    node.text = node.spelled = value.get();
    node.content = node.where;
    if (node.where.line == 0) return;
    const std::string_view raw =
        from_column(lines_[value.source().begin.line - 1], value.source().begin.column);
    const bool multiline = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    node.content.column += multiline ? 3 : 1;
    node.content.length = 1;
    if (!multiline) return;
    std::string spelled(raw.substr(3));
    for (auto line = value.source().begin.line; line < value.source().end.line; ++line)
      spelled += lines_[line];
    spelled.resize(spelled.rfind(raw.substr(0, 3)));
    const bool break_first = spelled.starts_with('\n') || spelled.starts_with("\r\n");
    if (break_first) {
      spelled.erase(0, spelled.find('\n') + 1);
      ++node.content.line;
      node.content.column = 1;
    }
    if (raw[0] == '"') spelled = blank_continuations(std::move(spelled));
    if (raw[0] == '\'' || spelled.find('\\') == std::string::npos) node.spelled = std::move(spelled);
  }

  std::vector<std::string_view> lines_;
  std::shared_ptr<const SourceFile> file_;
  int depth_ = 0;
};

/// Help for a syntax error whose message contains both `parts`.
struct SyntaxHelp {
  std::array<std::string_view, 2> parts;
  std::string_view help;
};

constexpr SyntaxHelp kSyntaxHelp[] = {
    {{"parsing string: ", "control characters"}, "a string ends with a quote on its line"},
    {{"parsing string: ", "unknown escape"}, "a backslash is written twice; between single quotes once"},
    {{"parsing value: ", "could not determine"}, "words stand between quotes: \"relu\""},
    {{"parsing boolean: ", ""}, "write true or false, in small letters"},
    {{"parsing key-value pair: ", "expected '='"}, "write KEY = VALUE"},
    {{"parsing inline table: ", "saw '\\n'"}, "a table in { } ends on the line on which it begins"},
    {{"parsing array: ", "saw '['"}, "a list above this line has no \"]\""},
    {{"parsing table header: ", "existing array"}, "each table of a list has a header of its own: [[NAME]]"},
    {{"parsing root table: ", "saw '{'"}, "a model is written in TOML"}};

std::string help_for(std::string_view message) {
  const auto holds = [&](std::string_view part) { return message.find(part) != message.npos; };
  for (const auto& [parts, help] : kSyntaxHelp)
    if (std::ranges::all_of(parts, holds)) return std::string(help);
  return {};
}

}  // namespace

const Entry* DocumentNode::find(std::string_view key) const {
  for (const auto& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

Entry* DocumentNode::find(std::string_view key) {
  return const_cast<Entry*>(std::as_const(*this).find(key));
}

DocumentNode parse_document(const std::string& text, const std::shared_ptr<const SourceFile>& file) {
  if (std::ranges::count(text, '.') > kMostDots)
    throw UserError{{{file, 0, 0, 1}, "the file has more than " + std::to_string(kMostDots) + " dots", {}}};
  Converter converter(text, file);
  try {
    DocumentNode root = converter.convert(toml::parse(std::string_view(text)));
    root.where = {file, 0, 0, 1};
    return root;
  } catch (const toml::parse_error& error) {
    std::string message(error.description());
    if (message.starts_with("Error ")) message.erase(0, 6);  // "error: while parsing string: ..."
    throw UserError{{converter.place(error.source()), message, help_for(message)}};
  }
}

std::string describe(const DocumentNode& node) {
  switch (node.type) {
    case DocumentNode::Type::boolean:
      return "a boolean";
    case DocumentNode::Type::integer:
      return "an integer";
    case DocumentNode::Type::number:
      return "a float";
    case DocumentNode::Type::text:
      return "a string";
    case DocumentNode::Type::list:
      return "a list";
    case DocumentNode::Type::table:
      return "a table";
    case DocumentNode::Type::date:
      return "a date";
  }
  throw std::logic_error("describe: a node of no type");
}

}  // namespace sganc
