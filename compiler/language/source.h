#pragma once
// Where a value was written, and the errors that point there.

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

/// Reads a file; a std::runtime_error says why it cannot.
std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path);

/// A span of one line. Line and column count from 1; line 0 means "no place", and only the path is printed.
struct Location {
  std::shared_ptr<const SourceFile> file;
  int line = 0;
  int column = 0;
  int length = 1;
};

/// A value together with the place it was written at.
template <class T>
struct Located {
  T value{};
  Location where;
};

/// One mistake of the user. `help` is a whole sentence without its "help: ", or empty.
struct Diagnostic {
  Location where;
  std::string message;
  std::string help;
};

/// Mistakes, collected so that several are reported at once.
class Diagnostics {
 public:
  void error(Location where, std::string message, std::string help = {});
  void add(Diagnostic diagnostic) { items_.push_back(std::move(diagnostic)); }

  /// By place: files in the order in which they were first blamed, within a file by line and column.
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

/// The same; where the file cannot be read it is a mistake, "cannot read WHAT: ...", and the result is empty.
std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path, const std::string& what,
                                              Diagnostics& diagnostics);

/// A mistake that ends the work at hand at once; whoever catches it adds it to its Diagnostics.
struct UserError {
  Diagnostic diagnostic;
};

/// The columns that `text` takes: its code points.
int columns(std::string_view text);

/// Whether `word` can name a net, a variable and the like: letters, digits and "_", beginning with no digit.
bool is_identifier(std::string_view word);

/// The candidate nearest to `word` by edit distance (letter case aside, swapped neighbours count once), or ""
/// where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `did you mean "x"?` for the nearest candidate, else `otherwise`.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                       const std::string& otherwise);

/// The same; where none is near `expected one of "a", "b"` (one: `expected "a"`, none: "").
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sganc
