#include "compiler/schedule/apply.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace sganc {
namespace {

using Halide::VarOrRVar;

/// A directive's name, how it is written, and which stages may have it.
struct DirectiveInfo {
  std::string name;
  std::string usage;
  std::size_t least, most;  // words after the name
  bool places;              // applied after all loops have their shapes
  bool pure_only;           // belongs to the stage as a whole, not to an update definition
};

constexpr std::size_t kAny = 99;

const std::vector<DirectiveInfo>& directives() {
  static const std::vector<DirectiveInfo> table = {
      {"split", "split LOOP OUTER INNER FACTOR [TAIL]", 4, 5, false, false},
      {"tile", "tile X Y XOUTER YOUTER XINNER YINNER XFACTOR YFACTOR [TAIL]", 8, 9, false, false},
      {"fuse", "fuse INNER OUTER FUSED", 3, 3, false, false},
      {"rename", "rename OLD NEW", 2, 2, false, false},
      {"reorder", "reorder INNERMOST ... OUTERMOST", 2, kAny, false, false},
      {"vectorize", "vectorize LOOP [FACTOR]", 1, 2, false, false},
      {"unroll", "unroll LOOP [FACTOR]", 1, 2, false, false},
      {"parallel", "parallel LOOP [FACTOR]", 1, 2, false, false},
      {"atomic", "atomic", 0, 0, false, false},
      {"reorder_storage", "reorder_storage INNERMOST ... OUTERMOST", 2, kAny, false, true},
      {"store_in", "store_in stack|heap|register", 1, 1, false, true},
      {"compute_root", "compute_root", 0, 0, true, true},
      {"compute_inline", "compute_inline", 0, 0, true, true},
      {"compute_at", "compute_at STAGE LOOP", 2, 2, true, true},
      {"store_root", "store_root", 0, 0, true, true},
      {"store_at", "store_at STAGE LOOP", 2, 2, true, true},
  };
  return table;
}

/// A word of a directive and its place within the string.
using Word = Located<std::string>;

std::vector<Word> words_of(const Located<std::string>& directive) {
  std::vector<Word> words;
  const std::string& text = directive.value;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t,", i);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t,", begin), text.size());
    Word word{text.substr(begin, end - begin), directive.where};
    if (word.where.line > 0) {
      word.where.column += static_cast<int>(begin);
      word.where.length = static_cast<int>(end - begin);
    }
    words.push_back(std::move(word));
    i = end;
  }
  return words;
}

[[noreturn]] void fail(const Location& where, std::string message, std::string help = {}) {
  throw UserError{{where, std::move(message), std::move(help)}};
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

/// A Func, or one of its update definitions (index 1 and up; 0 is the pure definition).
struct Stage {
  std::string name;
  Halide::Func func;
  int index = 0;
  bool output = false;  // read by no other stage: it writes memory of a fixed size
  Halide::Stage handle() const {
    Halide::Func f = func;
    return index == 0 ? Halide::Stage(f) : f.update(index - 1);
  }
};

struct Loop {
  std::string name;
  bool reduction = false;
};

/// The loops of a stage as they are now, innermost first.
std::vector<Loop> loops_of(const Stage& stage) {
  std::vector<Loop> loops;
  const auto handle = stage.handle();
  for (const auto& dim : handle.get_schedule().dims()) {
    const std::string name = dim.var.substr(dim.var.rfind('.') + 1);
    if (!name.starts_with("__")) loops.push_back({name, dim.is_rvar()});
  }
  return loops;
}

std::vector<std::string> names_of(const std::vector<Loop>& loops) {
  std::vector<std::string> names;
  for (const auto& loop : loops) names.push_back(loop.name);
  return names;
}

/// All stages of a kernel by name: "sum", "sum.update", "sum.update_1".
class Stages {
 public:
  explicit Stages(const std::vector<NamedFunc>& funcs) {
    std::set<std::string> read;
    for (const auto& [name, func] : funcs)
      for (const auto& [callee, function] : Halide::Internal::find_direct_calls(func.function()))
        if (callee != func.name()) read.insert(callee);
    for (const auto& [name, func] : funcs)
      for (int i = 0; i <= func.num_update_definitions(); ++i)
        stages_.push_back({name + (i == 0   ? ""
                                   : i == 1 ? ".update"
                                            : ".update_" + std::to_string(i - 1)),
                           func, i, !read.contains(func.name())});
  }

  const Stage& find(const std::string& name, const Location& where) const {
    std::vector<std::string> names;
    for (const auto& stage : stages_) {
      if (stage.name == name) return stage;
      names.push_back(stage.name);
    }
    fail(where, "this kernel has no stage \"" + name + "\"", "its stages are " + quoted(names));
  }

 private:
  std::vector<Stage> stages_;
};

VarOrRVar find_loop(const Stage& stage, const Word& word) {
  const auto loops = loops_of(stage);
  for (const auto& loop : loops)
    if (loop.name == word.value) return {loop.name, loop.reduction};
  fail(word.where, "stage \"" + stage.name + "\" has no loop \"" + word.value + "\"",
       "its loops are " + quoted(names_of(loops)));
}

/// A loop about to be made; it runs over a reduction where the loop it comes from does.
VarOrRVar fresh_loop(const Stage& stage, const Word& word, bool reduction) {
  for (const auto& loop : loops_of(stage))
    if (loop.name == word.value)
      fail(word.where, "stage \"" + stage.name + "\" already has a loop \"" + word.value + "\"");
  return {word.value, reduction};
}

int find_number(const Word& word) {
  int number = 0;
  const char* end = word.value.data() + word.value.size();
  const auto [stop, error] = std::from_chars(word.value.data(), end, number);
  if (error != std::errc() || stop != end || number < 1 || number > 1 << 20)
    fail(word.where, "expected a whole number from 1 to 1048576, not \"" + word.value + "\"");
  return number;
}

/// One of the words of a table, or a UserError that suggests the nearest.
template <class T>
T find_choice(const Word& word, const std::string& what, const std::map<std::string, T>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    if (name == word.value) return value;
    names.push_back(name);
  }
  fail(word.where, "unknown " + what + " \"" + word.value + "\"", suggestion(word.value, names));
}

