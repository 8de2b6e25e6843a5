#pragma once
// Tables as text: CSV (RFC 4180), with commas, semicolons or tabs between the cells.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sganc {

struct TableRow {
  std::int64_t line = 0;  // of the file, counted from 1, at which the row begins
  std::vector<std::string> cells;
};

/// The rows of a table. All have as many cells as the first one, which is usually the header.
struct TableFile {
  std::vector<TableRow> rows;
};

/// Reads UTF-8 text, with or without a byte order mark. What is between the cells (a tab, a semicolon or a
/// comma) is found in the first line. A cell in quotes may hold line breaks, and two quotes for one. Spaces
/// around a cell are dropped, and so are empty lines. Throws std::runtime_error "PATH:LINE: MISTAKE" for a
/// row with another number of cells, a quote that does not end, bytes that are not UTF-8, and a table without
/// rows.
TableFile read_table_file(const std::filesystem::path& path);

}  // namespace sganc
