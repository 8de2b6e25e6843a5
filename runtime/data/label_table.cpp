#include "runtime/data/label_table.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "runtime/data/class_names.h"
#include "runtime/data/dataset.h"
#include "runtime/data/folder_search.h"
#include "runtime/data/picture_names.h"
#include "runtime/data/table_file.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& mistake) {
  throw std::runtime_error(path.string() + ": " + mistake);
}

[[noreturn]] void fail(const fs::path& path, std::int64_t line, const std::string& mistake) {
  fail(path.string() + ":" + std::to_string(line), mistake);
}

/// A cell as a message shows it: without control characters, and not too long.
std::string one_line(std::string text) {
  constexpr std::size_t kMost = 60;
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  if (text.size() > kMost) {
    std::size_t end = kMost;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // within a character of UTF-8
    text = text.substr(0, end) + "...";
  }
  return text;
}

std::string in_quotes(const std::string& text) {
  return '"' + one_line(text) + '"';
}

/// Whether the path has an ending with a letter in it, as 1.0 has not.
bool has_ending(std::string_view path) {
  return std::ranges::any_of(path.substr(without_ending(path).size()),
                             [](unsigned char c) { return std::isalpha(c); });
}

/// Whether a cell is one of those that stand for nothing: as pandas and spreadsheets write them.
bool is_nothing(const std::string& cell) {
  const std::set<std::string> words = {"nan", "-nan", "<na>", "n/a", "#n/a", "null"};
  return words.contains(in_small_letters(cell));
}

/// Understands one table.
class Understanding {
 public:
  Understanding(const LabelTable& table, const std::vector<std::string>& pictures,
                const std::vector<std::size_t>& same)
      : given_(table),
        pictures_(pictures),
        same_(same),
        names_(pictures, same),
        rows_(read_table_file(table.file).rows) {
    take_header();
    file_ = file_column();
    classes_ = class_columns();
  }

  TableLabels labels() {
    TableLabels found;
    found.notes.push_back(columns_text());
    std::vector<std::string> of_picture(pictures_.size());
    std::vector<std::int64_t> line_of(pictures_.size());
    LeftOut without_picture, without_row;
    std::size_t without_class = 0;
    std::set<std::string> nothing;  // what stands in the place of a class
    for (const auto& row : rows_) {
      const std::string& name = row.cells[file_];
      const auto matches = names_.find(name);
      if (matches.empty()) {
        without_picture.add(one_line(name));
        continue;
      }
      if (matches.size() > 1)
        fail(given_.file, row.line,
             in_quotes(name) + " may be " + pictures_[*matches.begin()] + " or " +
                 pictures_[*matches.rbegin()] + ": write their paths");
      const auto picture = *matches.begin();
      std::string label = class_of(row);
      if (is_nothing(label)) nothing.insert(std::exchange(label, ""));
      if (!label.empty() && !of_picture[picture].empty() && of_picture[picture] != label)
        fail(given_.file, row.line,
             in_quotes(name) + " is of the class " + in_quotes(label) + ", and in line " +
                 std::to_string(line_of[picture]) + " of " + in_quotes(of_picture[picture]) +
                 ": a picture can have one class");
      without_class += label.empty();
      if (line_of[picture] != 0 && label.empty()) continue;
      line_of[picture] = row.line;
      of_picture[picture] = label;
    }
    for (std::size_t i = 0; i < pictures_.size(); ++i)
      if (same_[i] == i && line_of[i] == 0) without_row.add(pictures_[i]);
    without_picture.say("rows without a picture, left out", found.notes);
    without_row.say("pictures without a row, which have no label", found.notes);
    if (without_class > 0)
      found.notes.push_back("rows without a class, whose pictures have no label: " +
                            std::to_string(without_class));
    for (const auto& word : nothing) found.notes.push_back(in_quotes(word) + " is taken for no class");
    number_classes(of_picture, found);
    return found;
  }

 private:
  std::string column_list() const {
    std::string text;
    for (const auto& name : header_) text += (text.empty() ? "" : ", ") + in_quotes(name);
    return text;
  }

  /// The first row names the columns, unless it names a picture itself.
  void take_header() {
    const auto& first = rows_[0].cells;
    const bool header =
        std::ranges::none_of(first, [&](const auto& cell) { return !names_.find(cell).empty(); });
    for (std::size_t c = 0; c < first.size(); ++c)
      header_.push_back(header && !first[c].empty() ? first[c] : "column " + std::to_string(c + 1));
    if (header) rows_.erase(rows_.begin());
    if (rows_.empty()) fail(given_.file, "has a header and no rows");
  }

  std::size_t named_column(const std::string& name) const {
    const auto at = std::ranges::find(header_, name);
    if (at == header_.end())
      fail(given_.file, "there is no column " + in_quotes(name) + "; there are " + column_list());
    return static_cast<std::size_t>(at - header_.begin());
  }

