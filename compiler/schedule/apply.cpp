#include "compiler/schedule/apply.h"

#include <algorithm>
#include <functional>
#include <set>

#include "compiler/schedule/stages.h"

namespace sganc {
namespace {

using Halide::TailStrategy;
using Halide::VarOrRVar;
using Words = std::vector<Word>;

/// Applies directives one after the other to the stages of one kernel.
class Application {
 public:
  Application(std::vector<NamedFunc>& funcs, const KernelFacts& facts)
      : funcs_(funcs), facts_(facts), stages_(funcs, facts.extents) {
    for (const auto& named : funcs) read_by_extern_.merge(sganc::read_by_extern(named.func));
  }

  void apply(const KernelSchedule& schedule) {
    for (const bool placing : {false, true})
      for (const auto& stage : schedule) apply(stage, placing);
    for (const auto& stage : schedule) require_loops(stage);
    for (auto& named : funcs_)
      if (is_whole(named.func) && !placed_.contains(named.func.name())) named.func.compute_root();
  }

 private:
  void apply(const StageSchedule& schedule, bool placing) {
    ScheduledStage& stage =
        stages_.find(schedule.stage, schedule.directives.empty() || schedule.where.line > 0
                                         ? schedule.where
                                         : schedule.directives[0].where);
    for (const auto& directive : schedule.directives) {
      const auto words = words_of(directive);
      const auto& info = find_directive(directive.where, words);
      if (info.pure_only && stage.index > 0)
        refuse(words[0].where, "\"" + info.name + "\" belongs to a whole stage, not to its update",
               "give it to \"" + stage.name.substr(0, stage.name.rfind('.')) + "\"");
      if (info.pure_only && stage.result && info.name != "compute_root")
        refuse(words[0].where,
               "\"" + info.name + "\" does not fit \"" + stage.name + "\", which is a result of the kernel",
               "a result is computed at the root, in the memory that it is given");
      if (info.places != placing) continue;
      if (!placing && stage.func.function().has_extern_definition())
        refuse(words[0].where, "the runtime computes stage \"" + stage.name + "\", so it has no loops",
               "it can be placed, as in \"compute_root\"");
      try {
        if (placing)
          place(stage, words);
        else
          shape(stage, words);
      } catch (const Halide::Error& error) {
        refuse_race(error, stage, words);
        refuse(directive.where, "Halide refuses this directive: " + reason(error));
      }
    }
  }

  /// Throws UserError if Halide refused to run several rounds of one sum at the same time.
  static void refuse_race(const Halide::Error& error, const ScheduledStage& stage, const Words& words) {
    if (std::string(error.what()).find("race condition") == std::string::npos) return;
    refuse(words[0].where,
           "\"" + stage.name + "\" adds up along \"" + words[1].value + "\", one after the other",
           "\"atomic\" before it lets a vector do this; \"rfactor\" makes partial sums");
  }

  /// The reason that Halide gives, without the kind of error and the place in its source.
  static std::string reason(const Halide::Error& error) {
    std::string text = error.what();
    for (const std::string prefix : {"Error: ", "Internal Error"})
      if (text.starts_with(prefix)) text.erase(0, prefix.size());
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.substr(0, text.find_last_not_of(' ') + 1);
  }

  /// Whether the Func cannot be computed inline: it adds up, or is or feeds an extern stage.
  bool is_whole(const Halide::Func& func) const {
    return func.has_update_definition() || func.function().has_extern_definition() ||
           read_by_extern_.contains(func.name());
  }

  /// Throws UserError if directives shape the loops of a stage that is computed inline, since it has none.
  void require_loops(const StageSchedule& schedule) {
    const ScheduledStage& stage = stages_.find(schedule.stage, schedule.where);
    if (stage.result || is_whole(stage.func) || placed_.contains(stage.func.name())) return;
    for (const auto& directive : schedule.directives) {
      const auto words = words_of(directive);
      if (find_directive(directive.where, words).places) continue;
      refuse(directive.where, "stage \"" + stage.name + "\" is computed inline, so it has no loops",
             "place it, as in \"compute_root\"");
    }
  }

