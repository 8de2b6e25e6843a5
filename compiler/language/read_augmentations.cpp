// Reads what augment(x) does: the table [augment], and the tables [augment.NAME].

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"

namespace sganc {
namespace {

bool is_named_one(const Entry& entry) {
  return entry.value.type == DocumentNode::Type::table && entry.key != "elastic";
}

void read_elastic(const DocumentNode& table, DeclaredAugmentation& augmentation, Reading& reading) {
  const Entry* elastic = table.find("elastic");
  if (!elastic) return;
  if (elastic->value.type != DocumentNode::Type::table)
    return reading.error(elastic->value.where, "elastic must be a table, not " + describe(elastic->value),
                         "write elastic = { strength = 2, smoothness = 7 }");
  const Keys keys =
      check_keys(elastic->value, "elastic", section_keys("augment.elastic"), {}, reading.diagnostics);
  if (keys.has("strength")) augmentation.elastic_strength = keys.number("strength");
  if (keys.has("smoothness")) augmentation.elastic_smoothness = keys.number("smoothness");
}

/// `own` is the table without the named tables within it.
void read_augmentation(const DocumentNode& own, const std::string& name, const std::string& subject,
                       Reading& reading) {
  DeclaredAugmentation augmentation{.name = name, .where = own.where};
  augmentation.keys = check_keys(own, subject, section_keys("augment"), {"elastic"}, reading.diagnostics);
  read_elastic(own, augmentation, reading);
  reading.model.augmentations.push_back(std::move(augmentation));
}

}  // namespace

void read_augmentations(Reading& reading) {
  DocumentNode own = reading.section("augment");
  std::vector<Entry> named;
  for (const auto& entry : own.entries)
    if (is_named_one(entry)) named.push_back(entry);
  std::erase_if(own.entries, is_named_one);
  if (!own.entries.empty()) read_augmentation(own, "", "[augment]", reading);
  for (const auto& [name, where, value] : named)
    if (reading.check_name(name, "an augmentation", where))
      read_augmentation(value, name, "[augment." + name + "]", reading);
}

}  // namespace sganc
