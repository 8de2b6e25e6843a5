#include "compiler/codegen/schedule_source.h"

#include <algorithm>
#include <set>

#include "compiler/schedule/directives.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == ':';
}

/// Names, numbers, and single signs; of TailStrategy::RoundUp the last part.
Words words_of_source(const std::string& source) {
  Words words;
  for (std::size_t i = 0; i < source.size();) {
    std::size_t end = i;
    while (end < source.size() && in_word(source[end])) ++end;
    if (end == i && !std::isspace(static_cast<unsigned char>(source[i])))
      words.push_back(source.substr(i, 1));
    else if (end > i)
      words.push_back(source.substr(i, end - i).substr(source.substr(i, end - i).rfind(':') + 1));
    i = std::max(end, i + 1);
  }
  return words;
}

/// A stage while the text shapes it. Loops go by the names that the text has for them at that point.
struct SourceStage {
  struct Loop {
    std::string name;  // ours
    std::int64_t extent = -1;
  };
  std::string name;
  bool result = false;
  std::map<std::string, Loop> loops = {};
  std::set<std::string> made = {};  // names of ours

  std::string ours(const std::string& loop) const {
    const auto found = loops.find(loop);
    return found == loops.end() ? loop : found->second.name;
  }
  std::int64_t extent(const std::string& loop) const {
    const auto found = loops.find(loop);
    return found == loops.end() ? -1 : found->second.extent;
  }
  void take(const std::string& loop, const std::string& our_name, std::int64_t extent) {
    made.insert(our_name);
    loops[loop] = {our_name, extent};
  }
};

class Translation {
 public:
  Translation(const std::string& source, const std::vector<SourceFunc>& funcs,
              const std::vector<Stage>& stages)
      : words_(words_of_source(source)), names_(words_.begin(), words_.end()), funcs_(funcs) {
    for (const auto& f : funcs) stage_names_[f.name] = f.stage;
    for (const auto& stage : stages) {
      const auto func =
          std::ranges::find(funcs, stage.name.substr(0, stage.name.find('.')), &SourceFunc::stage);
      SourceStage& s = stages_[stage.name];
      s = {.name = stage.name, .result = func != funcs.end() && func->result};
      for (const auto& [loop, extent] : stage.loops) s.take(loop, loop, extent);
    }
  }

  KernelSchedule run() {
    while (at_ < words_.size()) statement();
    for (const auto& placement : placements_) place(placement);
    std::erase_if(schedule_, [](const StageSchedule& s) { return s.directives.empty(); });
    return std::move(schedule_);
  }

 private:
  /// A directive that waits until all loops have their names.
  struct Placement {
    std::string stage, directive, func, loop;
  };

  bool is(const std::string& word) const { return at_ < words_.size() && words_[at_] == word; }

  std::string next() {
    if (at_ == words_.size()) refuse({}, "its source ends within a statement");
    return words_[at_++];
  }

  void expect(const std::string& word) {
    if (const std::string found = next(); found != word)
      refuse({}, "its source has \"" + found + "\" in the place of \"" + word + "\"");
  }

  /// The words within brackets, without signs.
  Words arguments() {
    Words found;
    expect("(");
    for (std::string word = next(); word != ")"; word = next()) {
      if (word == "(") refuse({}, "its source has a call within a call");
      if (in_word(word[0])) found.push_back(word);
    }
    return found;
  }

  void statement() {
    if (is(";") || is("{") || is("}")) {
      ++at_;
    } else if (is("Var") || is("RVar")) {
      while (next() != ";") {
      }
    } else if (is("Func")) {
      ++at_;
      name_func();
    } else {
      chain();
    }
  }

  /// NAME = pipeline.get_func(3);
  void name_func() {
    const std::string name = next();
    for (const char* word : {"=", "pipeline", ".", "get_func"}) expect(word);
    const Words number = arguments();
    const bool known = number.size() == 1 && number[0].size() < 5 &&
                       number[0].find_first_not_of("0123456789") == std::string::npos &&
                       std::stoul(number[0]) < funcs_.size();
    if (!known) refuse({}, "its source names a Func that the kernel does not have");
    stage_names_[name] = funcs_[std::stoul(number[0])].stage;
  }