  void shape(ScheduledStage& stage, const Words& words) {
    static const std::map<std::string, void (Application::*)(ScheduledStage&, const Words&)> actions = {
        {"split", &Application::split},
        {"tile", &Application::tile},
        {"fuse", &Application::fuse},
        {"rename", &Application::rename},
        {"reorder", &Application::reorder},
        {"vectorize", &Application::vectorize},
        {"unroll", &Application::unroll},
        {"parallel", &Application::parallel},
        {"atomic", &Application::atomic},
        {"rfactor", &Application::rfactor},
        {"prefetch", &Application::prefetch},
        {"specialize", &Application::specialize},
        {"store_in", &Application::store_in},
        {"reorder_storage", &Application::reorder_storage},
        {"align_storage", &Application::align_storage},
    };
    (this->*actions.at(words[0].value))(stage, words);
  }

  /// The tail that stands at `position`, or else the default. A result may be written only within its bounds,
  /// so its tail is a guard. Another tail is accepted only if the extent is known to allow it.
  static TailStrategy find_tail(const ScheduledStage& stage, const Words& words, std::size_t position,
                                const std::vector<std::pair<std::string, int>>& splits) {
    if (words.size() <= position) return stage.result ? TailStrategy::GuardWithIf : TailStrategy::Auto;
    const auto tail = find_choice<TailStrategy>(words[position], "tail",
                                                {{"guard_with_if", TailStrategy::GuardWithIf},
                                                 {"round_up", TailStrategy::RoundUp},
                                                 {"shift_inwards", TailStrategy::ShiftInwards}});
    for (const auto& [loop, factor] : splits) {
      const std::int64_t extent = stage.extent(loop);
      const bool fits = tail == TailStrategy::GuardWithIf || (extent > 0 && extent % factor == 0) ||
                        (tail == TailStrategy::ShiftInwards && extent >= factor);
      if (stage.result && !fits)
        refuse(words[position].where,
               "\"" + words[position].value + "\" would leave the bounds of \"" + stage.name + "\"",
               "use \"guard_with_if\"");
    }
    return tail;
  }

  static bool guarded(const ScheduledStage& stage, TailStrategy tail) {
    return tail == TailStrategy::GuardWithIf || (tail == TailStrategy::Auto && stage.index > 0);
  }

  void split(ScheduledStage& stage, const Words& words) {
    const VarOrRVar old = stage.find(words[1]);
    const int factor = find_number(words[4]);
    const auto tail = find_tail(stage, words, 5, {{words[1].value, factor}});
    const auto outer = stage.fresh(words[2], old.is_rvar), inner = stage.fresh(words[3], old.is_rvar);
    stage.handle().split(old, outer, inner, factor, tail);
    stage.split(words[1].value, words[2].value, words[3].value, factor, guarded(stage, tail));
  }

  void tile(ScheduledStage& stage, const Words& words) {
    const VarOrRVar x = stage.find(words[1]), y = stage.find(words[2]);
    const int across = find_number(words[7]), down = find_number(words[8]);
    const auto tail = find_tail(stage, words, 9, {{words[1].value, across}, {words[2].value, down}});
    stage.handle().tile(x, y, stage.fresh(words[3], x.is_rvar), stage.fresh(words[4], y.is_rvar),
                        stage.fresh(words[5], x.is_rvar), stage.fresh(words[6], y.is_rvar), across, down,
                        tail);
    stage.split(words[1].value, words[3].value, words[5].value, across, guarded(stage, tail));
    stage.split(words[2].value, words[4].value, words[6].value, down, guarded(stage, tail));
  }

  void fuse(ScheduledStage& stage, const Words& words) {
    const VarOrRVar inner = stage.find(words[1]), outer = stage.find(words[2]);
    stage.handle().fuse(inner, outer, stage.fresh(words[3], inner.is_rvar || outer.is_rvar));
    const auto product = stage.extent(words[1].value) * stage.extent(words[2].value);
    stage.extents.erase(words[1].value), stage.extents.erase(words[2].value);
    if (product > 0) stage.extents[words[3].value] = product;
  }

