#include "compiler/inspect/changed_settings.h"

#include "compiler/language/document.h"
#include "compiler/language/sections.h"

namespace sganc {
namespace {

/// Whether the value says no more than an absent key would: the roles of nets are by default the nets of
/// these names.
bool says_nothing(const Key& key, const KeyValue& value) {
  if (key.fallback) return *key.fallback == value;
  const auto* text = std::get_if<std::string>(&value);
  return text && (text->empty() || *text == key.name);
}

/// Adds the keys of a section that stand in the table with another value than their default. Required keys
/// have none.
void add_changed(const DocumentNode& table, const std::string& section, const std::string& path,
                 std::vector<Setting>& settings) {
  Diagnostics ignored;
  for (const auto& key : section_keys(section)) {
    const Entry* entry = table.find(key.name);
    if (!entry || entry->value.type == DocumentNode::Type::table || (!key.fallback && !key.optional))
      continue;
    const auto value = check_value(entry->value, key, ignored);
    if (value && !says_nothing(key, *value)) settings.push_back({path + key.name, to_toml(*value), *value});
  }
}

/// The same for a section that may have named tables of the same keys in it: [augment] and [augment.NAME].
void add_named(const DocumentNode& table, const std::string& section, std::vector<Setting>& settings) {
  add_changed(table, section, section + ".", settings);
  for (const auto& [name, where, value] : table.entries)
    if (value.type == DocumentNode::Type::table)
      add_changed(value, section, section + "." + name + ".", settings);
}

}  // namespace

std::vector<Setting> changed_settings(const Model& model, const std::vector<OptimizerSummary>& optimizers) {
  const std::string text = to_toml(model);
  const auto root = parse_document(text, std::make_shared<const SourceFile>(SourceFile{"", text}));
  std::vector<Setting> settings;
  add_changed(root, "", "", settings);
  const auto section = [&](const std::string& name, auto&& add) {
    if (const Entry* entry = root.find(name)) add(entry->value);
  };
  const auto plain = [&](const std::string& name) {
    section(name, [&](const DocumentNode& table) { add_changed(table, name, name + ".", settings); });
  };
  plain("data");
  for (const auto& o : optimizers) {
    const std::string rest = settings_text(o.settings);
    settings.push_back({"optimizer." + o.name, o.kind + (rest.empty() ? "" : ", " + rest), o.kind});
  }
  for (const std::string name : {"augment", "spread"})
    section(name, [&](const DocumentNode& table) { add_named(table, name, settings); });
  section("update", [&](const DocumentNode& updates) {
    for (const auto& update : updates.elements)
      add_changed(update, "update", "update." + update.find("name")->value.text + ".", settings);
  });
  for (const std::string name : {"train", "average", "evaluate", "report"}) plain(name);
  return settings;
}

}  // namespace sganc