  /// sum.update(0).vectorize(x) and its like, or made = sum.update(0).rfactor({{r, v}}).vectorize(v)
  void chain() {
    std::string func = next(), made;
    if (is("=")) {
      ++at_;
      made = std::exchange(func, next());
    }
    const auto known = stage_names_.find(func);
    if (known == stage_names_.end())
      refuse({}, "its source schedules \"" + func + "\", which is no Func of the kernel");
    std::string stage = known->second;
    do {
      expect(".");
      const std::string call = next();
      const Words given = arguments();
      if (stage.empty()) continue;
      if (call == "update")
        stage += given.empty() || given[0] == "0" ? ".update" : ".update_" + given[0];
      else if (call == "rfactor")
        stage = factor(stage_named(stage), given, made);
      else
        translate(stage_named(stage), call, given);
    } while (is("."));
  }

  SourceStage& stage_named(const std::string& name) {
    return stages_.try_emplace(name, SourceStage{.name = name}).first->second;
  }

  void translate(SourceStage& stage, const std::string& call, const Words& given) {
    static const std::map<
        std::string,
        std::pair<std::size_t, void (Translation::*)(SourceStage&, const std::string&, const Words&)>>
        actions = {
            {"split", {4, &Translation::split}},
            {"fuse", {3, &Translation::fuse}},
            {"reorder", {1, &Translation::reorder}},
            {"vectorize", {1, &Translation::run_as}},
            {"unroll", {1, &Translation::run_as}},
            {"parallel", {1, &Translation::run_as}},
            {"atomic", {0, &Translation::plain}},
            {"compute_root", {0, &Translation::plain}},
            {"compute_at", {2, &Translation::wait}},
            {"store_at", {2, &Translation::wait}},
            {"store_in", {1, &Translation::store_in}},
            {"reorder_storage", {1, &Translation::reorder_storage}},
        };
    const auto action = actions.find(call);
    if (action == actions.end()) refuse({}, "its source calls \"" + call + "\", which no directive says");
    const auto& [least, does] = action->second;
    if (given.size() < least) refuse({}, "its source calls \"" + call + "\" without what it needs");
    (this->*does)(stage, call, given);
  }

  void add(const SourceStage& stage, const std::string& directive) {
    auto entry = std::ranges::find(schedule_, stage.name, &StageSchedule::stage);
    if (entry == schedule_.end()) entry = schedule_.insert(entry, {stage.name, {}});
    entry->directives.push_back({directive, {}});
  }

  /// Whether that was the stage's last directive, which is gone now.
  bool take_back(const SourceStage& stage, const std::string& directive) {
    const auto entry = std::ranges::find(schedule_, stage.name, &StageSchedule::stage);
    if (entry == schedule_.end() || entry->directives.empty() || entry->directives.back().value != directive)
      return false;
    entry->directives.pop_back();
    return true;
  }

  /// The name of a loop that is made: the text's, or where that is one of the stage already, a new one.
  std::string fresh(const SourceStage& stage, std::string name, const std::string& ending) const {
    if (!stage.made.contains(name)) return name;
    do name += ending;
    while (stage.made.contains(name) || names_.contains(name));
    return name;
  }

  /// Whether the rounds of a split stay within the loop.
  static bool fits(const std::string& tail, std::int64_t extent, std::int64_t factor) {
    return extent > 0 && factor > 0 && (extent % factor == 0 || (tail == "shift_inwards" && extent > factor));
  }

  static std::string tail_of(const std::string& name) {
    static const std::map<std::string, std::string> tails = {{"Auto", ""},
                                                             {"GuardWithIf", "guard_with_if"},
                                                             {"RoundUp", "round_up"},
                                                             {"ShiftInwards", "shift_inwards"}};
    const auto found = tails.find(name);
    if (found == tails.end()) refuse({}, "its source has the tail \"" + name + "\", which no directive has");
    return found->second;
  }

  /// (x, xo, xi, 8) or (x, xo, xi, 8, ShiftInwards)
  void split(SourceStage& stage, const std::string&, const Words& given) {
    const std::string loop = stage.ours(given[0]);
    const std::int64_t extent = stage.extent(given[0]);
    const int factor = find_number({given[3], {}});
    std::string tail = given.size() > 4 ? tail_of(given[4]) : "";
    if (stage.result && !tail.empty() && !fits(tail, extent, factor)) tail = "guard_with_if";
    const std::string outer = fresh(stage, given[1], "o"), inner = fresh(stage, given[2], "i");
    stage.loops.erase(given[0]);
    stage.take(given[1], outer, extent < 0 ? -1 : (extent + factor - 1) / factor);
    stage.take(given[2], inner, factor);
    add(stage,
        "split " + loop + " " + outer + " " + inner + " " + given[3] + (tail.empty() ? "" : " " + tail));
  }

