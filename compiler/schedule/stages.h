#pragma once
// The stages of a kernel while directives are applied: their loops by name, and the extents of these.

#include <deque>
#include <set>

#include "compiler/schedule/apply.h"
#include "compiler/schedule/directives.h"

namespace sganc {

struct Loop {
  std::string name;
  bool reduction = false;
};

/// A Func, or one of its update definitions (index 1 and up; 0 is the pure definition).
struct ScheduledStage {
  std::string name;
  Halide::Func func;
  int index = 0;
  bool result = false;                               // it writes memory of a fixed size
  std::map<std::string, std::int64_t> extents = {};  // extents of loops, if they are known
  /// For a loop that was split off another, the extent of its last round.
  std::map<std::string, std::int64_t> rests = {};
  std::int64_t copies = 1;                    // copies of its body that vectors and unrolling make
  std::optional<Halide::Stage> special = {};  // set while directives are for a specialization
  std::set<std::string> unnamed = {};         // loops that Halide has named, such as those inside of vectors

  Halide::Stage handle() const;
  /// The loops as they are now, innermost first.
  std::vector<Loop> loops() const;
  /// The extent of the loop, or 0 if it is not known.
  std::int64_t extent(const std::string& loop) const;

  /// The loop of that name. Throws UserError, with the existing names, if there is none.
  Halide::VarOrRVar find(const Word& word) const;
  /// A new loop. `reduction` says whether it runs over a reduction, like the loop that it comes from.
  Halide::VarOrRVar fresh(const Word& word, bool reduction);
  /// The position of a dimension of the Func itself.
  std::size_t find_dimension(const Word& word) const;

  /// Records that a loop was split.
  void split(const std::string& loop, const std::string& outer, const std::string& inner, int factor,
             bool guarded);
  /// Records the loops that a directive has made without names. `before` are the loops before the directive.
  void note_unnamed(const std::vector<Loop>& before);
  /// Records that the body is copied, as often as the loop runs or `factor` says. Throws UserError if that
  /// makes too many copies, or if Halide would compute the remainder wrongly.
  void copy(const Word& directive, const Word& loop, std::int64_t factor, bool vector);
};

/// Halide's names of the Funcs that an extern stage reads, which cannot be computed inline.
std::set<std::string> read_by_extern(const Halide::Func& func);

/// All stages of a kernel by name: "sum", "sum.update", "sum.update_1".
class Stages {
 public:
  Stages(const std::vector<NamedFunc>& funcs, const std::map<std::string, Shape>& extents);

  /// Throws UserError, with the existing names, if there is none.
  ScheduledStage& find(const std::string& name, const Location& where);
  /// Adds a Func that a directive has made.
  void add(const NamedFunc& func, bool result, const Shape& extents);
  bool has(const std::string& name) const;

 private:
  std::deque<ScheduledStage> stages_;
};

}  // namespace sganc
