#pragma once
// Shows the progress of long work: on a terminal one line that is redrawn, elsewhere a plain line now and
// then.

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

namespace sganc {

/// How progress is shown.
enum class ProgressStyle {
  automatic,  // live if the stream is a terminal, else plain
  live,       // redrawn in place, at most ten times a second, cut to the width
  plain,      // a line of its own every ten seconds, the first after ten
  silent,
};

class ProgressLine {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// `stream` must outlive this object. `width` is in columns; without it the terminal is asked each time.
  explicit ProgressLine(std::FILE* stream, ProgressStyle style = ProgressStyle::automatic,
                        Clock clock = std::chrono::steady_clock::now, std::optional<int> width = {});
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { erase(); }

  /// If it is time to show something, calls `text` and shows its one line.
  void update(const std::function<std::string()>& text);

  /// Erases a live line, so that something else can be written. The next update draws it again.
  void erase();

  /// Writes `text` as the last line, with a newline, for both styles.
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

/// The first `columns` characters of UTF-8 text, up to its first newline. Never cuts a character.
std::string cut_to_columns(const std::string& text, int columns);

}  // namespace sganc