  void fuse(SourceStage& stage, const std::string&, const Words& given) {
    const std::string inner = stage.ours(given[0]), outer = stage.ours(given[1]);
    const std::int64_t a = stage.extent(given[0]), b = stage.extent(given[1]);
    const std::string fused = fresh(stage, given[2], "f");
    stage.loops.erase(given[0]), stage.loops.erase(given[1]);
    stage.take(given[2], fused, a < 0 || b < 0 ? -1 : a * b);
    add(stage, "fuse " + inner + " " + outer + " " + fused);
  }

  void reorder(SourceStage& stage, const std::string&, const Words& given) {
    if (given.size() == 1) return;
    std::string directive = "reorder";
    for (const auto& loop : given) directive += " " + stage.ours(loop);
    add(stage, directive);
  }

  /// (x), or (x, 4, ShiftInwards), which Halide makes of a split
  void run_as(SourceStage& stage, const std::string& call, const Words& given) {
    if (call == "parallel" && take_back(stage, "atomic")) return;
    if (given.size() == 1) return add(stage, call + " " + stage.ours(given[0]));
    const std::string inner = given[0] + "i";
    Words parts = {given[0], given[0], inner, given[1]};
    parts.insert(parts.end(), given.begin() + 2, given.end());
    split(stage, "split", parts);
    add(stage, call + " " + stage.ours(call == "parallel" ? given[0] : inner));
  }

  void plain(SourceStage& stage, const std::string& call, const Words&) { add(stage, call); }

  void store_in(SourceStage& stage, const std::string&, const Words& given) {
    static const std::map<std::string, std::string> kinds = {
        {"Heap", "heap"}, {"Stack", "stack"}, {"Register", "register"}};
    const auto kind = kinds.find(given[0]);
    if (kind == kinds.end()) refuse({}, "its source stores in \"" + given[0] + "\", which no directive does");
    if (!stage.result) add(stage, "store_in " + kind->second);
  }

  /// Its words are dimensions, not loops.
  void reorder_storage(SourceStage& stage, const std::string&, const Words& given) {
    if (stage.result || given.size() == 1) return;
    std::string directive = "reorder_storage";
    for (const auto& dimension : given) directive += " " + dimension;
    add(stage, directive);
  }

  /// `made` = STAGE.rfactor({{r, v}}): partial sums along r become a stage. Gives its name.
  std::string factor(SourceStage& stage, const Words& given, const std::string& made) {
    if (made.empty() || given.size() != 2)
      refuse({}, "its source makes partial sums along several loops, which no directive does");
    const std::string whole = stage.name.substr(0, stage.name.find('.')), name = whole + "_partial";
    add(stage, "rfactor " + stage.ours(given[0]) + " " + given[1] + " " + name);
    SourceStage partial{.name = name};
    for (const auto& [loop, ours] : stages_[whole].loops)
      if (ours.name == loop) partial.take(loop, loop, ours.extent);
    partial.take(given[1], given[1], stage.extent(given[0]));
    SourceStage update = partial;
    update.name += ".update";
    for (const auto& [loop, ours] : stage.loops)
      if (loop != given[0]) update.take(loop, ours.name, ours.extent);
    stage_names_[made] = name;
    stages_[update.name] = update;
    stages_[name] = partial;
    return name;
  }

  /// compute_at and store_at: the loops of the other stage may get their names later.
  void wait(SourceStage& stage, const std::string& call, const Words& given) {
    placements_.push_back({stage.name, call, given[0], given[1]});
  }

  /// In the last definition that has the loop: an update reads what its Func is made of.
  void place(const Placement& p) {
    const auto known = stage_names_.find(p.func);
    if (known == stage_names_.end() || known->second.empty())
      refuse({}, "its source places \"" + p.stage + "\" in the loops of \"" + p.func +
                     "\", which is no stage of the kernel");
    std::string consumer = known->second, loop = p.loop;
    for (const std::string& name : {consumer + ".update", known->second}) {
      const auto found = stages_.find(name);
      if (found == stages_.end() || !found->second.loops.contains(p.loop)) continue;
      consumer = name, loop = found->second.ours(p.loop);
      break;
    }
    add(stages_[p.stage], p.directive + " " + consumer + " " + loop);
  }

  const Words words_;
  const std::set<std::string> names_;
  const std::vector<SourceFunc>& funcs_;
  std::size_t at_ = 0;                              // the next word
  std::map<std::string, std::string> stage_names_;  // by the text's names of Funcs
  std::map<std::string, SourceStage> stages_;       // by ours
  std::vector<Placement> placements_;
  KernelSchedule schedule_;
};

}  // namespace

KernelSchedule directives_of_source(const std::string& source, const std::vector<SourceFunc>& funcs,
                                    const std::vector<Stage>& stages) {
  return Translation(source, funcs, stages).run();
}

}  // namespace sganc
