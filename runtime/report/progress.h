#pragma once
// The live line of a long piece of work: on a terminal one line that is redrawn, elsewhere a plain line now
// and then.

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

namespace sganc {

/// How progress is shown.
enum class ProgressStyle {
  automatic,  // live where the stream is a terminal, else plain
  live,       // redrawn in place, at most ten times a second, cut to the width
  plain,      // a line of its own every ten seconds, the first after ten
  silent,
};

class ProgressLine {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// `stream` must outlive the line. `width` in columns; none: the terminal is asked each time.
  explicit ProgressLine(std::FILE* stream, ProgressStyle style = ProgressStyle::automatic,
                        Clock clock = std::chrono::steady_clock::now, std::optional<int> width = {});
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { erase(); }

  /// Asks for the text, one line of it, and shows it, where it is time to.
  void update(const std::function<std::string()>& text);

  /// Takes a live line off the terminal, so that something else can be written; the next update draws it
  /// again.
  void erase();

  /// Leaves `text` as the last line, ended by a newline (a plain stream gets it too, whatever the time).
  void finish(const std::string& text);

 private:
  int columns() const;

  std::FILE* stream_;
  ProgressStyle style_;
  Clock clock_;
  std::optional<int> width_;
  std::chrono::steady_clock::time_point next_;
  bool drawn_ = false;
};

/// The first `columns` characters of UTF-8 text up to its first newline, never a part of a character.
std::string cut_to_columns(const std::string& text, int columns);

}  // namespace sganc
