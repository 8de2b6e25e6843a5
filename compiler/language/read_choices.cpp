// Reads which training images have labels, which are held out, and which become test images.

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"

namespace sganc {
namespace {

/// The keys of label_choices() that stand in `table`, in its order.
std::vector<const Entry*> choices_in(const DocumentNode& table) {
  std::vector<const Entry*> found;
  for (const auto& entry : table.entries)
    if (contains(label_choices(), entry.key)) found.push_back(&entry);
  return found;
}

/// Reads the choice that the key `by` makes. Its type and limits have been checked.
DeclaredChoice read_chosen(const std::string& by, const Keys& keys, Reading& reading) {
  DeclaredChoice choice{.by = by, .where = keys.where(by)};
  if (by == "per_class" || by == "total") choice.count = keys.integer(by);
  if (by == "fraction") choice.fraction = keys.number(by);
  if (by == "file") choice.file = absolute_path(keys.text(by), keys.where(by));
  if ((by == "all" || by == "given") && !keys.flag(by))
    reading.error(keys.where(by), by + " can only be true", "leave it out, and say which images instead");
  return choice;
}

/// Reads the choice of images that `table` makes; `subject` is its key in [data]. If the table has none of
/// the keys of label_choices(), the choice is `absent`. Returns nothing if there is no valid choice, which is
/// reported.
std::optional<DeclaredChoice> read_choice(const DocumentNode& table, const std::string& subject,
                                          const std::optional<DeclaredChoice>& absent, Reading& reading) {
  if (table.type != DocumentNode::Type::table) {
    reading.error(table.where, subject + " must be a table, not " + describe(table),
                  "write " + subject + " = { " +
                      (subject == "test"     ? "fraction = 0.1"
                       : subject == "labels" ? "per_class = 10"
                                             : "per_class = 100") +
                      " }");
    return {};
  }
  const std::size_t mistakes = reading.diagnostics.items().size();
  const Keys keys = check_keys(table, subject, section_keys("data." + subject), {}, reading.diagnostics);
  const auto found = choices_in(table);
  if (found.empty() && !absent && reading.diagnostics.items().size() == mistakes)
    reading.error(table.where, subject + " does not say which images",
                  "write one of per_class, total, fraction, file" +
                      std::string(subject == "validation" ? ", given" : ""));
  for (std::size_t i = 1; i < found.size(); ++i)
    reading.error(found[i]->where, subject + " has \"" + found[0]->key + "\" and \"" + found[i]->key + "\"",
                  "write one of them");
  if (found.empty() ? !absent : !keys.has(found[0]->key)) return {};
  DeclaredChoice choice = found.empty() ? *absent : read_chosen(found[0]->key, keys, reading);
  if (keys.has("seed")) choice.seed = keys.integer("seed");
  if (!keys.has("replace") || !keys.flag("replace")) return choice;
  choice.replace = true;
  if (choice.by == "file" || choice.by == "all")
    reading.error(keys.where("replace"),
                  "replace applies only to a random choice, and \"" + choice.by + "\" is none");
  return choice;
}

}  // namespace

void read_choices(const DocumentNode& data, Reading& reading) {
  DeclaredChoice labels{.where = data.where};
  if (const Entry* entry = data.find("labels")) {
    labels.where = entry->value.where;
    labels = read_choice(entry->value, "labels", labels, reading).value_or(labels);
  }
  reading.model.data.labels = std::move(labels);
  if (const Entry* entry = data.find("validation"))
    reading.model.data.validation = read_choice(entry->value, "validation", {}, reading);
  if (const Entry* entry = data.find("test")) {
    auto& test = reading.model.data.test = read_choice(entry->value, "test", {}, reading);
    // The test images do not depend on the seed of the training.
    if (test) test->seed = test->seed.value_or(0);
  }
}

}  // namespace sganc
