#include "compiler/language/overrides.h"

#include <algorithm>
#include <utility>

#include "compiler/language/merge.h"

namespace sganc {
namespace {

using File = std::shared_ptr<const SourceFile>;

constexpr std::ptrdiff_t kMostKeys = 100;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The part of an override from byte `begin` to byte `end`, without the blanks around it, and its place.
Located<std::string> piece(const File& file, std::size_t begin, std::size_t end) {
  const std::string& text = file->text;
  while (begin < end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  const std::string word = trimmed(text.substr(begin, end - begin));
  return {word, {file, 1, columns(text.substr(0, begin)) + 1, std::max(1, columns(word))}};
}

std::vector<Located<std::string>> path_of(const File& file, std::size_t equals) {
  if (std::count(file->text.begin(), file->text.begin() + static_cast<std::ptrdiff_t>(equals), '.') >=
      kMostKeys)
    throw UserError{{{file, 1, 1, 1}, "a path has at most " + std::to_string(kMostKeys) + " keys", {}}};
  std::vector<Located<std::string>> path;
  for (std::size_t begin = 0; begin <= equals;) {
    const std::size_t end = std::min(file->text.find('.', begin), equals);
    path.push_back(piece(file, begin, end));
    if (path.back().value.empty()) throw UserError{{path.back().where, "a key is missing here", {}}};
    begin = end + 1;
  }
  return path;
}

DocumentNode bare_string(const File& file, std::size_t equals) {
  const auto [word, where] = piece(file, equals + 1, file->text.size());
  DocumentNode node;
  node.type = DocumentNode::Type::text;
  node.text = node.spelled = word;
  node.where = node.content = where;
  return node;
}

/// The value after the "=": TOML, or else a bare string. A value that begins with a quote, "[" or "{" must be
/// TOML.
DocumentNode value_of(const File& file, std::size_t equals) {
  const auto width = static_cast<std::size_t>(columns(file->text.substr(0, equals)));
  const std::string document =
      std::string(width - 1, ' ') + "v" + file->text.substr(equals);  // columns agree
  const std::string value = trimmed(file->text.substr(equals + 1));
  const bool opens_like_toml = !value.empty() && std::string("\"'[{").find(value[0]) != std::string::npos;
  try {
    DocumentNode root = parse_document(document, file);
    if (root.entries.size() == 1) return std::move(root.entries[0].value);
  } catch (const UserError&) {
    if (opens_like_toml) throw;
  }
  return bare_string(file, equals);
}

void apply_override(DocumentNode& root, const std::string& text) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"--set", text});
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw UserError{{{file, 1, 1, std::max(1, columns(text))}, "an override is written KEY=VALUE", {}}};
  const auto path = path_of(file, equals);
  DocumentNode value = value_of(file, equals);
  DocumentNode* at = &root;
  std::string walked;
  for (const auto& key : path) {
    if (at->type == DocumentNode::Type::table) {
      drop_alternatives(*at, walked, key.value);
      if (!at->find(key.value)) {
        at->entries.push_back({key.value, key.where, {}});
        at->entries.back().value.where = key.where;
      }
      at = &at->find(key.value)->value;
    } else if (at->type == DocumentNode::Type::list) {
      at = &element_of(*at, key, walked);
    } else {
      throw UserError{{key.where, walked + " is " + describe(*at) + " and has no keys", {}}};
    }
    walked += (walked.empty() ? "" : ".") + key.value;
  }
  *at = std::move(value);
}

}  // namespace

void apply_overrides(DocumentNode& root, const std::vector<std::string>& overrides,
                     Diagnostics& diagnostics) {
  for (const auto& text : overrides) {
    try {
      apply_override(root, text);
    } catch (const UserError& error) {
      diagnostics.add(error.diagnostic);
    }
  }
}

}  // namespace sganc
