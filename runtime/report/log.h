#pragma once
// The messages of a run, on a stream and in log.txt.

#include <cstdio>
#include <filesystem>
#include <string_view>

#include "runtime/report/progress.h"

namespace sganc {

class RunLog {
 public:
  /// `stream` may be null (quiet). `progress` may be null; else it draws on the same stream, and is erased
  /// before a message. Both must outlive the log.
  explicit RunLog(std::FILE* stream, ProgressLine* progress = nullptr)
      : stream_(stream), progress_(progress) {}
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;
  ~RunLog();

  /// Appends messages to the file from now on. Throws std::runtime_error if it cannot be opened.
  void append_to(const std::filesystem::path& path);

  /// Writes one line, given without its newline, to the stream and the file. Does not throw, so that training
  /// goes on without its log. The first failure to write the file is shown on the stream.
  void say(std::string_view message);

  /// Writes one line to the file only.
  void note(std::string_view message);

 private:
  void show(std::string_view message);

  std::FILE* stream_;
  ProgressLine* progress_;
  int descriptor_ = -1;
  bool failed_ = false;  // the last line, or a part of it, is missing
  bool told_ = false;
  std::filesystem::path path_;
};

}  // namespace sganc