  void rename(ScheduledStage& stage, const Words& words) {
    const VarOrRVar old = stage.find(words[1]);
    stage.handle().rename(old, stage.fresh(words[2], old.is_rvar));
    for (auto* known : {&stage.extents, &stage.rests})
      if (auto node = known->extract(words[1].value)) {
        node.key() = words[2].value;
        known->insert(std::move(node));
      }
  }

  void reorder(ScheduledStage& stage, const Words& words) {
    std::vector<VarOrRVar> order;
    for (std::size_t i = 1; i < words.size(); ++i) {
      order.push_back(stage.find(words[i]));
      if (std::any_of(words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(i),
                      [&](const Word& w) { return w.value == words[i].value; }))
        refuse(words[i].where, "loop \"" + words[i].value + "\" stands twice in this order");
    }
    stage.handle().reorder(order);
  }

  /// `name LOOP [FACTOR]`: calls `run` on the loop, or on the loop, the factor and the tail.
  template <class Run>
  static void one_loop(ScheduledStage& stage, const Words& words, Run run) {
    const VarOrRVar loop = stage.find(words[1]);
    const int factor = words.size() > 2 ? find_number(words[2]) : 0;
    const std::string& name = words[0].value;
    if (name != "parallel") stage.copy(words[0], words[1], factor, name == "vectorize");
    const auto before = stage.loops();
    if (factor > 0)
      run(loop, factor, find_tail(stage, words, words.size(), {}));
    else
      run(loop);
    stage.note_unnamed(before);
    // the loop that keeps its name now runs once for each block
    if (const auto whole = stage.extent(words[1].value); factor > 0 && whole > 0)
      stage.extents[words[1].value] = (whole + factor - 1) / factor;
  }

  void vectorize(ScheduledStage& stage, const Words& words) {
    one_loop(stage, words, [&](auto... how) { stage.handle().vectorize(how...); });
  }

  void unroll(ScheduledStage& stage, const Words& words) {
    one_loop(stage, words, [&](auto... how) { stage.handle().unroll(how...); });
  }

  void parallel(ScheduledStage& stage, const Words& words) {
    one_loop(stage, words, [&](auto... how) { stage.handle().parallel(how...); });
  }

  void atomic(ScheduledStage& stage, const Words&) { stage.handle().atomic(); }

  void rfactor(ScheduledStage& stage, const Words& words) {
    const VarOrRVar loop = stage.find(words[1]);
    if (!loop.is_rvar)
      refuse(words[1].where, "\"" + words[1].value + "\" is no loop of a reduction",
             "`rfactor` takes one of what is summed");
    if (stages_.has(words[3].value))
      refuse(words[3].where, "this kernel already has a stage \"" + words[3].value + "\"");
    const VarOrRVar dimension = stage.fresh(words[2], false);
    Halide::Func made = stage.handle().rfactor(loop.rvar, dimension.var);
    funcs_.push_back({words[3].value, made});
    stages_.add(funcs_.back(), false, {});
  }

  void prefetch(ScheduledStage& stage, const Words& words) {
    const VarOrRVar loop = stage.find(words[2]);
    const int distance = find_number(words[3]);
    const auto operand = std::ranges::find(facts_.operands, words[1].value, &Halide::ImageParam::name);
    if (operand != facts_.operands.end()) {
      stage.handle().prefetch(*operand, loop, loop, distance);
      return;
    }
    if (!stages_.has(words[1].value)) {
      std::vector<std::string> names;
      for (const auto& named : funcs_) names.push_back(named.name);
      for (const auto& known : facts_.operands) names.push_back(known.name());
      refuse(words[1].where, "this kernel has no stage or operand \"" + words[1].value + "\"",
             suggestion(words[1].value, names));
    }
    stage.handle().prefetch(stages_.find(words[1].value, words[1].where).func, loop, loop, distance);
  }

