#include "compiler/driver/model_changes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>
#include <set>

#include "compiler/language/document.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Type = DocumentNode::Type;
using Values = std::vector<std::pair<std::string, std::string>>;  // by key, in the order of the file

/// A model's keys with their values, and the keys that list the names of what stands below them.
struct KeyTable {
  Values values;
  std::set<std::string> lists;
};

std::string spell(const DocumentNode& node) {
  if (node.type == Type::boolean) return node.boolean ? "true" : "false";
  if (node.type == Type::integer) return std::to_string(node.integer);
  if (node.type == Type::number) return toml_float(node.number);
  if (node.type == Type::text) return toml_string(node.text);
  std::string text;
  for (const auto& element : node.elements) text += (text.empty() ? "" : ", ") + spell(element);
  return "[" + text + "]";
}

bool is_list_of_names(const DocumentNode& node) {
  return node.type == Type::list && !node.elements.empty() &&
         std::ranges::all_of(node.elements, [](const auto& element) { return element.find("name"); });
}

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return "[" + text + "]";
}

void add_list(KeyTable& table, const std::string& path, const std::vector<std::string>& names) {
  table.values.emplace_back(path, names_text(names));
  table.lists.insert(path);
}

void add_keys(KeyTable& table, const std::string& path, const DocumentNode& node) {
  const std::string prefix = path.empty() ? "" : path + ".";
  if (is_list_of_names(node)) {
    std::vector<std::string> names;
    for (const auto& element : node.elements) names.push_back(element.find("name")->value.text);
    add_list(table, path, names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      DocumentNode element = node.elements[i];
      std::erase_if(element.entries, [](const Entry& entry) { return entry.key == "name"; });
      add_keys(table, prefix + names[i], element);
    }
  } else if (node.type == Type::table) {
    if (path == "net" || path == "optimizer") {
      std::vector<std::string> names;
      for (const auto& entry : node.entries) names.push_back(entry.key);
      std::ranges::sort(names);
      add_list(table, path, names);
    }
    for (const auto& entry : node.entries) add_keys(table, prefix + entry.key, entry.value);
  } else {
    table.values.emplace_back(path, spell(node));
  }
}

KeyTable keys_of(const Model& model) {
  const std::string text = to_toml(model);
  KeyTable table;
  add_keys(table, "", parse_document(text, std::make_shared<const SourceFile>(SourceFile{"", text})));
  return table;
}

/// Whether a changed list of names already says that this key was added or removed.
bool is_told(const std::string& key, const std::set<std::string>& changed_lists) {
  return std::ranges::any_of(changed_lists, [&](const auto& list) { return key.starts_with(list + "."); });
}

/// The number of steps of a rate that changes over the whole training.
std::int64_t whole_length(const Model& model, const std::string& optimizer, const Rate& rate) {
  std::int64_t steps = 0;
  for (const auto& update : model.updates)
    if (update.optimizer.value == optimizer) steps += update.cadence.runs_until(model.train.steps());
  return std::max(rate.begin + 1, steps);
}

/// The optimizer's rate in the step after `steps` steps.
double rate_after(const Rate& rate, std::int64_t steps) {
  const auto s = static_cast<double>(steps);
  const double part = std::clamp(
      (s - static_cast<double>(rate.begin)) / static_cast<double>(rate.end - rate.begin), 0.0, 1.0);
  const double left = rate.shape == "linear" ? 1 - part : (std::cos(part * std::numbers::pi) + 1) / 2;
  const double warm = rate.warmup == 0 ? 1 : std::min((s + 1) / static_cast<double>(rate.warmup), 1.0);
  return (rate.to + (rate.from - rate.to) * left) * warm;
}

std::string moved_text(const std::string& optimizer, const Rate& was, const Rate& is, std::int64_t steps) {
  const auto three = [](double rate) { return significant(rate, 3); };  // enough to see a jump
  const auto before = three(rate_after(was, steps)), now = three(rate_after(is, steps));
  const bool up = rate_after(is, steps) > rate_after(was, steps);
  return "the " + is.shape + " rate of the optimizer \"" + optimizer + "\" ends at its step " +
         std::to_string(is.end) + ", not " + std::to_string(was.end) + ": for the next step it " +
         (before == now ? "stays " + now
                        : std::string("goes ") + (up ? "up" : "down") + " from " + before + " to " + now);
}

}  // namespace

std::vector<ModelChange> model_changes(const Model& before, const Model& after) {
  const KeyTable old_keys = keys_of(before), new_keys = keys_of(after);
  const std::map<std::string, std::string> was(old_keys.values.begin(), old_keys.values.end());
  std::set<std::string> known, changed_lists;
  std::vector<ModelChange> changes;
  for (const auto& [key, is] : new_keys.values) {
    known.insert(key);
    const auto found = was.find(key);
    if (found != was.end() && found->second == is) continue;
    if (new_keys.lists.contains(key)) changed_lists.insert(key);
    changes.push_back({key, found == was.end() ? "" : found->second, is});
  }
  for (const auto& [key, value] : old_keys.values)
    if (!known.contains(key)) changes.push_back({key, value, ""});
  std::erase_if(changes, [&](const auto& change) {
    return (change.was.empty() || change.is.empty()) && is_told(change.key, changed_lists);
  });
  return changes;
}

std::string to_text(const ModelChange& change) {
  if (change.was.empty()) return change.key + " is " + change.is + ", was not there";
  return change.key + " was " + change.was + (change.is.empty() ? ", is not there" : ", is " + change.is);
}

std::vector<MovedRate> moved_rates(const Model& before, const Model& after, std::int64_t step) {
  std::vector<MovedRate> moved;
  for (const auto& optimizer : after.optimizers) {
    const auto* old = before.optimizer(optimizer.name);
    if (!old) continue;
    std::int64_t steps = 0;
    for (const auto& update : after.updates)
      if (update.optimizer.value == optimizer.name) steps += update.cadence.runs_until(step);
    for (const auto& [key, located] : optimizer.keys.all()) {
      const auto* is = std::get_if<Rate>(&located.value);
      const auto other = old->keys.all().find(key);
      const auto* was = other == old->keys.all().end() ? nullptr : std::get_if<Rate>(&other->second.value);
      if (!is || !was || is->shape == "constant" || is->end == was->end) continue;
      if (was->end != whole_length(before, optimizer.name, *was) ||
          is->end != whole_length(after, optimizer.name, *is))
        continue;
      moved.push_back({optimizer.name, key, moved_text(optimizer.name, *was, *is, steps)});
    }
  }
  return moved;
}

}  // namespace sganc
