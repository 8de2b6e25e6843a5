#include "compiler/codegen/schedule_source.h"

#include <algorithm>
#include <set>

#include "compiler/codegen/source_statements.h"
#include "compiler/schedule/directives.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

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
  Translation(const std::vector<SourceFunc>& funcs, const std::vector<Stage>& stages) : funcs_(funcs) {
    for (const auto& f : funcs) stage_names_[f.name] = f.stage;
    for (const auto& stage : stages) {
      const auto func =
          std::ranges::find(funcs, stage.name.substr(0, stage.name.find('.')), &SourceFunc::stage);
      SourceStage& s = stages_[stage.name];
      s = {.name = stage.name, .result = func != funcs.end() && func->result};
      for (const auto& [loop, extent] : stage.loops) s.take(loop, loop, extent);
    }
  }

  KernelSchedule run(const std::string& source) {
    for (const auto& statement : statements_of_source(source))
      if (statement.func == "pipeline")
        name_func(statement);
      else
        translate(statement);
    for (const auto& placement : placements_) place(placement);
    std::erase_if(schedule_, [](const StageSchedule& s) { return s.directives.empty(); });
    return std::move(schedule_);
  }

 private:
  /// A directive that waits until all loops have their names.
  struct Placement {
    std::string stage, directive, func, loop;
  };

  /// NAME = pipeline.get_func(3);
  void name_func(const SourceStatement& statement) {
    const Words& number = statement.calls[0].arguments;
    const bool known = statement.calls[0].name == "get_func" && number.size() == 1 && number[0].size() < 5 &&
                       number[0].find_first_not_of("0123456789") == std::string::npos &&
                       std::stoul(number[0]) < funcs_.size();
    if (!known) refuse({}, "its source names a Func that the kernel does not have");
    stage_names_[statement.made] = funcs_[std::stoul(number[0])].stage;
  }

  void translate(const SourceStatement& statement) {
    const auto known = stage_names_.find(statement.func);
    if (known == stage_names_.end())
      refuse({}, "its source schedules \"" + statement.func + "\", which is no Func of the kernel");
    std::string stage = known->second;
    if (stage.empty()) return;
    for (const auto& [call, given] : statement.calls)
      if (call == "update")
        stage += given.empty() || given[0] == "0" ? ".update" : ".update_" + given[0];
      else if (call == "rfactor")
        stage = factor(stage_named(stage), given, statement.made);
      else
        translate(stage_named(stage), call, given);
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

  /// The name, or where the stage has a loop of that name already, one that ends in more of its last letter.
  static std::string fresh(const SourceStage& stage, std::string name) {
    while (stage.made.contains(name)) name += name.back();
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
    const std::string outer = fresh(stage, loop + "o"), inner = fresh(stage, loop + "i");
    stage.loops.erase(given[0]);
    stage.take(given[1], outer, extent < 0 ? -1 : (extent + factor - 1) / factor);
    stage.take(given[2], inner, factor);
    add(stage,
        "split " + loop + " " + outer + " " + inner + " " + given[3] + (tail.empty() ? "" : " " + tail));
  }

  void fuse(SourceStage& stage, const std::string&, const Words& given) {
    const std::string inner = stage.ours(given[0]), outer = stage.ours(given[1]);
    const std::int64_t a = stage.extent(given[0]), b = stage.extent(given[1]);
    const std::string fused = fresh(stage, inner + "_" + outer);
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
    const std::string loop = stage.ours(given[0]), part = fresh(stage, loop + "_part");
    add(stage, "rfactor " + loop + " " + part + " " + name);
    SourceStage partial{.name = name};
    for (const auto& [text, ours] : stages_[whole].loops)
      if (ours.name == text) partial.take(text, text, ours.extent);
    partial.take(given[1], part, stage.extent(given[0]));
    SourceStage update = partial;
    update.name += ".update";
    for (const auto& [text, ours] : stage.loops)
      if (text != given[0]) update.take(text, ours.name, ours.extent);
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

  const std::vector<SourceFunc>& funcs_;
  std::map<std::string, std::string> stage_names_;  // by the text's names of Funcs
  std::map<std::string, SourceStage> stages_;       // by ours
  std::vector<Placement> placements_;
  KernelSchedule schedule_;
};

}  // namespace

KernelSchedule directives_of_source(const std::string& source, const std::vector<SourceFunc>& funcs,
                                    const std::vector<Stage>& stages) {
  return Translation(funcs, stages).run(source);
}

}  // namespace sganc
