#include "compiler/language/merge.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

/// The name of each element of a list: its `name`, or KIND_N if it has only a kind, or "".
std::vector<std::string> element_names(const DocumentNode& list) {
  std::vector<std::string> names;
  std::map<std::string, int> counts;
  for (const auto& element : list.elements) {
    const Entry* name = element.find("name");
    const Entry* kind = element.find("kind");
    const std::string number = kind ? std::to_string(++counts[kind->value.text]) : "";
    names.push_back(name ? name->value.text : kind ? kind->value.text + "_" + number : "");
  }
  return names;
}

bool names_another_kind(const DocumentNode& base, const DocumentNode& over) {
  const Entry* before = base.find("kind");
  const Entry* after = over.find("kind");
  return before && after && before->value.text != after->value.text;
}

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

void lay_over_list(DocumentNode& list, const DocumentNode& over, const std::string& path,
                   Diagnostics& diagnostics) {
  for (const auto& [key, where, value] : over.entries) {
    try {
      lay_over(element_of(list, {key, where}, path), value, below(path, key), diagnostics);
    } catch (const UserError& error) {
      diagnostics.add(error.diagnostic);
    }
  }
}

}  // namespace

DocumentNode& element_of(DocumentNode& list, const Located<std::string>& key, const std::string& list_name) {
  const std::string& text = key.value;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool numeric = end == text.data() + text.size();
  if (numeric && error == std::errc() && index < list.elements.size()) return list.elements[index];
  if (numeric) {
    throw UserError{{key.where, list_name + " has no element " + text,
                     "it has " + counted(list.elements.size(), "element") + ", counted from 0"}};
  }
  auto names = element_names(list);
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return list.elements[static_cast<std::size_t>(found - names.begin())];
  std::erase(names, "");
  throw UserError{{key.where, list_name + " has no element \"" + text + "\"", suggestion(text, names)}};
}

void drop_alternatives(DocumentNode& table, const std::string& path, const std::string& key) {
  const auto groups = alternatives(path);
  const auto holds = [](const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  };
  if (std::ranges::count_if(groups, [&](const auto& group) { return holds(group, key); }) != 1) return;
  const auto own = std::ranges::find_if(groups, [&](const auto& group) { return holds(group, key); });
  for (auto other = groups.begin(); other != groups.end(); ++other) {
    const auto contradicts = [&](const Entry& e) { return holds(*other, e.key) && !holds(*own, e.key); };
    // A key of both groups goes with those of the other group beside which it stood.
    if (other != own && std::ranges::any_of(table.entries, contradicts))
      std::erase_if(table.entries, [&](const Entry& e) { return holds(*other, e.key); });
  }
}

void lay_over(DocumentNode& base, const DocumentNode& over, const std::string& path,
              Diagnostics& diagnostics) {
  using Type = DocumentNode::Type;
  if (over.type == Type::table && base.type == Type::list)
    return lay_over_list(base, over, path, diagnostics);
  if (over.type != Type::table || base.type != Type::table || names_another_kind(base, over)) {
    base = over;
    return;
  }
  base.where = over.where;
  for (const auto& entry : over.entries) drop_alternatives(base, path, entry.key);
  for (const auto& entry : over.entries) {
    if (Entry* known = base.find(entry.key)) {
      known->where = entry.where;
      lay_over(known->value, entry.value, below(path, entry.key), diagnostics);
    } else {
      base.entries.push_back(entry);
    }
  }
}

}  // namespace sganc
