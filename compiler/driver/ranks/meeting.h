#pragma once
// How the ranks of a training begin together, and what becomes of them if one fails. Each rank prepares the
// same work by itself: it reads the model, compiles it, loads the data. They meet several times on the way. A
// rank that fails says so at the next meeting, so that all end with one message, which rank 0 prints. Once
// they have set out, they wait for each other in every step: then a rank that fails alone prints its message
// itself, and ends all.

#include <string>
#include <vector>

#include "runtime/ranks/launch.h"

namespace sganc {

/// Ends the work of this rank because another has failed. No std::exception, since there is nothing to print
/// here.
struct FailedElsewhere {
  int rank = 0, code = 0;
  std::string text;  // what it printed
};

class Meeting {
 public:
  /// Joins the others. Throws CannotJoin.
  void join(const Launch& launch) { ranks_ = &sganc::join(launch); }

  Ranks& ranks() const { return *ranks_; }

  /// Waits until all ranks have come, and returns their words, by rank. Throws FailedElsewhere.
  std::vector<std::string> meet(const std::string& word = {});

  /// From now on this rank does not meet the others any more; its failure ends all.
  void set_out() { stage_ = Stage::on_the_way; }

  /// All ranks end now, with the same code.
  void arrive() { stage_ = Stage::arrived; }

  /// Tells the others how this rank has ended: its exit code, and what it has printed.
  void part(int code, const std::string& text);

 private:
  enum class Stage { preparing, on_the_way, arrived };
  Ranks* ranks_ = &lone_rank();
  Stage stage_ = Stage::preparing;
};

/// That of this process.
Meeting& meeting();

}  // namespace sganc