  /// The column that names most pictures with the ending of their files, or else without, in the first rows.
  /// Of equal ones it is the first.
  std::size_t file_column() const {
    if (!given_.file_column.empty()) return named_column(given_.file_column);
    constexpr std::size_t kLookedAt = 1000;
    std::size_t best = 0;
    std::pair<std::size_t, std::size_t> most = {0, 0};  // pictures by names with endings, by all names
    for (std::size_t c = 0; c < header_.size(); ++c) {
      std::set<std::size_t> with_ending, all;
      for (std::size_t r = 0; r < std::min(rows_.size(), kLookedAt); ++r) {
        const std::string& cell = rows_[r].cells[c];
        const auto found = names_.find(cell);
        if (has_ending(cell)) with_ending.insert(found.begin(), found.end());
        all.insert(found.begin(), found.end());
      }
      const std::pair named(with_ending.size(), all.size());
      if (named > most) best = c, most = named;
    }
    if (most.second > 0) return best;
    fail(given_.file, "no column names the pictures; the first row has " + in_quotes(rows_[0].cells[0]) +
                          ", and the first picture is " + pictures_.at(0));
  }

  /// The column of the classes, or several columns of zeros and ones.
  std::vector<std::size_t> class_columns() const {
    if (!given_.class_column.empty()) return {named_column(given_.class_column)};
    std::vector<std::size_t> others, usual;
    for (std::size_t c = 0; c < header_.size(); ++c) {
      if (c == file_) continue;
      others.push_back(c);
      const std::set<std::string> names = {"class", "label", "category", "target", "species", "breed"};
      if (names.contains(in_small_letters(header_[c]))) usual.push_back(c);
    }
    if (others.size() == 1) return others;
    if (usual.size() == 1) return usual;
    if (others.size() > 1 && of_ones(others)) return others;
    fail(given_.file, others.empty() ? "has one column, and one of files and one of classes are needed"
                                     : "which column has the classes? There are " + column_list() +
                                           ": name it, class_column = " + in_quotes(header_[others[0]]) +
                                           " or --class-column");
  }

  /// Whether in each row one of the columns is 1 and the others are 0.
  bool of_ones(const std::vector<std::size_t>& columns) const {
    return std::ranges::all_of(rows_, [&](const TableRow& row) {
      std::size_t ones = 0, zeros = 0;
      for (const auto c : columns) {
        const std::string& cell = row.cells[c];
        ones += cell == "1" || cell == "1.0", zeros += cell == "0" || cell == "0.0";
      }
      return ones == 1 && ones + zeros == columns.size();
    });
  }

  std::string class_of(const TableRow& row) const {
    if (classes_.size() == 1) return row.cells[classes_[0]];
    for (const auto c : classes_)
      if (row.cells[c].starts_with('1')) return header_[c];
    return {};
  }

  std::string columns_text() const {
    const std::string file = given_.file.filename().string();
    return file + ": " + in_quotes(header_[file_]) + " names the pictures, " +
           (classes_.size() == 1 ? in_quotes(header_[classes_[0]]) + " their classes"
                                 : std::to_string(classes_.size()) + " other columns are the classes");
  }

  void number_classes(const std::vector<std::string>& of_picture, TableLabels& found) const {
    std::set<std::string> names(of_picture.begin(), of_picture.end());
    names.erase("");
    for (const auto& name : names)
      if (std::ranges::any_of(name, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
        fail(given_.file, "the name of a class has a control character");
    if (names.size() > static_cast<std::size_t>(kMostClasses))
      fail(given_.file, "the column " + in_quotes(header_[classes_[0]]) + " holds too many classes");
    found.classes.assign(names.begin(), names.end());
    sort_class_names(found.classes);
    for (const auto& name : found.classes)
      if (sounds_unlabelled(name))
        found.notes.push_back(
            in_quotes(name) +
            " is taken for a class; if its pictures have no label, leave their cells empty");
    say_case_alone(found);
    std::map<std::string, std::int32_t> number = {{"", kUnlabelled}};
    for (const auto& name : found.classes) number.emplace(name, static_cast<std::int32_t>(number.size() - 1));
    for (const auto picture : same_) found.labels.push_back(number.at(of_picture[picture]));
  }

  /// Notes classes whose names differ in upper and lower case alone.
  static void say_case_alone(TableLabels& found) {
    std::map<std::string, std::string> seen;
    for (const auto& name : found.classes)
      if (const auto [other, is_new] = seen.emplace(folded(name), name); !is_new)
        found.notes.push_back(in_quotes(other->second) + " and " + in_quotes(name) +
                              " are taken for two classes");
  }

  const LabelTable& given_;
  const std::vector<std::string>& pictures_;
  const std::vector<std::size_t>& same_;
  PictureNames names_;
  std::vector<TableRow> rows_;  // without the header
  std::vector<std::string> header_;
  std::size_t file_ = 0;
  std::vector<std::size_t> classes_;
};

}  // namespace

TableLabels read_labels(const LabelTable& table, const std::vector<std::string>& pictures,
                        const std::vector<std::size_t>& same) {
  std::vector<std::size_t> each(pictures.size());
  std::iota(each.begin(), each.end(), 0U);
  return Understanding(table, pictures, same.empty() ? each : same).labels();
}

}  // namespace sganc
