#pragma once
// Messages of a run: to a person on a stream, and to log.txt for later.

#include <cstdio>
#include <filesystem>
#include <string_view>

#include "runtime/report/progress.h"

namespace sganc {

class RunLog {
 public:
  /// `stream` may be null (quiet). `progress`, where given, draws on the same stream: it is erased before a
  /// message. Both must outlive the log.
  explicit RunLog(std::FILE* stream, ProgressLine* progress = nullptr)
      : stream_(stream), progress_(progress) {}
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;
  ~RunLog();

  /// Adds messages from now on to the file, after what it holds. Throws std::runtime_error where it cannot be
  /// opened.
  void append_to(const std::filesystem::path& path);

  /// One line, without its newline, to the stream and the file. Neither throws: a training does not end for
  /// its log. The first time that the file cannot be written the stream says so.
  void say(std::string_view message);

  /// One line to the file alone.
  void note(std::string_view message);

 private:
  void show(std::string_view message);

  std::FILE* stream_;
  ProgressLine* progress_;
  int descriptor_ = -1;
  bool failed_ = false;  // the last line is missing, or a part of it
  bool told_ = false;
  std::filesystem::path path_;
};

}  // namespace sganc
