#pragma once
// The place of a value in a file, and errors that point to it.

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sganc {

/// A text that errors can quote: a model file, a schedule file, or the value of a command line flag.
struct SourceFile {
  std::string path;
  std::string text;
};

/// Reads a file. Throws std::runtime_error with the reason if that fails.
std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path);

/// A part of one line. Lines and columns count from 1. Line 0 means "no place": then only the path is
/// printed.
struct Location {
  std::shared_ptr<const SourceFile> file;
  int line = 0;
  int column = 0;
  int length = 1;
};

/// A value and its place.
template <class T>
struct Located {
  T value{};
  Location where;
};

/// One mistake of the user. `help` is the text after "help: ", or empty.
struct Diagnostic {
  Location where;
  std::string message;
  std::string help;
  std::vector<std::string> details = {};  // lines below the message
};

/// Collects mistakes, so that several are reported at once.
class Diagnostics {
 public:
  void error(Location where, std::string message, std::string help = {});
  void add(Diagnostic diagnostic) { items_.push_back(std::move(diagnostic)); }

  /// Sorts by place: files in the order of their first mistake, then by line and column.
  void sort();

  bool empty() const { return items_.empty(); }
  const std::vector<Diagnostic>& items() const { return items_; }

  /// Prints each as
  ///     path:line:column: error: message
  ///       12 | the line itself
  ///          |     ^^^^
  ///     help: did you mean "conv"?
  void print(std::ostream& out, bool color = false) const;

 private:
  std::vector<Diagnostic> items_;
};

/// The same, but a file that cannot be read is a mistake "cannot read WHAT: ..." in `diagnostics`, and the
/// result is nullptr.
std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path, const std::string& what,
                                              Diagnostics& diagnostics);

/// Thrown for a mistake after which the work cannot go on. The catcher adds it to its Diagnostics or prints
/// it.
struct UserError {
  Diagnostic diagnostic;
};

/// The number of columns of `text`: its code points.
int columns(std::string_view text);

/// Whether `word` can be a name: letters, digits and "_", not beginning with a digit.
bool is_identifier(std::string_view word);

/// The candidate with the smallest edit distance to `word`, or "" if none is close. Case does not count, and
/// two swapped neighbours count as one edit.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `did you mean "x"?` for the nearest candidate, else `otherwise`.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                       const std::string& otherwise);

/// The same. If no candidate is close, `expected one of "a", "b"`; for one candidate `expected "a"`, for none
/// "".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sganc
