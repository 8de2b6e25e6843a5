#include "runtime/data/table_file.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>

#include "runtime/system/files.h"
#include "runtime/system/utf8.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, std::int64_t line, const std::string& mistake) {
  throw std::runtime_error(path.string() + ":" + std::to_string(line) + ": " + mistake);
}

/// A tab if the first line has one outside of quotes, else the most frequent of commas, semicolons and
/// vertical bars, else a space if there is one.
char separator_of(std::string_view text) {
  std::map<char, std::ptrdiff_t> count;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    ++count[c];
  }
  if (count['\t'] > 0) return '\t';
  const char most = std::ranges::max({',', ';', '|'}, {}, [&](char c) { return count[c]; });
  return count[most] == 0 && count[' '] > 0 ? ' ' : most;
}

/// Throws for files of other programs that are no text tables.
void require_table(std::string_view text, const fs::path& path) {
  const auto fail = [&](const std::string& what) { throw std::runtime_error(path.string() + ": " + what); };
  if (text.starts_with("PK\x03\x04") || text.starts_with("\xD0\xCF\x11\xE0"))
    fail("is a spreadsheet or an archive: save it as \"CSV UTF-8\"");
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    fail("is UTF-16, and a table must be UTF-8: save it as \"CSV UTF-8\"");
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    fail("is not UTF-8: save it as \"CSV UTF-8\"");
  if (text.starts_with('{') || text.starts_with('['))
    fail(
        "is JSON, and a table is CSV or TSV: pd.read_json(file).to_csv(\"labels.csv\", index=False) writes "
        "one");
}

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes a table's text apart, from its beginning to its end.
class TableReader {
 public:
  TableReader(const fs::path& path, std::string_view text)
      : path_(path),
        text_(text),
        separator_(separator_of(text)),
        around_(separator_ == '\t'  ? " "
                : separator_ == ' ' ? "\t"
                                    : " \t") {}

  bool at_end() const { return at_ == text_.size(); }

  TableRow row() {
    TableRow row{.line = line_, .cells = {}};
    for (bool more = true; more;) {
      row.cells.push_back(cell());
      more = !at_end() && text_[at_] == separator_;
      if (more && separator_ == ' ') {  // several count as one, and those at the end as none
        at_ = std::min(text_.find_first_not_of(' ', at_), text_.size());
        more = !at_end() && text_[at_] != '\n' && text_[at_] != '\r';
      } else if (more) {
        ++at_;
      }
    }
    end_line();
    return row;
  }

 private:
  std::string cell() {
    const auto begin = text_.find_first_not_of(around_, at_);
    if (begin != std::string_view::npos && text_[begin] == '"') {
      at_ = begin;
      return quoted_cell();
    }
    const char ends[] = {separator_, '\n', '\r'};
    const auto end = std::min(text_.find_first_of({ends, 3}, at_), text_.size());
    const auto cell = text_.substr(at_, end - at_);
    at_ = end;
    return std::string(without_spaces(cell));
  }

  std::string quoted_cell() {
    const std::int64_t first_line = line_;
    std::string cell;
    for (++at_; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '"' && !text_.substr(at_ + 1).starts_with('"')) {
        const auto next = text_.find_first_not_of(around_, at_ + 1);
        at_ = std::min(next, text_.size());
        if (!at_end() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r')
          fail(path_, line_, "a cell goes on after its closing quote");
        return std::string(without_spaces(cell));
      }
      if (c == '"') ++at_;  // the first of two
      line_ += c == '\n';
      cell += c;
    }
    fail(path_, first_line, "a quote does not end");
  }

  void end_line() {
    if (at_end()) return;
    at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
    ++line_;
  }

  const fs::path& path_;
  std::string_view text_;
  char separator_;
  const char* around_;  // characters that may stand around a quoted cell
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

}  // namespace

TableFile read_table_file(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::string_view text = bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  require_table(text, path);
  TableFile table;
  for (TableReader reader(path, text); !reader.at_end();) {
    auto row = reader.row();
    if (std::ranges::all_of(row.cells, &std::string::empty)) continue;
    if (!table.rows.empty() && row.cells.size() != table.rows[0].cells.size())
      fail(path, row.line,
           "the row has " + std::to_string(row.cells.size()) + (row.cells.size() == 1 ? " cell" : " cells") +
               ", and the first one " + std::to_string(table.rows[0].cells.size()));
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) throw std::runtime_error(path.string() + ": has no rows");
  return table;
}

}  // namespace sganc
