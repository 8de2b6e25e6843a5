#pragma once
// The stages of a kernel while directives shape them: their loops by name, and how often each runs.

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
  bool result = false;                               // writes memory of a fixed size
  std::map<std::string, std::int64_t> extents = {};  // of loops; those that are not here are not known
  std::map<std::string, std::int64_t> rests = {};    // of a loop split off another: what the last round has
  std::int64_t copies = 1;                           // of its body that vectors and unrolling make
  std::optional<Halide::Stage> special = {};         // where directives are for a specialization
  std::set<std::string> unnamed = {};  // loops that Halide has named: inside of vectors and their like

  Halide::Stage handle() const;
  /// The loops as they are now, innermost first.
  std::vector<Loop> loops() const;
  /// How often that loop runs; 0 where it is not known.
  std::int64_t extent(const std::string& loop) const;

  /// A loop by its name. Throws UserError with the names that there are.
  Halide::VarOrRVar find(const Word& word) const;
  /// A loop about to be made; it runs over a reduction where the loop it comes from does.
  Halide::VarOrRVar fresh(const Word& word, bool reduction);
  /// A dimension of the Func itself, and its position.
  std::size_t find_dimension(const Word& word) const;

  /// Notes that a loop was split.
  void split(const std::string& loop, const std::string& outer, const std::string& inner, int factor,
             bool guarded);
  /// Notes which loops a directive has made without naming them; `before` are those that there were.
  void note_unnamed(const std::vector<Loop>& before);
  /// Notes that the body is copied, so often as the loop runs or `factor` says. Throws UserError where that
  /// is more than a compiler can take, or where Halide would compute a rest wrongly.
  void copy(const Word& directive, const Word& loop, std::int64_t factor, bool vector);
};

/// All stages of a kernel by name: "sum", "sum.update", "sum.update_1".
class Stages {
 public:
  Stages(const std::vector<NamedFunc>& funcs, const std::map<std::string, Shape>& extents);

  /// Throws UserError with the names that there are.
  ScheduledStage& find(const std::string& name, const Location& where);
  /// A Func that a directive has made.
  void add(const NamedFunc& func, bool result, const Shape& extents);
  bool has(const std::string& name) const;

 private:
  std::deque<ScheduledStage> stages_;
};

}  // namespace sganc
