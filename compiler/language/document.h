#pragma once
// A TOML document as a plain tree: entries in the order of the file, every key and value with its place.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

struct Entry;

/// A value; `type` says which member holds it.
struct DocumentNode {
  enum class Type { boolean, integer, number, text, list, table, date };
  Type type = Type::table;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string text;
  std::string spelled;  // the text with the line breaks of the file, so that positions within it are right
  std::vector<DocumentNode> elements;  // of a list
  std::vector<Entry> entries;          // of a table
  Location where;                      // the value with its quotes or brackets; for a [table] its header
  Location content;                    // of a text: its first character within the quotes

  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
};

struct Entry {
  std::string key;
  Location where;  // the key
  DocumentNode value;
};

/// Parses TOML. Locations refer to `file`, so `text` must have the same lines. Throws UserError for a syntax
/// error.
DocumentNode parse_document(const std::string& text, const std::shared_ptr<const SourceFile>& file);

/// The type of a value, for error messages: `an integer`, `a string`.
std::string describe(const DocumentNode& node);

}  // namespace sganc
