// Reads where images and labels come from: data.source.

#include <algorithm>
#include <filesystem>

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"
#include "runtime/system/utf8.h"

namespace sganc {
namespace {

/// The key "source" of [data] for a value that is a word.
Key word_key() {
  const auto keys = section_keys("data");
  return *std::ranges::find(keys, "source", &Key::name);
}

/// Reads the name of a data set. An unknown word may be meant as a path, which belongs in a table, as the
/// help says.
void read_word(const DocumentNode& value, Reading& reading) {
  if (value.type != DocumentNode::Type::text)
    return reading.error(value.where, "source must be a string or a table, not " + describe(value),
                         "write \"mnist\", or { folder = \"...\" }");
  Diagnostics found;
  if (const auto word = check_value(value, word_key(), found))
    reading.model.data.source.known = std::get<std::string>(*word);
  for (auto mistake : found.items()) {
    if (mistake.help.empty())
      mistake.help = "a folder of images is written source = { folder = \"" + value.text + "\" }";
    reading.diagnostics.add(std::move(mistake));
  }
}

/// Reports keys that cannot stand together or alone.
void check_together(const DocumentNode& table, Reading& reading) {
  const bool folder = table.find("folder"), images = table.find("images");
  if (!folder && !images)
    reading.error(table.where, "source does not say where the images are", "write one of folder, images");
  for (const auto& key : array_keys())
    if (const Entry* entry = table.find(key); entry && folder && key != "labels")
      reading.error(entry->where, "source has \"folder\" and \"" + key + "\"", "write one of them");
  if (const Entry* fit = table.find("fit"); fit && images && !folder)
    reading.error(fit->where, "fit applies only to a folder: arrays are taken as they are");
  for (const std::string key : {"file_column", "class_column"})
    if (const Entry* column = table.find(key); column && !(folder && table.find("labels")))
      reading.error(column->where, key + " applies only to the table of labels of a folder",
                    "name the table: labels = \"labels.csv\"");
  if (folder) return;
  for (const std::string part : {"test", "validation"})
    for (const auto& [key, other] :
         {std::pair(part + "_images", part + "_labels"), std::pair(part + "_labels", part + "_images")})
      if (const Entry* entry = table.find(key); entry && !table.find(other))
        reading.error(entry->where, "source has \"" + key + "\", but no \"" + other + "\"");
}

void read_table(const DocumentNode& table, Reading& reading) {
  DeclaredSource& source = reading.model.data.source;
  const auto mistakes = reading.diagnostics.items().size();
  const Keys keys = check_keys(table, "source", section_keys("data.source"), {}, reading.diagnostics);
  if (reading.diagnostics.items().size() == mistakes) check_together(table, reading);
  source.known.clear();
  if (keys.has("fit")) source.fit = keys.text("fit");
  if (keys.has("file_column")) source.file_column = keys.text("file_column");
  if (keys.has("class_column")) source.class_column = keys.text("class_column");
  if (keys.has("transposed")) source.transposed = keys.flag("transposed");
  if (keys.has("values")) {
    const auto& values = keys.numbers("values");
    source.values = {values[0], values[1]};
    if (values[0] >= values[1])
      reading.error(keys.where("values"), "values must be the smaller number and then the larger one");
  }
  std::vector<std::string> files = array_files();
  files.push_back("folder");
  for (const auto& key : files)
    if (keys.has(key)) source.files[key] = {absolute_path(keys.text(key), keys.where(key)), keys.where(key)};
}

}  // namespace

std::string absolute_path(const std::string& path, const Location& where) {
  const auto folder = std::filesystem::path(where.file->path).parent_path();
  const auto whole = std::filesystem::absolute(folder / path).lexically_normal();
  if (!is_utf8(whole.string()))
    throw UserError{{where,
                     "the path \"" + toml_comment(whole.string()) +
                         "\" holds bytes that are not UTF-8, and a run could not note it",
                     "rename it, or name a link to it"}};
  return (whole.has_filename() ? whole : whole.parent_path()).string();
}

void read_source(const DocumentNode& data, Reading& reading) {
  reading.model.data.source.where = data.where;
  const Entry* entry = data.find("source");
  if (!entry) return;
  reading.model.data.source.where = entry->value.where;
  if (entry->value.type == DocumentNode::Type::table)
    read_table(entry->value, reading);
  else
    read_word(entry->value, reading);
}

}  // namespace sganc
