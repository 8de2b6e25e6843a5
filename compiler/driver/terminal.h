#pragma once
// The output of a verb: results on standard output, messages on standard error.

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
  /// Prints `error: ...`, in red if colours are on, and `help: ...` below it unless `help` is empty.
  void error(const std::string& text, const std::string& help = {}) const;
};

}  // namespace sganc
