#include "compiler/schedule/stages.h"

#include <algorithm>
#include <set>

namespace sganc {
namespace {

using Halide::VarOrRVar;

/// More copies of a loop's body than this keep a compiler busy for seconds.
constexpr std::int64_t kMostCopies = 4096;

std::vector<std::string> names_of(const std::vector<Loop>& loops) {
  std::vector<std::string> names;
  for (const auto& loop : loops) names.push_back(loop.name);
  return names;
}

bool power_of_two(std::int64_t n) {
  return (n & (n - 1)) == 0;
}

}  // namespace

Halide::Stage ScheduledStage::handle() const {
  if (special) return *special;
  Halide::Func f = func;
  return index == 0 ? Halide::Stage(f) : f.update(index - 1);
}

std::vector<Loop> ScheduledStage::loops() const {
  std::vector<Loop> loops;
  const auto stage = handle();
  for (const auto& dim : stage.get_schedule().dims()) {
    const std::string loop = dim.var.substr(dim.var.rfind('.') + 1);
    if (!loop.starts_with("__") && !unnamed.contains(loop)) loops.push_back({loop, dim.is_rvar()});
  }
  return loops;
}

std::int64_t ScheduledStage::extent(const std::string& loop) const {
  const auto known = extents.find(loop);
  return known == extents.end() ? 0 : known->second;
}

VarOrRVar ScheduledStage::find(const Word& word) const {
  const auto all = loops();
  for (const auto& loop : all)
    if (loop.name == word.value) return {loop.name, loop.reduction};
  if (all.empty()) refuse(word.where, "stage \"" + name + "\" has no loop");
  refuse(word.where, "stage \"" + name + "\" has no loop \"" + word.value + "\"",
         "its loops are " + quoted(names_of(all)));
}

VarOrRVar ScheduledStage::fresh(const Word& word, bool reduction) {
  for (const auto& loop : loops())
    if (loop.name == word.value)
      refuse(word.where, "stage \"" + name + "\" already has a loop \"" + word.value + "\"");
  const bool letter = std::isalpha(static_cast<unsigned char>(word.value[0])) != 0;
  const auto sign = [](unsigned char c) { return !std::isalnum(c) && c != '_'; };
  if (!letter || std::ranges::any_of(word.value, sign))
    refuse(word.where, "\"" + word.value + "\" cannot name a loop",
           "a name is a letter, then letters, digits and _");
  return {word.value, reduction};
}

std::size_t ScheduledStage::find_dimension(const Word& word) const {
  std::vector<std::string> names;
  for (const auto& argument : func.args()) {
    if (argument.name() == word.value) return names.size();
    names.push_back(argument.name());
  }
  refuse(word.where, "stage \"" + name + "\" has no dimension \"" + word.value + "\"",
         "its dimensions are " + quoted(names));
}

void ScheduledStage::note_unnamed(const std::vector<Loop>& before) {
  for (const auto& loop : loops())
    if (std::ranges::find(before, loop.name, &Loop::name) == before.end()) unnamed.insert(loop.name);
}

void ScheduledStage::split(const std::string& loop, const std::string& outer, const std::string& inner,
                           int factor, bool guarded) {
  const std::int64_t whole = extent(loop);
  extents.erase(loop);
  extents[inner] = factor;
  if (whole == 0) return;
  extents[outer] = (whole + factor - 1) / factor;
  if (guarded) rests[inner] = whole % factor;
}

// Halide 14 mistakes the last element of a vector for its first one if a guarded split leaves a rest of one
// element and the stage reads another sum. With a width that is no power of two, a rest of two has the same
// effect.
void ScheduledStage::copy(const Word& directive, const Word& loop, std::int64_t factor, bool vector) {
  const std::int64_t times = factor > 0 ? factor : extent(loop.value);
  if (times > 0) copies *= times;
  if (copies > kMostCopies)
    refuse(directive.where,
           "this makes " + std::to_string(copies) + " copies of the body of \"" + name + "\"; at most " +
               std::to_string(kMostCopies) + " are possible",
           "split the loop, and " + directive.value + " its inner part");
  if (!vector) return;
  const std::int64_t whole = extent(loop.value);
  std::int64_t rest = 0;
  if (factor > 0 && whole > 0)
    rest = whole % factor;
  else if (const auto known = rests.find(loop.value); factor == 0 && known != rests.end())
    rest = known->second;
  if (times > 1 && (rest == 1 || (rest == 2 && !power_of_two(times))))
    refuse(directive.where,
           "a vector of " + std::to_string(times) + " leaves a rest of " + std::to_string(rest) +
               ", which Halide may compute wrongly",
           "take a factor that leaves none, or more");
}

std::set<std::string> read_by_extern(const Halide::Func& func) {
  std::set<std::string> names;
  for (const auto& argument : func.function().extern_arguments())
    if (argument.is_func()) names.insert(Halide::Internal::Function(argument.func).name());
  return names;
}

Stages::Stages(const std::vector<NamedFunc>& funcs, const std::map<std::string, Shape>& extents) {
  std::set<std::string> read;
  for (const auto& named : funcs) {
    for (const auto& [callee, function] : Halide::Internal::find_direct_calls(named.func.function()))
      if (callee != named.func.name()) read.insert(callee);
    read.merge(read_by_extern(named.func));
  }
  for (const auto& named : funcs) {
    const auto known = extents.find(named.name);
    const bool result = named.result || !read.contains(named.func.name());
    add(named, result, known == extents.end() ? Shape{} : known->second);
  }
}

void Stages::add(const NamedFunc& named, bool result, const Shape& shape) {
  const auto dimensions = named.func.args();
  std::map<std::string, std::int64_t> known;
  for (std::size_t i = 0; i < dimensions.size() && i < shape.size(); ++i)
    if (shape[shape.size() - 1 - i] > 0) known[dimensions[i].name()] = shape[shape.size() - 1 - i];
  for (const auto& bound : named.func.function().schedule().bounds())
    if (const auto extent = Halide::Internal::as_const_int(bound.extent)) known[bound.var] = *extent;
  for (int i = 0; i <= named.func.num_update_definitions(); ++i) {
    auto extents = known;
    if (i > 0)
      for (const auto& r : named.func.function().update(i - 1).schedule().rvars())
        if (const auto extent = Halide::Internal::as_const_int(r.extent)) extents[r.var] = *extent;
    stages_.push_back({.name = named.name + (i == 0   ? ""
                                             : i == 1 ? ".update"
                                                      : ".update_" + std::to_string(i - 1)),
                       .func = named.func,
                       .index = i,
                       .result = result,
                       .extents = extents});
  }
}

bool Stages::has(const std::string& name) const {
  return std::ranges::any_of(stages_, [&](const auto& s) { return s.name == name; });
}

ScheduledStage& Stages::find(const std::string& name, const Location& where) {
  std::vector<std::string> names;
  for (auto& stage : stages_) {
    if (stage.name == name) return stage;
    names.push_back(stage.name);
  }
  refuse(where, "this kernel has no stage \"" + name + "\"", "its stages are " + quoted(names));
}

}  // namespace sganc