/// The extent of a loop that is a whole dimension of known bounds, else 0.
std::int64_t known_extent(const Stage& stage, const std::string& loop) {
  for (const auto& bound : stage.func.function().schedule().bounds())
    if (const auto extent = Halide::Internal::as_const_int(bound.extent); extent && bound.var == loop)
      return *extent;
  return 0;
}

/// The tail at `position`, where there is one. An output is written within its bounds only: its tail is a
/// guard, and another is taken only where the extent is known to allow it.
Halide::TailStrategy find_tail(const Stage& stage, const std::vector<Word>& words, std::size_t position,
                               const std::vector<std::pair<std::string, int>>& splits) {
  using Halide::TailStrategy;
  if (words.size() <= position) return stage.output ? TailStrategy::GuardWithIf : TailStrategy::Auto;
  const auto tail = find_choice<TailStrategy>(words[position], "tail",
                                              {{"guard_with_if", TailStrategy::GuardWithIf},
                                               {"round_up", TailStrategy::RoundUp},
                                               {"shift_inwards", TailStrategy::ShiftInwards}});
  for (const auto& [loop, factor] : splits) {
    const std::int64_t extent = known_extent(stage, loop);
    const bool fits = tail == TailStrategy::GuardWithIf || (extent > 0 && extent % factor == 0) ||
                      (tail == TailStrategy::ShiftInwards && extent >= factor);
    if (stage.output && !fits)
      fail(words[position].where,
           "\"" + words[position].value + "\" would leave the bounds of \"" + stage.name + "\"",
           "use \"guard_with_if\"");
  }
  return tail;
}

/// A dimension of the Func itself, in which its storage is described.
Halide::Var find_dimension(const Stage& stage, const Word& word) {
  std::vector<std::string> names;
  for (const auto& arg : stage.func.args()) {
    if (arg.name() == word.value) return arg;
    names.push_back(arg.name());
  }
  fail(word.where, "stage \"" + stage.name + "\" has no dimension \"" + word.value + "\"",
       "its dimensions are " + quoted(names));
}

/// `name LOOP [FACTOR]`: calls `whole` on the loop, or `blocked` on the loop, the factor and the tail.
template <class Whole, class Blocked>
void one_loop(const Stage& stage, const std::vector<Word>& words, Whole whole, Blocked blocked) {
  const VarOrRVar loop = find_loop(stage, words[1]);
  if (words.size() == 2)
    whole(loop);
  else
    blocked(loop, find_number(words[2]), find_tail(stage, words, words.size(), {}));
}