  /// `specialize block >= 4096 : parallel block`: makes a version of the stage for the case that the
  /// condition holds.
  void specialize(ScheduledStage& stage, const Words& words) {
    if (!stage.result || stage.index > 0)
      refuse(words[0].where, "\"specialize\" belongs to a result of the kernel");
    const auto dimension = stage.find_dimension(words[1]);
    const Halide::Expr extent = stage.func.output_buffers().front().dim(static_cast<int>(dimension)).extent();
    const int number = find_number(words[3]);
    using Compare = std::function<Halide::Expr()>;
    const auto condition = find_choice<Compare>(words[2], "comparison",
                                                {{"==", [&] { return extent == number; }},
                                                 {"<", [&] { return extent < number; }},
                                                 {"<=", [&] { return extent <= number; }},
                                                 {">", [&] { return extent > number; }},
                                                 {">=", [&] { return extent >= number; }},
                                                 {"%", [&] { return extent % number == 0; }}})();
    ScheduledStage special = stage;
    special.special = stage.handle().specialize(condition);
    if (words.size() == 4) return;
    if (words[4].value != ":" || words.size() == 5)
      refuse(words[4].where, "expected \": DIRECTIVE\" behind the condition");
    const Words rest(words.begin() + 5, words.end());
    const auto& info = find_directive(rest[0].where, rest);
    if (info.places || info.pure_only || info.name == "specialize" || info.name == "rfactor")
      refuse(rest[0].where, "\"" + info.name + "\" cannot be for a part of the cases only");
    shape(special, rest);
  }

  void reorder_storage(ScheduledStage& stage, const Words& words) {
    std::vector<Halide::Var> order;
    for (std::size_t i = 1; i < words.size(); ++i)
      order.push_back(stage.func.args()[stage.find_dimension(words[i])]);
    stage.func.reorder_storage(order);
  }

  void align_storage(ScheduledStage& stage, const Words& words) {
    constexpr int kMost = 4096;  // a row of one element already takes the memory of that many
    const Halide::Var dimension = stage.func.args()[stage.find_dimension(words[1])];
    const int multiple = find_number(words[2]);
    if (multiple > kMost)
      refuse(words[2].where, "expected a multiple of at most " + std::to_string(kMost) + " elements, not \"" +
                                 words[2].value + "\"");
    stage.func.align_storage(dimension, multiple);
  }

  void store_in(ScheduledStage& stage, const Words& words) {
    using Halide::MemoryType;
    stage.func.store_in(find_choice<MemoryType>(
        words[1], "kind of memory",
        {{"heap", MemoryType::Heap}, {"register", MemoryType::Register}, {"stack", MemoryType::Stack}}));
  }

  void place(ScheduledStage& stage, const Words& words) {
    const std::string& name = words[0].value;
    Halide::Func& func = stage.func;
    if (name == "compute_root" || name == "compute_at") placed_.insert(func.name());
    if (name == "compute_root") func.compute_root();
    if (name == "compute_inline" && is_whole(func))
      refuse(words[0].where,
             "\"" + stage.name + "\" " +
                 (func.has_update_definition() ? "adds up in loops of its own"
                                               : "is read or computed by the runtime as a whole") +
                 "; it cannot be computed inline");
    if (name == "compute_inline") func.compute_inline();
    if (name == "store_root") func.store_root();
    if (words.size() < 3) return;
    const ScheduledStage& consumer = stages_.find(words[1].value, words[1].where);
    if (consumer.func.name() == func.name()) refuse(words[1].where, "a stage cannot be placed within itself");
    const Halide::LoopLevel level(consumer.func, consumer.find(words[2]));
    if (name == "compute_at") func.compute_at(level);
    if (name == "store_at") func.store_at(level);
    if (name == "hoist_storage") {
#if SGANC_HALIDE_VERSION_MAJOR >= 17
      func.hoist_storage(level);
#else
      refuse(words[0].where,
             "Halide " + std::to_string(SGANC_HALIDE_VERSION_MAJOR) + " has no \"hoist_storage\"",
             "it came with Halide 17");
#endif
    }
  }

  std::vector<NamedFunc>& funcs_;
  const KernelFacts& facts_;
  Stages stages_;
  std::set<std::string> read_by_extern_;  // Halide's names
  std::set<std::string> placed_;          // Halide's names of the Funcs that a directive has placed
};

}  // namespace

void apply_schedule(const KernelSchedule& schedule, std::vector<NamedFunc>& funcs, const KernelFacts& facts) {
  Application(funcs, facts).apply(schedule);
}

}  // namespace sganc
