#include <cctype>

#include "compiler/language/schema.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

/// `an integer, at least 1`
std::string value_text(const Key& key) {
  std::string text;
  if (key.type != KeyType::integers)
    for (const auto& choice : key.choices) text += (text.empty() ? "`\"" : ", `\"") + choice + "\"`";
  if (!text.empty()) return key.type == KeyType::texts ? "a list of " + text : text;
  text = expectation(key);
  if (key.at_least) text += ", at least " + shortest(*key.at_least);
  if (key.above) text += ", above " + shortest(*key.above);
  if (key.at_most && *key.at_most != kMostInteger) text += ", at most " + shortest(*key.at_most);
  return text;
}

/// The text for a cell of a Markdown table, in which a bar would end the cell.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

std::string keys_table(const std::vector<Key>& keys) {
  std::string text = "| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const auto& key : keys)
    text += "| `" + key.name + "` | " + value_text(key) + " | " +
            (key.fallback   ? "`" + to_toml(*key.fallback) + "`"
             : key.optional ? ""
                            : "required") +
            " | " + cell(key.description) + " |\n";
  return text;
}

std::string kinds_text(const std::vector<KindKeys>& kinds) {
  std::string text;
  for (const auto& kind : kinds)
    text += (text.empty() ? "" : ", ") + ("[`" + kind.name + "`](#" + kind.name + ")");
  text += ".\n\n";
  for (const auto& kind : kinds) {
    text += "### `" + kind.name + "`\n\n" + kind.description + (kind.joins ? " Takes several inputs." : "") +
            "\n\n";
    if (!kind.keys.empty()) text += keys_table(kind.keys) + "\n";
  }
  return text;
}

/// The heading of a section: `[data.labels]`, or "The file" for the file itself.
std::string heading(const std::string& section) {
  if (section.empty()) return "The file";
  if (section == "input.image") return "`[input]`: an image";
  if (section == "input.latent") return "`[input]`: a latent vector";
  if (section == "input.label") return "`[input]`: a class";
  if (section == "net") return "`[net.NAME]`";
  if (section == "spread") return "`[spread.NAME]`";
  if (section == "spread.rerank") return "`[spread.NAME.rerank]`";
  if (section == "update") return "`[[update]]`";
  return "`[" + section + "]`";
}

std::string capitalized(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

std::string reference_page(const Vocabulary& vocabulary) {
  std::string text =
      "# Reference of the model language\n\n"
      "Every section, layer, optimizer and function, as `sganc schema --markdown` prints them. "
      "[README.md](README.md) explains the language.\n\n";
  for (const auto& section : model_sections())
    text += "## " + heading(section.name) + "\n\n" + capitalized(section.description) + ".\n\n" +
            keys_table(section.keys) + "\n";
  text +=
      "## Layers\n\nBesides the keys below, a layer has `kind`, `name` (default: its kind "
      "and number) and `from`, the names of its inputs (default: the layer before it).\n\n" +
      kinds_text(vocabulary.layers);
  text += "## Optimizers\n\n`[optimizer]` declares each as `NAME = { kind = ... }`.\n\n" +
          kinds_text(vocabulary.optimizers);
  text +=
      "### A rate that changes\n\n`rate` may be a table instead of a number. Steps are "
      "those of the optimizer.\n\n" +
      keys_table(rate_keys()) + "\n";
  text += "## Functions of expressions\n\n| function | arguments | meaning |\n|---|---|---|\n";
  for (const auto& f : vocabulary.functions) {
    const std::string least = std::to_string(f.least_arguments), most = std::to_string(f.most_arguments);
    text += "| `" + f.name + "` | " + (least == most ? least : least + " to " + most) +
            (f.reduces ? ", or 1 and axes" : "") + " | " + cell(f.description) + " |\n";
  }
  return text;
}

}  // namespace sganc
