#include "compiler/inspect/text_table.h"

#include <algorithm>

#include "compiler/language/source.h"

namespace sganc {
namespace {

/// The text for a cell of a table. Escapes "|", which may occur in a name and ends a cell in Markdown.
std::string markdown_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

std::string markdown_line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += " " + markdown_text(cell) + " |";
  return line + "\n";
}

}  // namespace

TextTable::TextTable(const std::vector<std::string>& columns) {
  auto& heading = rows_.emplace_back();
  for (const auto& column : columns) {
    right_.push_back(column.starts_with('>'));
    heading.push_back(right_.back() ? column.substr(1) : column);
  }
}

void TextTable::row(std::vector<std::string> cells) {
  cells.resize(right_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::text(int indent) const {
  std::vector<int> widths(right_.size());
  for (const auto& cells : rows_)
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], columns(cells[i]));
  std::string text;
  for (const auto& cells : rows_) {
    std::string line(static_cast<std::size_t>(indent), ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string space(static_cast<std::size_t>(widths[i] - columns(cells[i])), ' ');
      line += (i ? "  " : "") + (right_[i] ? space + cells[i] : cells[i] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string markdown_table(const std::vector<std::string>& columns,
                           const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::string> names;
  std::string rule = "|";
  for (const auto& column : columns) {
    const bool right = column.starts_with('>');
    names.push_back(column.substr(right ? 1 : 0));
    rule += right ? " ---: |" : " --- |";
  }
  std::string text = markdown_line(names) + rule + "\n";
  for (const auto& row : rows) text += markdown_line(row);
  return text;
}

std::string shape_text(const Shape& shape) {
  std::string text;
  for (auto extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text.empty() ? "scalar" : text;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "-" : text;
}

}  // namespace sganc
