#include "compiler/language/source.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <tuple>

namespace sganc {
namespace {

bool begins_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// The text with "?" for control characters, which could move the cursor.
std::string printable(std::string text) {
  for (char& c : text)
    if (c != '\t' && std::iscntrl(static_cast<unsigned char>(c))) c = '?';
  return text;
}

/// Line `number` (from 1) of `text` without its line break.
std::string line_of(std::string_view text, int number) {
  for (int i = 1; i < number; ++i) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string line(text.substr(0, text.find('\n')));
  if (line.ends_with('\r')) line.pop_back();
  return printable(std::move(line));
}

/// Blanks as wide as the first `count` columns of `line`: tabs stay tabs.
std::string blanks_under(std::string_view line, int count) {
  std::string blanks;
  for (char c : line) {
    if (!begins_code_point(c)) continue;
    if (count-- <= 0) return blanks;
    blanks += c == '\t' ? '\t' : ' ';
  }
  return blanks + std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

struct Colors {
  const char *bold, *red, *green, *blue, *off;
};
constexpr Colors kPlain{"", "", "", "", ""};
constexpr Colors kColored{"\x1b[1m", "\x1b[1;31m", "\x1b[1;32m", "\x1b[1;34m", "\x1b[0m"};

void print_excerpt(std::ostream& out, const Location& where, const Colors& c) {
  const std::string line = line_of(where.file->text, where.line);
  const std::string number = std::to_string(where.line);
  const int rest = columns(line) - (where.column - 1);
  const int carets = std::max(1, std::min(where.length, rest));
  out << c.blue << "  " << number << " |" << c.off << (line.empty() ? "" : " ") << line << "\n"
      << c.blue << "  " << std::string(number.size(), ' ') << " |" << c.off << " "
      << blanks_under(line, where.column - 1) << c.red << std::string(static_cast<std::size_t>(carets), '^')
      << c.off << "\n";
}

/// Levenshtein's distance, except that swapping two neighbours counts as one edit.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(above, row);
  }
  return above[b.size()];
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace

void Diagnostics::error(Location where, std::string message, std::string help) {
  items_.push_back({std::move(where), std::move(message), std::move(help)});
}

void Diagnostics::sort() {
  std::map<const SourceFile*, std::size_t> rank;
  for (const auto& item : items_) rank.emplace(item.where.file.get(), rank.size());
  const auto place = [&](const Diagnostic& d) {
    return std::tuple(rank.at(d.where.file.get()), d.where.line, d.where.column);
  };
  std::stable_sort(items_.begin(), items_.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

void Diagnostics::print(std::ostream& out, bool color) const {
  const Colors& c = color ? kColored : kPlain;
  for (const auto& [where, message, help, details] : items_) {
    const bool placed = where.file && where.line > 0;
    out << c.bold;
    if (where.file) out << where.file->path << ":";
    if (placed) out << where.line << ":" << where.column << ":";
    out << (where.file ? " " : "") << c.off << c.red << "error:" << c.off << " " << printable(message)
        << "\n";
    for (const auto& line : details) out << "  " << printable(line) << "\n";
    if (placed) print_excerpt(out, where, c);
    if (!help.empty()) out << c.green << "help:" << c.off << " " << printable(help) << "\n";
  }
}

int columns(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), begins_code_point));
}

bool is_identifier(std::string_view word) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !word.empty() && letter(word[0]) &&
         std::all_of(word.begin(), word.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string wanted = lower_case(word);
  std::string best;
  std::size_t best_distance = std::string::npos;
  for (const auto& candidate : candidates) {
    const std::size_t length = std::max(wanted.size(), candidate.size());
    const std::size_t distance = edit_distance(wanted, lower_case(candidate));
    const bool near = distance <= std::max<std::size_t>(1, length / 3) && distance < length;
    if (near && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                       const std::string& otherwise) {
  const auto best = nearest(word, candidates);
  return best.empty() ? otherwise : "did you mean \"" + best + "\"?";
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  std::string all = candidates.empty() ? "" : candidates.size() == 1 ? "expected " : "expected one of ";
  for (const auto& candidate : candidates)
    all += (&candidate == &candidates[0] ? "\"" : ", \"") + candidate + "\"";
  return suggestion(word, candidates, all);
}

std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path) {
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) throw std::runtime_error("it is a folder");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(std::generic_category().message(errno));
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) throw std::runtime_error("reading failed");
  return std::make_shared<const SourceFile>(SourceFile{path.string(), text.str()});
}

std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path, const std::string& what,
                                              Diagnostics& diagnostics) {
  try {
    return read_source(path);
  } catch (const std::runtime_error& error) {
    const auto file = std::make_shared<const SourceFile>(SourceFile{path.string(), ""});
    diagnostics.error({file, 0, 0, 1}, "cannot read " + what + ": " + error.what());
    return nullptr;
  }
}

}  // namespace sganc
