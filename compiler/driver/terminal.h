#pragma once
// Where a verb writes: results on standard output, messages on standard error.

#include <iostream>
#include <string>

namespace sganc {

/// Exit codes that scripts rely on.
enum ExitCode : int { kDone = 0, kFailed = 1, kBadInput = 2 };

struct Terminal {
  std::ostream& out = std::cout;
  std::ostream& err = std::cerr;
  bool color = false;  // of messages
  bool quiet = false;
  bool verbose = false;
  bool json = false;  // --format json

  /// A message, unless --quiet.
  void say(const std::string& text) const {
    if (!quiet) err << text << '\n';
  }
  /// `error: ...`, in red where colours are on; `help: ...` under it where there is help.
  void error(const std::string& text, const std::string& help = {}) const;
};

}  // namespace sganc