void shape_loops(const Stage& stage, const std::vector<Word>& words) {
  const std::string& name = words[0].value;
  Halide::Stage handle = stage.handle();
  Halide::Func func = stage.func;
  const auto loop = [&](std::size_t i) { return find_loop(stage, words[i]); };
  const auto fresh = [&](std::size_t i, bool reduction) { return fresh_loop(stage, words[i], reduction); };
  if (name == "split") {
    const VarOrRVar old = loop(1);
    const int factor = find_number(words[4]);
    const auto tail = find_tail(stage, words, 5, {{words[1].value, factor}});
    handle.split(old, fresh(2, old.is_rvar), fresh(3, old.is_rvar), factor, tail);
  } else if (name == "tile") {
    const VarOrRVar x = loop(1), y = loop(2);
    const int across = find_number(words[7]), down = find_number(words[8]);
    const auto tail = find_tail(stage, words, 9, {{words[1].value, across}, {words[2].value, down}});
    handle.tile(x, y, fresh(3, x.is_rvar), fresh(4, y.is_rvar), fresh(5, x.is_rvar), fresh(6, y.is_rvar),
                across, down, tail);
  } else if (name == "fuse") {
    const VarOrRVar inner = loop(1), outer = loop(2);
    handle.fuse(inner, outer, fresh(3, inner.is_rvar || outer.is_rvar));
  } else if (name == "rename") {
    const VarOrRVar old = loop(1);
    handle.rename(old, fresh(2, old.is_rvar));
  } else if (name == "reorder") {
    std::vector<VarOrRVar> order;
    for (std::size_t i = 1; i < words.size(); ++i) order.push_back(loop(i));
    handle.reorder(order);
  } else if (name == "vectorize") {
    one_loop(
        stage, words, [&](auto v) { handle.vectorize(v); },
        [&](auto v, int n, auto tail) { handle.vectorize(v, n, tail); });
  } else if (name == "unroll") {
    one_loop(
        stage, words, [&](auto v) { handle.unroll(v); },
        [&](auto v, int n, auto tail) { handle.unroll(v, n, tail); });
  } else if (name == "parallel") {
    one_loop(
        stage, words, [&](auto v) { handle.parallel(v); },
        [&](auto v, int n, auto tail) { handle.parallel(v, n, tail); });
  } else if (name == "atomic") {
    handle.atomic();
  } else if (name == "reorder_storage") {
    std::vector<Halide::Var> order;
    for (std::size_t i = 1; i < words.size(); ++i) order.push_back(find_dimension(stage, words[i]));
    func.reorder_storage(order);
  } else if (name == "store_in") {
    using Halide::MemoryType;
    func.store_in(find_choice<MemoryType>(
        words[1], "kind of memory",
        {{"heap", MemoryType::Heap}, {"register", MemoryType::Register}, {"stack", MemoryType::Stack}}));
  }
}

void place(const Stage& stage, const std::vector<Word>& words, const Stages& stages) {
  const std::string& name = words[0].value;
  Halide::Func func = stage.func;
  const auto level = [&]() -> Halide::LoopLevel {
    const Stage& consumer = stages.find(words[1].value, words[1].where);
    return {consumer.func, find_loop(consumer, words[2])};
  };
  if (name == "compute_root") func.compute_root();
  if (name == "compute_inline") func.compute_inline();
  if (name == "compute_at") func.compute_at(level());
  if (name == "store_root") func.store_root();
  if (name == "store_at") func.store_at(level());
}

/// Halide's own words for what it refused, without the kind of error and the place in its sources.
std::string reason(const Halide::Error& error) {
  std::string text = error.what();
  for (const std::string prefix : {"Error: ", "Internal Error"})
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

const DirectiveInfo& find_directive(const Stage& stage, const Located<std::string>& directive,
                                    const std::vector<Word>& words) {
  if (words.empty()) fail(directive.where, "an empty directive");
  const auto& table = directives();
  const auto info =
      std::find_if(table.begin(), table.end(), [&](const auto& d) { return d.name == words[0].value; });
  if (info == table.end()) {
    std::vector<std::string> names;
    for (const auto& d : table) names.push_back(d.name);
    fail(words[0].where, "unknown directive \"" + words[0].value + "\"", suggestion(words[0].value, names));
  }
  if (words.size() - 1 < info->least || words.size() - 1 > info->most)
    fail(directive.where,
         "\"" + info->name + "\" does not take " + std::to_string(words.size() - 1) + " words",
         "write it as \"" + info->usage + "\"");
  if (info->pure_only && stage.index > 0)
    fail(words[0].where, "\"" + info->name + "\" belongs to a whole stage, not to its update",
         "give it to \"" + stage.name.substr(0, stage.name.rfind('.')) + "\"");
  return *info;
}

}  // namespace

void apply_schedule(const KernelSchedule& schedule, std::vector<NamedFunc>& funcs) {
  const Stages stages(funcs);
  std::set<std::string> placed;  // names of Funcs as Halide knows them
  for (const bool placing : {false, true})
    for (const auto& [stage_name, list] : schedule)
      for (const auto& directive : list) {
        const Stage& stage = stages.find(stage_name, directive.where);
        const auto words = words_of(directive);
        const auto& info = find_directive(stage, directive, words);
        if (info.places != placing) continue;
        try {
          if (placing) {
            place(stage, words, stages);
            placed.insert(stage.func.name());
          } else {
            shape_loops(stage, words);
          }
        } catch (const Halide::Error& error) {
          fail(directive.where, "Halide refuses this directive: " + reason(error));
        }
      }
  for (auto& [name, func] : funcs)
    if (func.num_update_definitions() > 0 && !placed.contains(func.name())) func.compute_root();
}

}  // namespace sganc
